"""The same attack in other arithmetic: float32, float64, log space, network by network."""

from __future__ import annotations

import plotly.graph_objects as go

from core.attacks import facts
from core.model.results import Results
from core.model.rows import SummaryRow
from reports.plots.dots import Panel, dot_plot
from reports.plots.look import LIGHT, Look
from reports.prose import by_temperature, distances, names, numbers, reading, zero
from reports.prose.table import Table
from reports.sections import dotted
from reports.sections.blocks import Block, said
from reports.sections.glossary import term
from reports.sections.section import Section
from reports.sections.tables import attack_of, caption, measured
from reports.sections.temperature import both_at


def intro(results: Results) -> tuple[Block, ...]:
    """Why arithmetic decides what this attack finds."""
    return said(
        "The attack ranks features by the slope of the network's output. Where the network is very "
        f"sure, that slope is too small for a 32-bit number ({zero.limit(results)}) and becomes "
        "exactly zero (",
        term("Underflow", "underflow"),
        "): the attack stops, although the slope is there. On logarithms the same ranking goes on; "
        "64 bits only move the limit to larger gaps.",
    )


def figure(results: Results, look: Look = LIGHT) -> go.Figure | None:
    """Success and robustness in each arithmetic; None unless two of the family ran."""
    rows = _family(results)
    if len({row.attack for row in rows}) < 2:
        return None
    if family := by_temperature.temperature_family(results):
        rows = [row for row in rows if row.defense in ("none", "given", family)]
    rows = dotted.ordered(rows)
    successes = tuple(
        dotted.dot(
            row,
            row.success_rate,
            (row.success_low, row.success_high),
            numbers.percent(row.success_rate),
        )
        for row in rows
        if row.success_rate is not None
    )
    panels = [Panel("Attacks that succeed", successes, 1.0), dotted.robustness(rows)]
    names, styles = dotted.names(results, rows), dotted.styles(rows, look)
    return dot_plot([panel for panel in panels if panel.dots], names, styles, look)


def takeaway(results: Results) -> str:
    """Where float32 and log space part."""
    gap = by_temperature.gap_at(results)
    ran = {row.attack for row in results.summary}
    if not {"jsma-f", "jsma-logf"} <= ran:
        return "The same attack in the arithmetics that ran, network by network."
    if not gap:
        return "No difference detected between float32 and log space on any network."
    upper, lower = both_at(results, gap[-1])
    if upper.success_rate is None or lower.success_rate is None:
        return (
            f"Same network, same attack, other arithmetic: at {numbers.at(gap[-1])} robustness is "
            f"{distances.robustness(upper)} in float32 and {distances.robustness(lower)} in log "
            "space."
        )
    return (
        f"Same network, same attack, other arithmetic: at {numbers.at(gap[-1])} "
        f"{numbers.percent(upper.success_rate)} succeed in float32 and "
        f"{numbers.percent(lower.success_rate)} in log space."
    )


def table(results: Results) -> Table:
    """The JSMA family, network by network."""
    rows = tuple(
        (
            names.defense_of(row),
            attack_of(results, row),
            facts(row.attack).arithmetic,
            measured(row, "success_rate"),
            measured(row, "rho"),
        )
        for row in dotted.ordered(_family(results))
    )
    columns = ("Network", "Attack", "Arithmetic", "Attacks that succeed", "Robustness (rho)")
    above = caption(results, "95 % intervals in brackets")
    return Table(above, columns, rows, frozenset({3, 4}), grouped=True)


def _family(results: Results) -> list[SummaryRow]:
    return [row for row in results.summary if row.attack in reading.JSMA_FAMILY]


SECTION = Section(
    "arithmetic",
    "The same attack in other arithmetic",
    intro=intro,
    figure=figure,
    takeaway=takeaway,
    table=table,
)
