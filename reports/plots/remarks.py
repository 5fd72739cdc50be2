"""What is written into a figure against temperature: published points, budget, gap. No lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go

from core.spec.catalog import HUMAN_THRESHOLD, OBTAINED, Published
from reports.plots.look import Look, note, plain
from reports.plots.series import Budget, Chart, Gap, Line
from reports.prose import numbers


def published(
    drawn: go.Figure, chart: Chart, places: Mapping[float | None, int], look: Look
) -> None:
    """Hollow circles for the published values, the telling ones labelled."""
    points = chart.published
    if not points:
        return
    drawn.add_scatter(
        name="published",
        x=[places[point.temperature] for point in points],
        y=[point.value * 100 for point in points],
        mode="markers",
        cliponaxis=False,
        marker={
            "symbol": "circle-open",
            "size": 12,
            "color": look.ink,
            "line": {"width": 1.75, "color": look.ink},
        },
        customdata=[
            f"<b>published {numbers.published(point.value)}</b><br>{plain(point.source)}: "
            f"{plain(OBTAINED[point.obtained])}"
            for point in points
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )
    for point in _labelled(points, chart.lines):
        first = places[point.temperature] == 0
        right = {"ax": 16 if look.narrow else 34, "ay": -40, "xanchor": "left"}
        left = {"ax": -30, "ay": 34, "xanchor": "right"}
        beside = {"ax": -26, "ay": -18, "xanchor": "right"}
        # At the left end there is no room on the left, and points that follow stand lower.
        above = {"ax": 14, "ay": -18, "xanchor": "left"}
        success = above if first else beside
        where = success if chart.falling else right if first else left
        note(
            drawn,
            f"published{'<br>' if look.narrow else ' '}{numbers.published(point.value)}",
            look,
            x=places[point.temperature],
            y=point.value * 100,
            showarrow=True,
            arrowhead=0,
            arrowwidth=1,
            arrowcolor=look.soft,
            standoff=7,
            font={"size": 12 if look.narrow else 13, "color": look.ink},
            **where,
        )


def _labelled(points: Sequence[Published], lines: Sequence[Line]) -> list[Published]:
    """The published points worth a label: those from the text, else the one farthest from a line.

    The farthest leaves room for its label; the others are named on hover and in the table.
    """
    from_text = [point for point in points if point.obtained == "text"]
    if from_text:
        return from_text

    def distance(point: Published) -> float:
        near = [
            abs(found.value - point.value)
            for line in lines
            for at, found in line.points.items()
            if at == point.temperature
        ]
        return min(near, default=0.0)

    return [max(points, key=distance)]


def budgets(drawn: go.Figure, caps: Sequence[Budget], look: Look) -> None:
    """Where failed attacks are counted, one line a budget, labelled for what it is."""
    for cap in caps:
        share = cap.share * 100
        drawn.add_hline(y=share, line={"color": look.soft, "width": 1, "dash": "4px,3px"})
        text = f"budget: {cap.features:g} features"
        note(
            drawn,
            text if look.narrow else f"{text}, where failed attacks are counted",
            look,
            x=1,
            xref="paper",
            xanchor="right",
            y=share,
            yanchor="bottom",
            # Clear of the markers of those who reach the budget.
            yshift=7,
        )


def human(drawn: go.Figure, look: Look) -> None:
    """Where people begin to misread digits, says the paper."""
    share = HUMAN_THRESHOLD * 100
    drawn.add_hline(y=share, line={"color": look.soft, "width": 1, "dash": "1px,3px"})
    text = f"{numbers.published(HUMAN_THRESHOLD)}: people begin to misread digits"
    note(
        drawn,
        "people misread from here" if look.narrow else f"{text}, says the paper",
        look,
        x=0,
        xref="paper",
        xanchor="left",
        y=share,
        yanchor="top",
    )


def shade(
    drawn: go.Figure,
    gap: Gap,
    lines: Sequence[Line],
    places: Mapping[float | None, int],
    look: Look,
) -> None:
    """Fills and names the area between two lines where their intervals are apart."""
    upper, lower = gap.upper.points, gap.lower.points
    shared = [places[at] for at in upper if at in lower]
    over = [at for at in upper if shared[0] <= places[at] <= shared[-1]]
    under = [at for at in reversed(lower) if shared[0] <= places[at] <= shared[-1]]
    drawn.add_scatter(
        x=[places[at] for at in [*over, *under]],
        y=[upper[at].value * 100 for at in over] + [lower[at].value * 100 for at in under],
        mode="none",
        fill="toself",
        fillcolor=look.shade,
        hoverinfo="skip",
    )
    last = max(gap.at)
    middle = (upper[last].value + lower[last].value) * 50
    text = "this gap<br>is rounding,<br>not robustness"
    where: dict[str, Any] = {"x": places[last], "y": middle, "xanchor": "right", "align": "right"}
    if look.narrow:
        room = max(places.values()) * 0.46
        pointer = {"showarrow": True, "arrowhead": 0, "arrowwidth": 1, "arrowcolor": look.soft}
        where |= {**pointer, "axref": "x", "ax": room, "ayref": "y", "ay": middle, "xshift": -10}
        where |= {"x": places[last], "xanchor": "right"}
    else:
        where |= {"xshift": -12}
        where |= _clear(lines, places, gap.at)
    font = {"size": 12 if look.narrow else 15, "color": look.ink}
    note(drawn, text, look, font=font, **where)


def _clear(
    lines: Sequence[Line], places: Mapping[float | None, int], gap: Sequence[float]
) -> dict[str, float]:
    """Where in the gap its name crosses no line: the right end and the height; {} if nowhere."""
    # The name's width and half its height, in places and in shares of the tallest line.
    width = 0.27 * max(places.values()) + 0.15
    tallest = max(point.value for line in lines for point in line.points.values()) * 100
    half = 0.1 * tallest
    for at in sorted(gap, reverse=True):
        right = places[at] - 0.08
        over = max(line.points[at].value for line in lines if at in line.points) * 100
        for step in range(9):
            y = over * (0.6 - 0.05 * step)
            box = (right - width, right, y - half, y + half)
            if not any(passes(line, places, *box) for line in lines):
                return {"x": right, "y": y, "xshift": 0}
    return {}


def passes(
    line: Line,
    places: Mapping[float | None, int],
    left: float,
    right: float,
    low: float,
    high: float,
) -> bool:
    """Whether a line comes through a box; looked at in forty places across it."""
    ends = sorted((places[at], point.value * 100) for at, point in line.points.items())
    for i in range(41):
        x = left + (right - left) * i / 40
        for (x0, y0), (x1, y1) in pairwise(ends):
            if x0 <= x <= x1 and low <= y0 + (y1 - y0) * (x - x0) / (x1 - x0) <= high:
                return True
    return False
