"""Where an attack sees no slope: samples whose gradient is exactly zero towards every class."""

from __future__ import annotations

import plotly.graph_objects as go

from core.model.results import Results
from core.model.rows import SummaryRow
from reports.plots.dots import Panel, dot_plot
from reports.plots.look import LIGHT, Look
from reports.prose import chosen, names, numbers, reading, zero
from reports.prose.table import Table
from reports.sections import dotted
from reports.sections.blocks import Block, said
from reports.sections.section import Section
from reports.sections.tables import attack_of, caption


def intro(results: Results) -> tuple[Block, ...]:
    """Why an attack without a slope proves nothing."""
    return said(
        "Share of unperturbed samples for which the attack saw a slope of exactly zero towards "
        f"every class that it aimed at ({zero.OBSERVED}). An attack that sees nothing says "
        "nothing about robustness. Attacks towards some classes end without a slope on more inputs "
        "than these. What is predicted from the size of gradients stands under "
        f"“How small gradients become”. {zero.DIFFER}"
    )


def figure(results: Results, look: Look = LIGHT) -> go.Figure | None:
    """Share of unperturbed samples whose gradient is exactly zero for every wrong target."""
    rows = dotted.drawn_attacks([row for row, _ in _shares(results)])
    dots = tuple(
        dotted.dot(row, share, (None, None), numbers.percent(share))
        for row in rows
        if (share := row.zero_gradient_samples) is not None
    )
    names, styles = dotted.names(results, rows), dotted.styles(rows, look)
    return dot_plot([Panel("Share of samples", dots, 1.0)], names, styles, look)


def takeaway(results: Results) -> str:
    """Where an attack had nothing to follow."""
    shares = _shares(results)
    worst, share = max(shares, key=lambda pair: (pair[1], reading.network_key(pair[0])))
    if share == 0:
        return "No sample had a gradient of exactly zero when an attack ran."
    rows = [row for row, _ in shares]
    every = {reading.attack_key(row) for row in rows}
    remark = chosen.remark(len(chosen.attacks(rows)), len(every), "attacks")
    return (
        f"{worst.attack} saw no slope on {numbers.percent(share)} of the "
        f"{numbers.count(worst.samples)} attacked samples "
        f"of the network “{names.defense_of(worst)}”: every slope was exactly zero when it ran, so "
        f"it stopped.{remark}"
    )


def table(results: Results) -> Table:
    """Share of samples without any slope to follow."""
    rows = tuple(
        (names.defense_of(row), attack_of(results, row), numbers.percent(row.zero_gradient_samples))
        for row in dotted.ordered([row for row, _ in _shares(results)])
    )
    columns = ("Network", "Attack", f"Zero gradient ({zero.OBSERVED})")
    above = caption(results, "Unperturbed samples")
    return Table(above, columns, rows, frozenset({2}), grouped=True)


def _shares(results: Results) -> list[tuple[SummaryRow, float]]:
    """Rows of attacks that follow a gradient, and the share that had none to follow."""
    return [
        (row, row.zero_gradient_samples)
        for row in results.summary
        if row.zero_gradient_samples is not None and chosen.follows_a_gradient(row)
    ]


SECTION = Section(
    "zero-gradients",
    "Where an attack sees no slope",
    intro=intro,
    figure=figure,
    takeaway=takeaway,
    table=table,
)
