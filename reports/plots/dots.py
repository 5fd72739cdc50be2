"""Dot-and-interval figures: one row a network, one dot an attack, one panel a measure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import plotly.graph_objects as go

from core.wording import SPACE
from reports.plots.key import draw_key, key_text
from reports.plots.look import Look, Mark, figure, note, plain

ROW = 44


@dataclass(frozen=True)
class Dot:
    """One value with its interval, and what the reader sees on hover."""

    row: str
    series: str
    value: float
    low: float | None
    high: float | None
    text: str


@dataclass(frozen=True)
class Panel:
    """One measure: its title, its dots, and both ends of its axis.

    `percent`: values are fractions, shown as percent; else they are shown as they are. `line` is
    a value that all dots are read against, and what it is.
    """

    title: str
    dots: tuple[Dot, ...]
    top: float
    floor: float = 0.0
    percent: bool = True
    line: tuple[float, str] | None = None

    @property
    def scale(self) -> float:
        """From values to what the axis shows."""
        return 100.0 if self.percent else 1.0


def dot_plot(
    panels: list[Panel],
    series: Mapping[str, str],
    style: Callable[[str], Mark],
    look: Look,
) -> go.Figure | None:
    """Panels side by side, or one above the other on a phone; None without any dot.

    Args:
        series: key of a series -> its name, in the order in which they are drawn.
        style: key of a series -> how it is drawn.
    """
    rows = list(dict.fromkeys(dot.row for panel in panels for dot in panel.dots))
    if not rows:
        return None
    text = key_text(series, style, look, columns=2)
    head = 34 + 20 * (text.count("<br>") + 1) if text else 34
    band = max(ROW, 15 * len(series) + 16) * len(rows)
    panel_height = band + 64
    height = head + (panel_height * len(panels) if look.narrow else panel_height) + 8
    longest = max(len(row) for row in rows)
    left = min(128 if look.narrow else 250, 14 + round(7.4 * longest))
    drawn = figure(look, height, margin={"l": left, "r": 20, "t": head, "b": 36})
    grid = _Grid(rows, tuple(series), style, look, len(panels), height - head - 36, left)
    for i, panel in enumerate(panels):
        _panel(drawn, panel, i, grid)
    draw_key(drawn, text, look, left=-left + 4)
    return drawn


@dataclass(frozen=True)
class _Grid:
    """What all panels of a figure share.

    Args: rows, series: in the order in which they are drawn. inner, left: pixels of all panels
        together, and of the margin with the names of the rows.
    """

    rows: list[str]
    series: tuple[str, ...]
    style: Callable[[str], Mark]
    look: Look
    panels: int
    inner: int
    left: int


def _panel(drawn: go.Figure, panel: Panel, i: int, grid: _Grid) -> None:
    """The i-th panel: its dots, its axes, its title."""
    look, rows, names = grid.look, grid.rows, grid.series
    suffix = "" if i == 0 else str(i + 1)
    x_domain, y_domain = _domains(i, grid.panels, look.narrow, grid.inner)
    step = 0.0 if len(names) < 2 else min(0.26, 0.66 / (len(names) - 1))
    for j, name in enumerate(names):
        dots = [dot for dot in panel.dots if dot.series == name]
        if not dots:
            continue
        ink = grid.style(name)
        shift = (j - (len(names) - 1) / 2) * step
        drawn.add_scatter(
            name=plain(name),
            x=[dot.value * panel.scale for dot in dots],
            y=[rows.index(dot.row) + shift for dot in dots],
            xaxis=f"x{suffix}",
            yaxis=f"y{suffix}",
            mode="markers",
            marker={"color": ink.line, "symbol": ink.symbol, "size": 9},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [panel.scale * _gap(dot.value, dot.high) for dot in dots],
                "arrayminus": [panel.scale * _gap(dot.low, dot.value) for dot in dots],
                "color": ink.line,
                "thickness": 1.5,
                "width": 0,
            },
            customdata=[dot.text for dot in dots],
            hovertemplate="%{customdata}<extra></extra>",
        )
    if panel.line is not None:
        _reference(drawn, panel, suffix, look)
    labels = i == 0 or look.narrow
    tick = {"color": look.soft, "size": 12}
    drawn.layout[f"xaxis{suffix}"] = {
        "domain": x_domain,
        "anchor": f"y{suffix}",
        "range": [
            (panel.floor - 0.02 * (panel.top - panel.floor)) * panel.scale,
            (panel.top + 0.05 * (panel.top - panel.floor)) * panel.scale,
        ],
        "ticksuffix": SPACE + "%" if panel.percent else "",
        "nticks": 6 if grid.panels < 3 or look.narrow else 4,
        "showgrid": True,
        "gridcolor": look.grid,
        "zeroline": True,
        "zerolinecolor": look.grid,
        "zerolinewidth": 2,
        "fixedrange": True,
        "tickfont": tick,
    }
    drawn.layout[f"yaxis{suffix}"] = {
        "domain": y_domain,
        "anchor": f"x{suffix}",
        "range": [len(rows) - 0.5, -0.5],
        "tickvals": list(range(len(rows))),
        "ticktext": [_wrap(row, look) for row in rows] if labels else ["" for _ in rows],
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
        "tickfont": {"color": look.ink, "size": 12 if look.narrow else 14},
    }
    note(
        drawn,
        plain(panel.title),
        look,
        x=x_domain[0],
        xref="paper",
        xanchor="left",
        xshift=4 - grid.left if look.narrow else 0,
        y=y_domain[1],
        yref="paper",
        yanchor="bottom",
        yshift=8,
    )


def _reference(drawn: go.Figure, panel: Panel, suffix: str, look: Look) -> None:
    """A dashed line across the panel, named at its foot."""
    value, text = panel.line or (0.0, "")
    at = {"x": value * panel.scale, "xref": f"x{suffix}", "yref": f"y{suffix} domain"}
    drawn.add_shape(
        type="line",
        x0=at["x"],
        x1=at["x"],
        y0=0,
        y1=1,
        xref=at["xref"],
        yref=at["yref"],
        line={"color": look.soft, "width": 1, "dash": "dash"},
    )
    note(drawn, plain(text), look, y=0, xanchor="left", xshift=3, yanchor="bottom", **at)


def _gap(low: float | None, high: float | None) -> float:
    return 0.0 if low is None or high is None else max(0.0, high - low)


def _domains(i: int, n: int, narrow: bool, inner: int) -> tuple[list[float], list[float]]:
    if n == 1:
        return [0, 1], [0, 1]
    if narrow:
        space = 64 / inner
        each = (1 - space * (n - 1)) / n
        top = 1 - i * (each + space)
        return [0, 1], [max(0.0, top - each), top]
    space = 0.06
    each = (1 - space * (n - 1)) / n
    return [i * (each + space), i * (each + space) + each], [0, 1]


def _wrap(label: str, look: Look) -> str:
    """A row label in lines short enough for the margin."""
    width = 17 if look.narrow else 34
    lines = [""]
    for word in label.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return "<br>".join(plain(line[: 2 * width]) for line in lines[:3])
