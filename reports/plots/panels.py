"""Small multiples: panels of lines side by side, one below the other on a phone."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from core.wording import SPACE
from reports.plots.key import draw_key, key_text
from reports.plots.look import Look, Mark, figure, note, plain, shorten

PANEL = 190
_GAP = 92


@dataclass(frozen=True)
class Curve:
    """One line of a panel: `series` decides how it is drawn, `hover` what the reader sees.

    `hover` is one text a point, or one template for all of them, which saves bytes.

    `low` and `high` are interval bars where given; `step` draws a value until the next one;
    `weights` draws points alone, each with an area by its weight.
    """

    series: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    hover: tuple[str, ...] | str
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()
    step: bool = False
    weights: tuple[float, ...] = ()


@dataclass(frozen=True)
class Small:
    """One panel: a title, its curves, what its axes are; `ticks` names places on the x-axis.

    `percent`: y are fractions, shown as percent. `diagonal`: a dotted line where y equals x.
    """

    title: str
    curves: tuple[Curve, ...]
    x_title: str
    top: float
    percent: bool = True
    x_percent: bool = False
    ticks: tuple[str, ...] = ()
    diagonal: bool = False


def small_multiples(
    panels: list[Small],
    names: Mapping[str, str],
    style: Callable[[str], Mark],
    look: Look,
) -> go.Figure | None:
    """All panels in one figure; None without any.

    Args:
        names: key of a series -> its name for the key above the panels; one needs no key.
        style: key of a series -> how it is drawn.
    """
    if not panels:
        return None
    columns = 1 if look.narrow else min(3, len(panels))
    rows = math.ceil(len(panels) / columns)
    text = key_text(names, style, look, columns=3)
    head = 36 + 20 * (text.count("<br>") + 1) if text else 36
    inner = rows * PANEL + (rows - 1) * _GAP
    height = head + inner + 60
    drawn = figure(look, height, margin={"l": 50, "r": 16, "t": head, "b": 60})
    for i, panel in enumerate(panels):
        row, column = divmod(i, columns)
        space = 0.07 if columns > 1 else 0.0
        width = (1 - space * (columns - 1)) / columns
        left = column * (width + space)
        top = 1 - row * (PANEL + _GAP) / inner
        domain = [left, left + width], [max(0.0, top - PANEL / inner), top]
        _panel(drawn, panel, "" if i == 0 else str(i + 1), domain, style, look)
    draw_key(drawn, text, look, left=-46)
    return drawn


def _panel(
    drawn: go.Figure,
    panel: Small,
    suffix: str,
    domain: tuple[list[float], list[float]],
    style: Callable[[str], Mark],
    look: Look,
) -> None:
    scale, x_scale = 100.0 if panel.percent else 1.0, 100.0 if panel.x_percent else 1.0
    axes = {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}
    if panel.diagonal:
        line = {"color": look.soft, "width": 1, "dash": "dot"}
        ends = [0, x_scale]
        drawn.add_scatter(x=ends, y=ends, mode="lines", line=line, hoverinfo="skip", **axes)
    for curve in panel.curves:
        ink = style(curve.series)
        drawn.add_scatter(
            x=[_short(value * x_scale) for value in curve.x],
            y=[_short(value * scale) for value in curve.y],
            mode="markers" if curve.weights else "lines+markers",
            line={
                "color": ink.line,
                "width": 2,
                "dash": ink.dash,
                "shape": "hv" if curve.step else "linear",
            },
            marker={"symbol": ink.symbol, "size": _sizes(curve), "color": ink.line},
            error_y=_error(curve, scale, ink) if curve.low else None,
            cliponaxis=False,
            **_hover(curve),
            **axes,
        )
    tick = {"color": look.ink, "size": 12}
    longest = max((max(c.x) for c in panel.curves if c.x), default=1.0) * x_scale
    place: dict[str, Any] = {
        "domain": domain[0],
        "anchor": f"y{suffix}",
        "title": {"text": plain(panel.x_title), "font": {"color": look.soft, "size": 12}},
        "ticksuffix": SPACE + "%" if panel.x_percent else "",
        "range": [-0.03 * (longest or 1), (longest or 1) * 1.05],
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
        "nticks": 6,
        "tickfont": tick,
    }
    if panel.ticks:
        place |= {"tickvals": list(range(len(panel.ticks))), "ticktext": list(panel.ticks)}
        place |= {"range": [-0.3, len(panel.ticks) - 0.7], "tickangle": 0}
    drawn.layout[f"xaxis{suffix}"] = place
    drawn.layout[f"yaxis{suffix}"] = {
        "domain": domain[1],
        "anchor": f"x{suffix}",
        "range": [0, panel.top * scale],
        "ticksuffix": SPACE + "%" if panel.percent else "",
        "gridcolor": look.grid,
        "zeroline": False,
        "fixedrange": True,
        "nticks": 5,
        "tickfont": tick,
    }
    font = {"size": 13, "color": look.ink}
    corner = {"x": domain[0][0], "xref": "paper", "xanchor": "left", "y": domain[1][1]}
    title = f"<b>{plain(shorten(panel.title, 38))}</b>"
    note(drawn, title, look, yref="paper", yanchor="bottom", yshift=8, font=font, **corner)


def _error(curve: Curve, scale: float, ink: Mark) -> dict:
    low = zip(curve.low, curve.y, strict=True)
    high = zip(curve.high, curve.y, strict=True)
    return {
        "type": "data",
        "symmetric": False,
        "array": [_short(scale * max(0.0, h - y)) if h is not None else 0 for h, y in high],
        "arrayminus": [_short(scale * max(0.0, y - x)) if x is not None else 0 for x, y in low],
        "color": ink.line,
        "thickness": 1.5,
        "width": 0,
    }


def _hover(curve: Curve) -> dict[str, Any]:
    if isinstance(curve.hover, str):
        return {"hovertemplate": f"{curve.hover}<extra></extra>"}
    template = "%{customdata}<extra></extra>"
    return {"customdata": list(curve.hover), "hovertemplate": template}


def _sizes(curve: Curve) -> float | list[float]:
    if not curve.weights:
        return 5 if curve.step else 7
    most = max(curve.weights)
    return [round(4 + 14 * math.sqrt(weight / most), 1) for weight in curve.weights]


def _short(value: float) -> float:
    """Six digits: more than a screen shows, and half the bytes of the page."""
    return float(f"{value:.6g}")
