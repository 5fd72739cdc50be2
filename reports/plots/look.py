"""Ink, type and markers of every figure: the two grounds, the two widths, one base layout."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from reports.prose import phrases
from reports.prose.reading import JSMA_FAMILY

FONT = 'Inter, "Segoe UI", system-ui, sans-serif'


@dataclass(frozen=True)
class Look:
    """Colours of one ground, and whether the figure must fit a phone.

    `lines` colour marks, `texts` are the same hues at 4.5 : 1 contrast against the ground.
    """

    ground: str
    ink: str
    soft: str
    grid: str
    lines: tuple[str, ...]
    texts: tuple[str, ...]
    shade: str
    narrow: bool = False


_LIGHT: dict[str, Any] = {
    "ground": "#ffffff",
    "ink": "#0e1117",
    "soft": "#59616e",
    "grid": "#e8ebef",
    "lines": ("#D55E00", "#CC79A7", "#0072B2", "#009E73", "#6b7280"),
    "texts": ("#ad4a00", "#a04577", "#00629b", "#00704f", "#59616e"),
    "shade": "rgba(213,94,0,0.08)",
}
_DARK: dict[str, Any] = {
    "ground": "#0e1117",
    "ink": "#eef1f5",
    "soft": "#a5afbd",
    "grid": "#262c36",
    "lines": ("#f0803c", "#e39cc4", "#4aa8e0", "#3cc79b", "#9aa4b2"),
    "texts": ("#f79a60", "#e9aed0", "#6dbcec", "#5bd3ac", "#b3bcc8"),
    "shade": "rgba(240,128,60,0.13)",
}
LIGHT = Look(**_LIGHT)
DARK = Look(**_DARK)
LIGHT_NARROW = Look(**_LIGHT, narrow=True)
DARK_NARROW = Look(**_DARK, narrow=True)

_DASHES = ("solid", "dot", "dash", "dashdot", "longdash")
_SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross")
_GLYPHS = ("●", "■", "◆", "▲", "✚")
_OTHERS = (
    *(("cross", "✚"), ("star", "★"), ("hexagon", "⬢")),
    *(("pentagon", "⬟"), ("triangle-down", "▼")),
)


@dataclass(frozen=True)
class Mark:
    """How one attack is drawn: line and text colour, dash, marker, and the marker as a glyph."""

    line: str
    text: str
    dash: str
    symbol: str
    glyph: str


def mark(attack: str, look: Look, place: int = 0) -> Mark:
    """The mark of an attack; `place` tells apart attacks outside the JSMA family."""
    if attack in JSMA_FAMILY:
        i = JSMA_FAMILY.index(attack)
        return Mark(look.lines[i], look.texts[i], _DASHES[i], _SYMBOLS[i], _GLYPHS[i])
    symbol, glyph = _OTHERS[place % len(_OTHERS)]
    return Mark(look.lines[-1], look.texts[-1], _DASHES[-1], symbol, glyph)


def nth(place: int, look: Look) -> Mark:
    """The mark of the n-th of several things of one kind: networks, say; five differ."""
    hue = (2, 0, 3, 1, 4)[place % 5]
    sign = place % 5
    return Mark(look.lines[hue], look.texts[hue], _DASHES[sign], _SYMBOLS[sign], _GLYPHS[sign])


def plain(text: str) -> str:
    """Text for plotly, which reads a little HTML in labels: nothing in it is a tag any more."""
    return html.escape(phrases.visible(text), quote=False)


def shorten(text: str, most: int) -> str:
    """Text of at most so many characters, with an ellipsis where it was cut."""
    return text if len(text) <= most else text[: most - 1] + "…"


def figure(look: Look, height: int, **layout: object) -> go.Figure:
    """An empty figure on this ground: light horizontal gridlines, no frame, no legend.

    Args:
        height: pixels; the width follows the page.
    """
    axis = {
        "showline": False,
        "zeroline": False,
        "ticks": "",
        "gridcolor": look.grid,
        "fixedrange": True,
        "tickfont": {"color": look.ink, "size": 12 if look.narrow else 14},
    }
    base = {
        "template": {},
        "height": height,
        "showlegend": False,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 12 if look.narrow else 14, "color": look.ink},
        "hoverlabel": {
            "bgcolor": look.ground,
            "bordercolor": look.soft,
            "font": {"color": look.ink, "family": FONT, "size": 13},
            "align": "left",
        },
        "margin": {"l": 48, "r": 16, "t": 44, "b": 56},
        "dragmode": False,
        "hovermode": "closest",
        "xaxis": {**axis, "showgrid": False},
        "yaxis": dict(axis),
    }
    drawn = go.Figure(layout=base)
    drawn.update_layout(**layout)
    return drawn


def note(drawn: go.Figure, text: str, look: Look, **where: object) -> None:
    """Writes a remark into a figure; `where` are plotly annotation settings."""
    settings = {
        "text": text,
        "showarrow": False,
        "font": {"size": 12 if look.narrow else 13, "color": look.soft, "family": FONT},
        "align": "left",
    }
    drawn.add_annotation(**{**settings, **where})


def spread(wanted: list[float], gap: float, low: float, high: float) -> list[float]:
    """Positions near the wanted ones, at least `gap` apart and within [low, high] where they fit.

    Keeps the order; returns the positions in the order of `wanted`.
    """
    order = sorted(range(len(wanted)), key=lambda i: (wanted[i], i))
    placed = list(wanted)
    floor = low
    for i in order:
        placed[i] = max(placed[i], floor)
        floor = placed[i] + gap
    ceiling = high
    for i in reversed(order):
        placed[i] = min(placed[i], ceiling)
        ceiling = placed[i] - gap
    return placed
