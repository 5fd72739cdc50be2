"""Verdicts, one by one: every network with what came out, and the technical reason."""

from __future__ import annotations

from core.model.results import Results
from reports.prose.table import Table
from reports.sections import verdict
from reports.sections.blocks import Block, said
from reports.sections.glossary import term
from reports.sections.section import Section


def intro(results: Results) -> tuple[Block, ...]:
    """In which order the rule decides."""
    return said(
        "In this order: a defence fails where an attack that works brings it clearly below what "
        "was asked; it is not reliable where a check failed or no ",
        term("Adaptive attack", "adaptive attack"),
        " ran; it withstood these attacks where it is clearly above with three seeds or more; else "
        "it is undecided.",
    )


def table(results: Results) -> Table | None:
    """Every verdict by itself, worst first; None where none was given."""
    rows = tuple(
        (one.defense, f"{one.mark} {one.label}", f"{one.sentence} {one.doubt}".strip(), one.reason)
        for one in verdict.verdicts(results)
    )
    columns = ("Network", "Verdict", "What came out", "Reason, as the rule puts it")
    return Table("", columns, rows, frozenset(), style="prose") if rows else None


SECTION = Section("verdicts", "Verdicts", heading="Verdicts, one by one", intro=intro, table=table)
