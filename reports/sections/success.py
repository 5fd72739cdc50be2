"""Attacks that succeed, against temperature: Figure 7 of the paper, repeated."""

from __future__ import annotations

import plotly.graph_objects as go

from core.model.results import Results
from core.spec.catalog import published_for
from reports.plots.lines import against_temperature
from reports.plots.look import LIGHT, Look
from reports.prose import by_temperature, chosen, numbers
from reports.prose.table import Table
from reports.sections import temperature
from reports.sections.blocks import Block, said
from reports.sections.section import Section


def intro(results: Results) -> tuple[Block, ...]:
    """What is measured, and what hollow circles are."""
    text = (
        "The measure of Figure 7 of the paper: how many attacks reach their target class within "
        "the budget."
    )
    if published_for(results.data.name) is not None:
        text += " Hollow circles are the published values, read off the figure."
    return said(text)


def figure(results: Results, look: Look = LIGHT) -> go.Figure | None:
    """Success rate against temperature beside the published points (DD, Figure 7)."""
    return against_temperature(temperature.chart(results, "success_rate"), look)


def takeaway(results: Results) -> str:
    """What Figure 7 shows in this run."""
    lines = chosen.lines(by_temperature.series(results, "success_rate"))
    parts = []
    for line in lines:
        rows = [row for at, row in line.points.items() if at is not None]
        last = rows[-1]
        start = line.points.get(None, rows[0])
        if start is not last:
            parts.append(
                f"{line.attack} from {numbers.percent(start.success_rate)} to "
                f"{numbers.percent(last.success_rate)}"
            )
    last_at = max((at for line in lines for at in line.points if at is not None), default=0.0)
    if not parts:
        return "Share of attacks that reach their target within the budget."
    return (
        "Share of attacks that reach their target within the budget, from the left end to "
        f"{numbers.at(last_at)}: {'; '.join(parts)}.{temperature.left_out(results, 'success_rate')}"
    )


def table(results: Results) -> Table:
    """The numbers of the lines, published values beside them."""
    return temperature.table(results, "success_rate")


SECTION = Section(
    "success",
    "Attacks that succeed, against temperature",
    label="Attacks that succeed",
    intro=intro,
    figure=figure,
    takeaway=takeaway,
    table=table,
)
