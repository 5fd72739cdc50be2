"""Histograms over powers of ten, one below the other."""

from __future__ import annotations

from dataclasses import dataclass

import plotly.graph_objects as go

from reports.plots.look import Look, figure, note, plain, shorten

_ROW = 46
_OPEN = -46
"""Where what has no power of ten is drawn: left of everything that a float32 can hold."""


@dataclass(frozen=True)
class Bar:
    """A share at a power of ten, None for exactly 0, and what the reader sees on hover."""

    power: int | None
    share: float
    text: str

    @property
    def place(self) -> int:
        """Where it stands on the axis."""
        return _OPEN if self.power is None else self.power


@dataclass(frozen=True)
class Histogram:
    """The bars of one row."""

    name: str
    bars: tuple[Bar, ...]


def histograms(rows: list[Histogram], lost: int, what: str, look: Look) -> go.Figure | None:
    """One row a histogram; None without any.

    Args: lost: the power of ten below which a float32 is exactly 0. what: title of the axis.
    """
    if not rows:
        return None
    left = 108 if look.narrow else 236
    drawn = figure(look, 96 + _ROW * len(rows), margin={"l": left, "r": 20, "t": 40, "b": 56})
    tallest = max(bar.share for row in rows for bar in row.bars)
    for place, row in enumerate(rows):
        _row(drawn, row, place, tallest, lost, look)
    low = min(bar.place for row in rows for bar in row.bars)
    powers = [bar.power for row in rows for bar in row.bars if bar.power is not None]
    high = max(powers, default=low) + 1
    low = min(low, lost - 3) if low < -20 else low
    if low < lost:
        drawn.add_vline(x=lost, line={"color": look.soft, "width": 1, "dash": "dash"})
        where = {"x": lost, "xanchor": "left", "xshift": 4, "y": 1, "yref": "paper"}
        text = "left of here float32 is 0" if look.narrow else "left of here a float32 is exactly 0"
        note(drawn, text, look, yanchor="bottom", yshift=4, **where)
    drawn.update_layout(barmode="overlay", bargap=0)
    _axes(drawn, [row.name for row in rows], low, high, what, look)
    return drawn


def _row(
    drawn: go.Figure, row: Histogram, place: int, tallest: float, lost: int, look: Look
) -> None:
    color = [look.lines[0] if bar.place < lost else look.lines[2] for bar in row.bars]
    drawn.add_bar(
        x=[bar.place + 0.5 for bar in row.bars],
        y=[-0.82 * bar.share / tallest for bar in row.bars],
        base=[place + 0.42] * len(row.bars),
        width=0.86,
        marker={"color": color, "line": {"width": 0}},
        customdata=[bar.text for bar in row.bars],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _axes(drawn: go.Figure, names: list[str], low: int, high: int, what: str, look: Look) -> None:
    every = range(_OPEN // 10 * 10, high + 1, 10 if high - low > 12 else 2)
    ticks = [power for power in every if low <= power <= high] or [high]
    drawn.update_xaxes(
        range=[low - 0.5, high + 0.5],
        tickvals=ticks,
        ticktext=[f"10<sup>{power}</sup>".replace("-", "−") for power in ticks],
        title={"text": what, "font": {"color": look.soft, "size": 13}},
    )
    drawn.update_yaxes(
        range=[len(names) - 0.45, -0.55],
        tickvals=list(range(len(names))),
        ticktext=[plain(shorten(name, 16 if look.narrow else 34)) for name in names],
        showgrid=False,
        tickfont={"size": 11 if look.narrow else 13, "color": look.ink},
    )
