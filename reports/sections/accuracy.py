"""Accuracy and confidence: what a defence costs on clean data, and whether a network knows."""

from __future__ import annotations

import plotly.graph_objects as go

from core.model.results import Results
from reports.plots.dots import Dot, Panel, dot_plot
from reports.plots.look import LIGHT, Look, Mark, plain
from reports.prose import names, numbers
from reports.sections import confidence, training
from reports.sections.networks import one_by_one
from reports.sections.section import Section


def figure(results: Results, look: Look = LIGHT) -> go.Figure | None:
    """Accuracy on the clean test set, one row a network, with its interval."""
    networks = one_by_one(results)
    several = len({network.seed for network in networks}) > 1
    dots = tuple(
        Dot(
            names.defense_of(n) + (f", seed {n.seed}" if several else ""),
            "accuracy",
            n.accuracy,
            n.accuracy_low,
            n.accuracy_high,
            f"<b>{numbers.percent(n.accuracy)}</b> "
            f"{numbers.interval(n.accuracy_low, n.accuracy_high)}<br>"
            f"{plain(names.defense_of(n))}, seed {n.seed}",
        )
        for n in networks
        if n.accuracy is not None
    )
    style = Mark(look.ink, look.ink, "solid", "circle", "●")
    lows = [dot.value if dot.low is None else dot.low for dot in dots]
    floor = max(0.0, min(lows, default=0.0) - 0.02)
    panel = Panel("Share of test samples that are classified rightly", dots, 1.0, floor)
    return dot_plot([panel], {"accuracy": "accuracy"}, lambda _: style, look)


def takeaway(results: Results) -> str:
    """The cost of the defences on unperturbed data."""
    known = [n.accuracy for n in results.networks if n.accuracy is not None]
    if len(known) == 1:
        return f"The network is right in {numbers.percent(known[0])} of unperturbed test samples."
    points = (max(known) - min(known)) * 100
    return (
        f"Between the best and the worst network lie {points:.2g} points on unperturbed test data. "
        "Bars are 95 % intervals."
    )


ON_TEST_DATA = Section(
    "accuracy",
    "Accuracy on unperturbed test data",
    figure=figure,
    takeaway=takeaway,
    table=confidence.table,
)

SECTION = Section(
    "accuracy",
    "Accuracy and confidence",
    parts=(ON_TEST_DATA, confidence.SECTION, training.SECTION),
    otherwise="No network has finished training.",
)
