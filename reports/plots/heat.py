"""Heat maps of square matrices side by side, with the number in every cell."""

from __future__ import annotations

from dataclasses import dataclass

import plotly.graph_objects as go

from reports.plots.look import Look, figure, note, plain, shorten

_GAP = 100


@dataclass(frozen=True)
class Plane:
    """One matrix of fractions, None where nothing was measured; `subtitle` under its title."""

    title: str
    subtitle: str
    cells: list[list[float | None]]


def heat_maps(planes: list[Plane], names: list[str], look: Look) -> go.Figure | None:
    """Matrices in percent, side by side, rows and columns called by `names`; None without any."""
    if not planes:
        return None
    columns = 1 if look.narrow else min(2, len(planes))
    lines = -(-len(planes) // columns)
    cell = 30 if look.narrow else 34
    size = cell * len(names) if len(names) > 5 else cell * 5
    inner = lines * size + (lines - 1) * _GAP
    drawn = figure(look, inner + 108, margin={"l": 84, "r": 16, "t": 56, "b": 52})
    for i, plane in enumerate(planes):
        line, column = divmod(i, columns)
        width = (1 - 0.16 * (columns - 1)) / columns
        left, top = column * (width + 0.16), 1 - line * (size + _GAP) / inner
        domain = [left, left + width], [max(0.0, top - size / inner), top]
        _map(drawn, plane.cells, "" if i == 0 else str(i + 1), domain, names, look)
        title = f"<b>{plain(plane.title)}</b><br>{plain(plane.subtitle)}"
        where = {"x": left, "y": top, "xref": "paper", "yref": "paper", "xanchor": "left"}
        font = {"size": 13, "color": look.ink}
        note(drawn, title, look, yanchor="bottom", yshift=6, font=font, **where)
    return drawn


def _map(
    drawn: go.Figure,
    rates: list[list[float | None]],
    suffix: str,
    domain: tuple[list[float], list[float]],
    names: list[str],
    look: Look,
) -> None:
    axes = {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}
    places = range(len(names))
    drawn.add_heatmap(
        z=rates,
        x=list(places),
        y=list(places),
        zmin=0,
        zmax=1,
        colorscale=[[0, look.grid], [1, look.lines[2]]],
        showscale=False,
        xgap=1,
        ygap=1,
        hoverinfo="skip",
        **axes,
    )
    filled = [
        (source, target, rate)
        for source, line in enumerate(rates)
        for target, rate in enumerate(line)
        if rate is not None
    ]
    drawn.add_scatter(
        x=[target for _, target, _ in filled],
        y=[source for source, _, _ in filled],
        mode="text",
        text=[f"{round(100 * rate)}" for _, _, rate in filled],
        textfont={
            "size": 11 if len(names) > 10 or look.narrow else 12,
            "color": [_legible(rate, look) for _, _, rate in filled],
        },
        hoverinfo="skip",
        **axes,
    )
    tick = {"color": look.ink, "size": 11}
    labels = [plain(shorten(name, 9)) for name in names]
    shared = {"tickvals": list(places), "ticktext": labels, "tickfont": tick, "showgrid": False}
    shared |= {"zeroline": False, "fixedrange": True}
    title = {"font": {"color": look.soft, "size": 12}}
    drawn.layout[f"xaxis{suffix}"] = {
        **shared,
        "domain": domain[0],
        "anchor": f"y{suffix}",
        "range": [-0.5, len(names) - 0.5],
        "title": {**title, "text": "seen as", "standoff": 4},
    }
    drawn.layout[f"yaxis{suffix}"] = {
        **shared,
        "domain": domain[1],
        "anchor": f"x{suffix}",
        "range": [len(names) - 0.5, -0.5],
        "title": {**title, "text": "is", "standoff": 4},
    }


def _legible(rate: float, look: Look) -> str:
    """Ground or ink, whichever stands out more on the cell of this rate."""
    low, high = look.grid, look.lines[2]
    cell = [a + rate * (b - a) for a, b in zip(_channels(low), _channels(high), strict=True)]
    return max((look.ground, look.ink), key=lambda one: _contrast(_channels(one), cell))


def _channels(color: str) -> list[float]:
    return [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]


def _contrast(one: list[float], other: list[float]) -> float:
    """Contrast ratio of two colours, as WCAG 2 defines it."""
    light = [
        sum(
            weight * (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4)
            for weight, c in zip((0.2126, 0.7152, 0.0722), color, strict=True)
        )
        for color in (one, other)
    ]
    return (max(light) + 0.05) / (min(light) + 0.05)
