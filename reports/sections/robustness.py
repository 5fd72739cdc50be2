"""Robustness against temperature: Figure 10 of the paper, repeated and checked."""

from __future__ import annotations

import plotly.graph_objects as go

from core.model.results import Results
from core.wording import SPACE
from reports.plots.lines import against_temperature
from reports.plots.look import LIGHT, Look
from reports.prose import by_temperature, distances, numbers, phrases
from reports.prose.table import Table
from reports.sections import temperature
from reports.sections.section import Section


def figure(results: Results, look: Look = LIGHT) -> go.Figure | None:
    """rho against temperature, one line an attack, beside the published points (DD, Figure 10)."""
    return against_temperature(temperature.chart(results, "rho"), look)


def takeaway(results: Results) -> str:
    """What Figure 10 shows in this run."""
    left_out = temperature.left_out(results, "rho")
    return f"{_gap_said(results)} Bars are 95 % intervals.{left_out}"


def _gap_said(results: Results) -> str:
    gap = by_temperature.gap_at(results)
    if gap:
        at = phrases.listing([numbers.temperature(t) for t in gap])
        upper, lower = temperature.both_at(results, gap[-1])
        return (
            f"At T{SPACE}={SPACE}{at} the mean of the paper's attack lies above that of the same "
            "attack without underflow, because its budget counts where it stopped: "
            f"{distances.robustness(upper)} against {distances.robustness(lower)} at "
            f"{numbers.at(gap[-1])}."
        )
    if {"jsma-f", "jsma-logf"} <= {row.attack for row in results.summary}:
        return (
            "No difference detected between the paper's attack and the same attack without "
            "underflow."
        )
    return "How many features an attacker must change, at each temperature that ran."


def table(results: Results) -> Table:
    """The numbers of the lines, published values beside them."""
    return temperature.table(results, "rho")


SECTION = Section(
    "robustness",
    "Robustness against temperature",
    figure=figure,
    takeaway=takeaway,
    table=table,
)
