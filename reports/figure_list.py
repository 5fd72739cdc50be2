"""Which figures a report shows, in order; the document and the app draw the same ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import plotly.graph_objects as go

from reports import captions, figures, tables
from reports.look import Look
from reports.tables import Table


class Entry(NamedTuple):
    """One figure: its title, what draws it, its takeaway sentence and the table of its numbers."""

    title: str
    draw: Callable[[dict, Look], go.Figure | None]
    takeaway: Callable[[dict], str]
    table: Callable[[dict], Table]


FIGURES: dict[str, Entry] = {
    "robustness": Entry(
        "Robustness against temperature",
        figures.robustness_against_temperature,
        captions.robustness_against_temperature,
        lambda results: tables.against_temperature(results, "rho"),
    ),
    "comparison": Entry(
        "Every network under every attack",
        figures.comparison,
        captions.comparison,
        tables.overview,
    ),
    "success": Entry(
        "Attacks that succeed, against temperature",
        figures.success_against_temperature,
        captions.success_against_temperature,
        lambda results: tables.against_temperature(results, "success_rate"),
    ),
    "arithmetic": Entry(
        "The same attack in other arithmetic",
        figures.arithmetic,
        captions.arithmetic,
        tables.arithmetic,
    ),
    "zero-gradients": Entry(
        "Where an attack is blind",
        figures.zero_gradients,
        captions.zero_gradients,
        tables.zero_gradients,
    ),
    "accuracy": Entry(
        "Accuracy on unperturbed test data",
        figures.accuracy,
        captions.accuracy,
        tables.networks,
    ),
    "training": Entry(
        "Training curves",
        figures.training_curves,
        captions.training_curves,
        tables.networks,
    ),
}
