"""Figures against temperature: one line an attack, labelled at its end, published points hollow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go

from core.wording import SPACE
from reports.plots import remarks
from reports.plots.look import Look, Mark, figure, mark, note, plain, shorten, spread
from reports.plots.series import Chart, Line, Point
from reports.prose import numbers

HEIGHT = {False: 460, True: 400}


def against_temperature(chart: Chart, look: Look) -> go.Figure | None:
    """One measure against temperature; None without any line."""
    if not chart.lines:
        return None
    places = chart.places
    margin = {"l": 46, "r": 74 if look.narrow else 204, "t": 40, "b": 60}
    drawn = figure(look, HEIGHT[look.narrow], margin=margin)
    if chart.gap is not None:
        remarks.shade(drawn, chart.gap, chart.lines, places, look)
    remarks.budgets(drawn, chart.budgets, look)
    if chart.human:
        remarks.human(drawn, look)
    for i, line in enumerate(chart.lines):
        _line(drawn, line, places, mark(line.attack, look, i), look)
    remarks.published(drawn, chart, places, look)
    _end_labels(drawn, chart, look)
    _axes(drawn, chart, places, look)
    return drawn


def _line(
    drawn: go.Figure, line: Line, places: Mapping[float | None, int], style: Mark, look: Look
) -> None:
    """The connected temperatures, and a thin stroke back to the undefended network."""
    undefended = line.points.get(None)
    hot = {at: point for at, point in line.points.items() if at is not None}
    if undefended is not None and hot:
        first = next(iter(hot))
        drawn.add_scatter(
            x=[places[None], places[first]],
            y=[undefended.value * 100, hot[first].value * 100],
            mode="lines",
            line={"color": style.line, "width": 1.5, "dash": "dot"},
            opacity=0.7,
            hoverinfo="skip",
        )
    points = list(line.points.values())
    drawn.add_scatter(
        name=plain(line.attack),
        x=[places[at] for at in line.points],
        y=[point.value * 100 for point in points],
        error_y=_error(points, style),
        mode="markers",
        cliponaxis=False,
        marker={"color": style.line, "symbol": style.symbol, "size": 8 if look.narrow else 9},
        customdata=[point.text for point in points],
        hovertemplate="%{customdata}<extra></extra>",
    )
    drawn.add_scatter(
        x=[places[at] for at in hot],
        y=[point.value * 100 for point in hot.values()],
        mode="lines",
        line={"color": style.line, "width": 2.5, "dash": style.dash},
        hoverinfo="skip",
    )


def _error(points: list[Point], style: Mark) -> dict[str, Any]:
    """Asymmetric interval bars in percent; zero length where an interval is not known."""
    return {
        "type": "data",
        "symmetric": False,
        "array": [0 if p.high is None else max(0.0, (p.high - p.value) * 100) for p in points],
        "arrayminus": [0 if p.low is None else max(0.0, (p.value - p.low) * 100) for p in points],
        "color": style.line,
        "thickness": 1.5,
        "width": 0,
    }


def _end_labels(drawn: go.Figure, chart: Chart, look: Look) -> None:
    """Names each line at its right end, in its own colour, moved apart where lines meet."""
    plot = HEIGHT[look.narrow] - 100
    gap = (18 if look.narrow else 42) * chart.top / plot
    ends = [list(line.points.values())[-1].value * 100 for line in chart.lines]
    heights = spread(ends, gap, gap / 2, chart.top - gap / 2)
    for i, (line, height) in enumerate(zip(chart.lines, heights, strict=True)):
        title, remark = plain(shorten(line.title, 20)), plain(shorten(line.remark, 24))
        text = f"<b>{title}</b><br>{remark}" if remark else f"<b>{title}</b>"
        note(
            drawn,
            plain(shorten(line.attack, 9)) if look.narrow else text,
            look,
            x=1,
            xref="paper",
            xanchor="left",
            xshift=6,
            y=height,
            yanchor="middle",
            font={"color": mark(line.attack, look, i).text, "size": 12 if look.narrow else 14},
        )


def _axes(drawn: go.Figure, chart: Chart, places: Mapping[float | None, int], look: Look) -> None:
    title = chart.below
    if None in places:
        title += " (none: undefended)" if not look.narrow else ""
    drawn.update_xaxes(
        range=[-0.35, max(places.values()) + 0.3],
        tickvals=list(places.values()),
        ticktext=[numbers.temperature(at) for at in places],
        tickangle=0,
        tickfont={"size": 10 if look.narrow and len(places) > 8 else 12 if look.narrow else 14},
        title={"text": title, "font": {"color": look.soft, "size": 13}, "standoff": 14},
    )
    drawn.update_yaxes(range=[0, chart.top], ticksuffix=SPACE + "%", nticks=8)
    text = chart.above_narrow if look.narrow else chart.above
    place = {"x": 0, "xref": "paper", "xanchor": "left", "y": 1, "yref": "paper"}
    note(drawn, text, look, xshift=-46, yanchor="bottom", yshift=12, **place)
