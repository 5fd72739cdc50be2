"""Which figures a report shows, in order; the document and the app draw the same ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import plotly.graph_objects as go

from reports.plots.look import Look
from reports.sections import (
    amplitudes,
    captions,
    compared,
    confidence,
    curves,
    detection,
    elsewhere,
    figures,
    heat,
    origins,
    tables,
)
from reports.sections.tables import Table


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
    "defences": Entry(
        "The defences compared, under the strongest attack on each sample",
        compared.figure,
        compared.takeaway,
        compared.table,
    ),
    "comparison": Entry(
        "Every network under every attack that counts features",
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
    "elsewhere": Entry(
        "Other distances, against temperature",
        elsewhere.figure,
        elsewhere.takeaway,
        elsewhere.table,
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
    "amplitudes": Entry(
        "How small gradients become",
        amplitudes.figure,
        amplitudes.takeaway,
        amplitudes.table,
    ),
    "curves": Entry(
        "Security curves: success against budget",
        curves.figure,
        curves.takeaway,
        curves.table,
    ),
    "accuracy": Entry(
        "Accuracy on unperturbed test data",
        figures.accuracy,
        captions.accuracy,
        confidence.table,
    ),
    "confidence": Entry(
        "Is a network as often right as it is sure?",
        confidence.figure,
        confidence.takeaway,
        confidence.table,
    ),
    "detection": Entry(
        "Would a detector notice?",
        detection.figure,
        detection.takeaway,
        detection.table,
    ),
    "classes": Entry(
        "Which classes are moved to which",
        heat.figure,
        heat.takeaway,
        heat.table,
    ),
    "training": Entry(
        "Training curves",
        figures.training_curves,
        captions.training_curves,
        origins.networks,
    ),
}
