"""Two or more runs as one self-contained page: before and after, side by side.

Equal results and equal differences give equal bytes, as of a report.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from pydantic import ValidationError

from core import seal
from core.canonical import canonical
from core.errors import UserError
from core.model.results import Results
from reports.compare import layout, overlay, paired, side_by_side
from reports.compare.paired import Paired
from reports.compare.side_by_side import Differences
from reports.document import page
from reports.document.drawings import variants
from reports.document.model import Page, Shown
from reports.prose.reading import Metric

MOST = 5
"""Runs that one figure can tell apart."""

Loaded = tuple[Results, pd.DataFrame | None]


@dataclass(frozen=True)
class _Measure:
    """One figure of the page: what it measures, and its id."""

    measure: Metric
    id: str
    title: str


_FIGURES = (
    _Measure("rho", "robustness", "Robustness against temperature"),
    _Measure("success_rate", "success", "Attacks that succeed, against temperature"),
)


def of_runs(loaded: list[Loaded]) -> str:
    """The page for runs as `source.load` gives them; the first is what the others differ from.

    Differences are paired only where both runs come with their single attacks.

    Raises: UserError: fewer than two runs, more than `MOST`, or one run twice.
    """
    results = [one for one, _ in loaded]
    if not 2 <= len(loaded) <= MOST:
        raise UserError(f"a comparison needs two to {MOST} runs, {len(loaded)} given", exit_code=2)
    if len({seal.content_sha256(one.as_json()) for one in results}) < len(results):
        raise UserError("these runs hold the same results; name two that differ", exit_code=2)
    first, left = loaded[0]
    found = [
        [] if left is None or right is None else paired.differences((first, left), (other, right))
        for other, right in loaded[1:]
    ]
    return render(results, found)


def render(results: Sequence[Results], found: Differences) -> str:
    """The page.

    Args:
        results: the first is what the others differ from.
        found: for every other run, its differences from the first (`paired.differences`).
    """
    sealed = [seal.sealed(seal.content(one.as_json())) for one in results]
    differences = _as_json(found)
    content = _hash([one["content_sha256"] for one in sealed], differences)
    results = [Results.from_json(one) for one in sealed]
    shown, drawings = _drawn(results)
    compared = layout.Compared(
        each=side_by_side.found_by_each(results),
        verdicts=side_by_side.verdicts(results),
        same_criteria=side_by_side.same_criteria(results),
        figures=shown,
        differences=side_by_side.differences(results, found),
        numbers=side_by_side.every_number(results),
        setup=side_by_side.setup(results),
        origins=side_by_side.origins(results),
    )
    headline = side_by_side.headline(results, found)
    carried = {"content_sha256": content, "runs": sealed, "differences": differences}
    return page.made(
        "page.html.j2",
        Page(
            title=headline,
            runs=tuple(one.run for one in results),
            content_sha256=content,
            renderer=seal.renderer(),
            above=f"Thermocline · {len(results)} runs compared",
            headline=headline,
            lead=side_by_side.evidence(results, found),
            closing="Made with Thermocline.",
            banner=layout.banner(results),
            sections=layout.sections(compared),
            drawings=drawings,
            carried={layout.CARRIED: carried},
        ),
    )


def content_sha256(results: Sequence[Results], found: Differences) -> str:
    """Hash of what a comparison says: the content hash of every run, and the differences."""
    return _hash([seal.content_sha256(one.as_json()) for one in results], _as_json(found))


@dataclass(frozen=True)
class Opened:
    """What a page that compares runs holds.

    Attributes:
        runs: with their seals. found: see `render`. contents: of the runs, JSON values as the
            page has them; hashes are of these.
    """

    runs: list[Results]
    found: list[list[Paired]]
    contents: list[Any]


def opened(block: str) -> Opened:
    """What the JSON of a page holds.

    Raises: ValueError: it is no comparison, or not what was sealed.
    """
    try:
        held = json.loads(block)
        contents, found = held["runs"], held["differences"]
        stands = [held["content_sha256"], *(one["content_sha256"] for one in contents)]
        own = [seal.content_sha256(one, rendered_by=one["renderer"]) for one in contents]
        if stands != [_hash(own, found), *own]:
            raise ValueError("the results do not have the content_sha256 that stands beside them")
        runs = [Results.from_json(one) for one in contents]
        paired_by_run = [[Paired.model_validate(item) for item in items] for items in found]
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise ValueError(f"it is no comparison: {first['loc']}: {first['msg']}") from None
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"it is no comparison: {error}") from None
    return Opened(runs, paired_by_run, contents)


def _as_json(found: Differences) -> list[Any]:
    return [[item.model_dump(mode="json") for item in items] for items in found]


def _hash(contents: Sequence[str], found: Sequence[Any]) -> str:
    return hashlib.sha256(canonical([contents, found]).encode("utf-8")).hexdigest()


def _drawn(results: Sequence[Results]) -> tuple[list[Shown], dict[str, Any]]:
    shown, drawings = [], {}
    for one in _FIGURES:
        found = variants(lambda look, one=one: overlay.figure(results, one.measure, look))
        if found is not None:
            drawings[one.id] = found
            said = overlay.takeaway(results, one.measure)
            table = overlay.table(results, one.measure)
            shown.append(Shown(one.id, one.title, said, table))
    return shown, drawings
