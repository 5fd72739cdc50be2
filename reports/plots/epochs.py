"""Accuracy after each epoch: one line a network, named at its right end."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import plotly.graph_objects as go

from core.wording import SPACE
from reports.plots.look import Look, Mark, figure, mark, note, nth, plain, shorten, spread

_NAMED = 9
"""Networks that all have their names in the figure; of more, only those that tell something."""


@dataclass(frozen=True)
class Training:
    """The training of one network of one seed.

    Args:
        network: its name, shared by its seeds. epochs, accuracies: equally long; fractions.
        telling: whether it is named even where many are. failed: whether it did not train.
    """

    network: str
    seed: int
    epochs: tuple[float, ...]
    accuracies: tuple[float, ...]
    telling: bool
    failed: bool


def training_curves(curves: list[Training], look: Look) -> go.Figure | None:
    """One line a training; None without any."""
    if not curves:
        return None
    margin = {"l": 46, "r": 20 if look.narrow else 228, "t": 48, "b": 56}
    drawn = figure(look, 340, margin=margin)
    low = min(min(curve.accuracies) for curve in curves) * 100
    floor = 0.0 if low < 60 else low - 2
    styles = {
        name: _style(place, look)
        for place, name in enumerate(dict.fromkeys(curve.network for curve in curves))
    }
    for curve in curves:
        style = styles[curve.network]
        title = f"{curve.network}, seed {curve.seed}"
        drawn.add_scatter(
            name=plain(title),
            x=curve.epochs,
            y=[value * 100 for value in curve.accuracies],
            mode="lines+markers",
            line={"color": style.line, "width": 2, "dash": style.dash},
            marker={"size": 7, "symbol": style.symbol, "color": style.line},
            hovertemplate=f"<b>%{{y:.1f}} %</b> after epoch %{{x}}<br>{plain(title)}"
            "<extra></extra>",
        )
    if not look.narrow:
        _names(drawn, curves, styles, floor, look)
    drawn.update_yaxes(range=[floor, 100.5], ticksuffix=SPACE + "%", nticks=6)
    axis_title = {"text": "Epoch", "font": {"color": look.soft, "size": 13}}
    longest = max(max(curve.epochs) for curve in curves)
    drawn.update_xaxes(title=axis_title, tick0=0, dtick=max(1, math.ceil(longest / 8)))
    corner = {"x": 0, "xref": "paper", "xanchor": "left", "y": 1, "yref": "paper"}
    note(drawn, "Accuracy", look, xshift=-40, yanchor="bottom", yshift=16, **corner)
    return drawn


def _style(place: int, look: Look) -> Mark:
    """Four networks by colour, dash and marker; those after them by marker and name."""
    return nth(place, look) if place < 4 else mark("", look, place - 4)


def _names(
    drawn: go.Figure, curves: list[Training], styles: Mapping[str, Mark], floor: float, look: Look
) -> None:
    """Each line's marker and name at its right end."""
    ends: dict[str, float] = {}
    for curve in curves:
        ends.setdefault(curve.network, curve.accuracies[-1] * 100)
    telling = {curve.network for curve in curves if curve.telling or curve.failed}
    failed = {curve.network for curve in curves if curve.failed}
    named = [name for name in ends if len(ends) <= _NAMED or name in telling]
    gap = 19 * (100.5 - floor) / 236
    heights = spread([ends[name] for name in named], gap, floor, 100.5)
    for name, height in zip(named, heights, strict=True):
        remark = ": did not train" if name in failed else ""
        text = f"{styles[name].glyph} <b>{plain(shorten(name, 27))}</b>{remark}"
        font = {"size": 13, "color": styles[name].text}
        place = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 6}
        note(drawn, text, look, y=height, font=font, **place)
