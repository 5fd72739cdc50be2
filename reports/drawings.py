"""Every figure of a page as JSON, for both grounds and widths; the dark one as what it changes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from reports import look
from reports.figure_list import FIGURES
from reports.tables import Table

_WIDTHS = {"wide": (look.LIGHT, look.DARK), "narrow": (look.LIGHT_NARROW, look.DARK_NARROW)}


@dataclass(frozen=True)
class Shown:
    """A figure of the page: its id, title, takeaway and the table of its numbers."""

    id: str
    title: str
    takeaway: str
    table: Table


def drawn(results: dict) -> tuple[dict[str, Shown], dict[str, dict]]:
    """The figures that this run can fill, and their drawings.

    Returns: figures by id; drawings by id: for `wide` and `narrow` the light figure, and under
    `wide-dark` and `narrow-dark` a list of [path, value] that makes the dark one of it.
    """
    shown: dict[str, Shown] = {}
    drawings: dict[str, dict] = {}
    for name, entry in FIGURES.items():
        variants: dict[str, Any] = {}
        for width, (light, dark) in _WIDTHS.items():
            figures = [entry.draw(results, one) for one in (light, dark)]
            if figures[0] is None or figures[1] is None:
                continue
            first, second = (json.loads(figure.to_json()) for figure in figures)
            variants[width] = first
            variants[f"{width}-dark"] = changes(first, second)
        if variants:
            shown[name] = Shown(name, entry.title, entry.takeaway(results), entry.table(results))
            drawings[name] = variants
    return shown, drawings


def changes(first: Any, second: Any, path: tuple = ()) -> list[list]:
    """What makes the second of two JSON values of the first: [path, value], one a difference."""
    if isinstance(first, dict) and isinstance(second, dict) and first.keys() == second.keys():
        return [c for key in first for c in changes(first[key], second[key], (*path, key))]
    if isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        pairs = enumerate(zip(first, second, strict=True))
        return [c for i, (one, other) in pairs for c in changes(one, other, (*path, i))]
    return [] if first == second else [[list(path), second]]
