"""The key above panels: the names of the series in their colours."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import plotly.graph_objects as go

from reports.plots.look import Look, Mark, note, plain


def key_text(
    names: Mapping[str, str], style: Callable[[str], Mark], look: Look, columns: int
) -> str:
    """Up to `columns` names a line, one on a phone; empty where there is one series or none."""
    if len(names) < 2:
        return ""
    shown = [
        f'<span style="color:{style(k).text}">{style(k).glyph} {plain(name)}</span>'
        for k, name in names.items()
    ]
    columns = 1 if look.narrow else columns
    return "<br>".join("     ".join(shown[i : i + columns]) for i in range(0, len(shown), columns))


def draw_key(drawn: go.Figure, text: str, look: Look, left: int) -> None:
    """Above the panels, from `left` pixels of their left edge; nothing where `text` is empty."""
    if text:
        place = {"x": 0, "xref": "paper", "xanchor": "left", "y": 1, "yref": "paper"}
        font = {"size": 12 if look.narrow else 13, "color": look.ink}
        note(drawn, text, look, xshift=left, yanchor="bottom", yshift=34, font=font, **place)
