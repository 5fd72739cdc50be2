"""A figure or a table of `reports` put on a page of the app."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from reports.prose.table import Table
from reports.views.parts import common

_CHART = {"displayModeBar": False, "responsive": True}
SHORT = 40


def chart(drawn: go.Figure, key: str, alt: str) -> None:
    """A figure as wide as the page, in our own inks."""
    st.plotly_chart(drawn, width="stretch", theme=None, key=f"fig-{key}", config=_CHART, alt=alt)


def table(made: Table | None) -> None:
    """A table of the report."""
    if made is None:
        return
    rows = pd.DataFrame(list(made.rows), columns=list(made.columns))
    numeric = {
        column: st.column_config.TextColumn(alignment="right")
        for place, column in enumerate(made.columns)
        if place in made.numeric
    }
    st.dataframe(
        rows,
        hide_index=True,
        column_config=numeric,
        height="content" if len(rows) <= SHORT else "auto",
        alt=made.caption or made.columns[0],
    )
    if made.caption:
        st.caption(common.escape(made.caption))
