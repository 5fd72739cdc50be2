"""Two or more runs as one self-contained page: before and after, side by side.

Equal results and equal differences give equal bytes, as of a report.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

import pandas as pd

from core import seal
from core.canonical import canonical
from core.errors import UserError
from reports.compare import overlay, paired, side_by_side
from reports.document import page
from reports.document.drawings import Shown, variants

MOST = 5
"""Runs that one figure can tell apart."""

Loaded = tuple[dict, pd.DataFrame | None]


@dataclass(frozen=True)
class _Measure:
    """One figure of the page: what it measures, and its id."""

    measure: str
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
    if len({seal.content_sha256(one) for one in results}) < len(results):
        raise UserError("these runs hold the same results; name two that differ", exit_code=2)
    first, left = loaded[0]
    found = [
        [] if left is None or right is None else paired.differences((first, left), (other, right))
        for other, right in loaded[1:]
    ]
    return render(results, found)


def render(results: Sequence[Results], found: list[list[dict]]) -> str:
    """The page.

    Args:
        results: contents of results.json, the first is what the others differ from.
        found: for every other run, its differences from the first (`paired.differences`).
    """
    sealed = [seal.sealed(seal.content(one)) for one in results]
    shown, drawings = _drawn(results)
    content = content_sha256(results, found)
    return page.made(
        "comparison.html.j2",
        [one.run for one in results],
        content,
        renderer=seal.renderer(),
        drawings=drawings,
        shown=shown,
        results=sealed,
        paired=found,
        labels=overlay.labels(results),
        overlay=overlay,
        side_by_side=side_by_side,
        comparison={"content_sha256": content, "runs": sealed, "differences": found},
    )


def content_sha256(results: Sequence[Results], found: list[list[dict]]) -> str:
    """Hash of what a comparison says: the content hash of every run, and the differences."""
    return _hash([seal.content_sha256(one) for one in results], found)


def opened(block: str) -> tuple[list[dict], list[list[dict]]]:
    """Sealed results and differences from the JSON of a page.

    Raises: ValueError: it is no comparison, or not what was sealed.
    """
    try:
        held = json.loads(block)
        runs, found = held["runs"], held.differences
        stands = [held.content_sha256, *(one.content_sha256 for one in runs)]
        by = [one["renderer"] for one in runs]
        own = [
            seal.content_sha256(one, rendered_by=name) for one, name in zip(runs, by, strict=True)
        ]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"it is no comparison: {error}") from None
    if stands != [_hash(own, found), *own]:
        raise ValueError("the results do not have the content_sha256 that stands beside them")
    return runs, found


def _hash(contents: list[str], found: list[list[dict]]) -> str:
    return hashlib.sha256(canonical([contents, found]).encode("utf-8")).hexdigest()


def _drawn(results: Sequence[Results]) -> tuple[list[Shown], dict[str, dict]]:
    shown, drawings = [], {}
    for one in _FIGURES:
        found = variants(lambda look, one=one: overlay.figure(results, one.measure, look))
        if found is not None:
            drawings[one.id] = found
            said = overlay.takeaway(results, one.measure)
            table = overlay.table(results, one.measure)
            shown.append(Shown(one.id, one.title, said, table))
    return shown, drawings
