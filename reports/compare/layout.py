"""The sections of a page that holds runs against each other, from what is said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.model.results import Results
from reports.document.model import Banner, Shown, ShownSection
from reports.prose.table import Table
from reports.sections import glossary, limitations
from reports.sections.blocks import (
    Block,
    Bullets,
    Definition,
    Definitions,
    Download,
    Downloads,
    Numbers,
    said,
)

CARRIED = "comparison"
"""Id of the block of the page that holds everything."""


@dataclass(frozen=True)
class Compared:
    """All that is said of the runs, each part by its section.

    Args:
        each: for each run its name, its headline and its statement on the defences.
        verdicts: without rows where nothing was judged. differences: one table a further run.
        setup: None where the specifications are the same.
    """

    each: Sequence[tuple[str, str, str]]
    verdicts: Table
    same_criteria: bool
    figures: Sequence[Shown]
    differences: Sequence[Table]
    numbers: Table
    setup: Table | None
    origins: Table


def sections(compared: Compared) -> tuple[ShownSection, ...]:
    """The sections in their order; that of verdicts only where something was judged."""
    title = "All networks and attacks"
    return (
        _each(compared),
        *((_verdicts(compared),) if compared.verdicts.rows else ()),
        *(_figure(figure) for figure in compared.figures),
        _differences(compared),
        ShownSection("all", title, title, body=(Numbers(compared.numbers),)),
        _setup(compared),
        _limitations(),
        ShownSection("glossary", "Glossary", "Glossary", body=glossary.entries()),
        ShownSection("provenance", "Provenance", "Provenance", body=(Numbers(compared.origins),)),
        _data(),
    )


def banner(results: Sequence[Results]) -> Banner | None:
    """Which runs are not complete, and how much of each is missing; None where all are."""
    missing = [(one, len(one.provenance.incomplete)) for one in results]
    items = tuple(
        f"{one.name} ({one.run}): {parts} parts are missing" for one, parts in missing if parts
    )
    if not items:
        return None
    return Banner("Not every run is complete.", "Only what has finished is compared:", items)


def _each(compared: Compared) -> ShownSection:
    title = "What each run found"
    entries = tuple(Definition(name, f"{found} {on}") for name, found, on in compared.each)
    return ShownSection("each", title, title, body=(Definitions(entries),))


def _verdicts(compared: Compared) -> ShownSection:
    intro: tuple[Block, ...] = ()
    if not compared.same_criteria:
        intro = said(
            "These runs did not ask the same of their defences: a verdict can differ because the "
            "criterion does. What was asked stands under the set-up."
        )
    body = (Numbers(compared.verdicts),)
    return ShownSection("verdicts", "Verdicts before and after", "Verdicts", intro=intro, body=body)


def _figure(figure: Shown) -> ShownSection:
    intro = said(
        "Each run with its own samples; where they differ, only the paired differences below "
        "compare like with like."
    )
    label = figure.title.split(",")[0]
    return ShownSection(figure.id, figure.title, label, intro=intro, figure=figure)


def _differences(compared: Compared) -> ShownSection:
    if compared.differences:
        intro = said(
            "Each number is a run minus the first under the same attack on the same samples. "
            "Networks were trained anew where anything that decides them differs, so a difference "
            "holds the luck of training too; several seeds show how large that is."
        )
    else:
        intro = said(
            "None could be paired: that needs two runs of the ledger that attacked the same "
            "samples of the same data in the same way."
        )
    body = tuple(Numbers(table) for table in compared.differences)
    heading = "Differences, sample by sample"
    return ShownSection("differences", heading, "Differences", intro=intro, body=body)


def _setup(compared: Compared) -> ShownSection:
    body: tuple[Block, ...]
    if compared.setup is None:
        body = said("Nothing: these runs have the same specification.")
    else:
        body = (Numbers(compared.setup),)
    return ShownSection("setup", "What differs in the set-up", "Set-up", body=body)


def _limitations() -> ShownSection:
    body = (
        Bullets(limitations.LIMITATIONS),
        *said(
            "Whether each evaluation is trustworthy, and who signed which content, stands in the "
            "report of each run, not here."
        ),
    )
    return ShownSection("limitations", "Limitations", "Limitations", body=body)


def _data() -> ShownSection:
    file = Download(CARRIED, "Save comparison.json", "comparison.json", "application/json", True)
    body = (
        *said(
            "This page carries the results of every run and the differences between them. Nothing "
            "is loaded from elsewhere."
        ),
        Downloads((file,)),
    )
    return ShownSection("data", "Data", "Data", body=body)
