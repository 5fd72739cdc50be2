"""Every figure of a page as JSON, for both grounds and widths; the dark one as what it changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go

from reports.plots import look


def variants(draw: Callable[[look.Look], go.Figure | None]) -> dict[str, Any] | None:
    """One figure on both grounds and in both widths; None where it draws nothing.

    Returns: `wide` is the light figure of a page; `narrow` and `wide-dark` are lists of
    [path, value] that make another one of it, and `narrow-dark` makes the dark one of the narrow
    one.
    """
    wide, wide_dark = (_json(draw(one)) for one in (look.LIGHT, look.DARK))
    if wide is None:
        return None
    narrow, narrow_dark = (_json(draw(one)) for one in (look.LIGHT_NARROW, look.DARK_NARROW))
    return {
        "wide": wide,
        "wide-dark": changes(wide, wide_dark),
        "narrow": changes(wide, narrow),
        "narrow-dark": changes(narrow, narrow_dark),
    }


def _json(figure: go.Figure | None) -> Any:
    return None if figure is None else json.loads(figure.to_json())


def changes(first: Any, second: Any, path: tuple = ()) -> list[list]:
    """What makes the second of two JSON values of the first: [path, value], one a difference."""
    if isinstance(first, dict) and isinstance(second, dict) and first.keys() == second.keys():
        return [c for key in first for c in changes(first[key], second[key], (*path, key))]
    if isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        pairs = enumerate(zip(first, second, strict=True))
        return [c for i, (one, other) in pairs for c in changes(one, other, (*path, i))]
    return [] if first == second else [[list(path), second]]
