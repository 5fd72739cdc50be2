"""What the app shows of the report's sections: the one place that asks for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import plotly.graph_objects as go

from core.model.judged import CheckResult
from core.model.results import Results
from reports.plots.look import Look
from reports.prose.table import Table
from reports.sections import (
    checks,
    differences,
    everything,
    finding,
    limitations,
    provenance,
    published,
    references,
    sections,
    tested,
)

ROBUSTNESS, COMPARISON, TRAINING = "robustness", "comparison", "training"
LEADS = tuple(one.id for one in finding.SECTION.leads)
"""The first of these that draws proves the finding."""


@dataclass(frozen=True)
class Drawn:
    """A section with a figure: what draws it, the sentence to take away, its numbers."""

    id: str
    title: str
    figure: Callable[[Results, Look], go.Figure | None]
    takeaway: Callable[[Results], str]
    table: Callable[[Results], Table | None]


DRAWN: dict[str, Drawn] = {
    one.id: Drawn(one.id, one.title, one.draw, one.takeaway, one.numbers)
    for one in sections.figures()
}
"""The sections that may have a figure, by their ids, in the order of the document."""


def titles(results: Results | None = None) -> dict[str, str]:
    """Title by id of all that can be commented on, in the report of these results or in any."""
    return sections.titles() if results is None else sections.of(results)


def attacker(results: Results) -> list[tuple[str, str]]:
    """The threat model of a run: what, and how."""
    return tested.attacker(results)


def not_tested(results: Results) -> list[str]:
    """What a run leaves open, in sentences."""
    return tested.not_tested(results)


def limits(results: Results) -> tuple[str, ...]:
    """What no report like this can say, in sentences."""
    return limitations.of(results)


def checked(results: Results, outcome: CheckResult) -> Table | None:
    """The checks with one outcome: what was asked, the sentence, networks, attacks."""
    return checks.table(results, outcome)


def facts(results: Results) -> Table:
    """Where the numbers come from: what, and which."""
    return provenance.table(results)


def more_tables(results: Results) -> dict[str, Table | None]:
    """The tables below those of the figures, by their titles."""
    return {
        "Differences, paired by sample": differences.table(results),
        "What was published": published.table(results),
        "Every seed by itself": everything.seeds(results),
        references.SECTION.title: references.table(results),
    }
