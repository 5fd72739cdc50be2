"""The figures of the report, in the order of the document: each with its sentence and numbers."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from core.model.results import Results
from core.store.records import Run
from reports.plots.look import Look
from reports.views.parts import common
from reports.views.parts.report import sections, shown
from reports.views.parts.report.sections import Drawn

FEW = 4


def draw(run: Run, results: Results, look: Look) -> None:
    """Every figure that these results have, the one that proves the finding first.

    The training curves stand elsewhere.
    """
    stamp = common.stamp(run)
    every = {
        section.id: _drawn(run.id, stamp, section.id, look, results)
        for section in sections.DRAWN.values()
    }
    there = {
        name: made for name, made in every.items() if made is not None and name != sections.TRAINING
    }
    first = next((name for name in sections.LEADS if name in there), None)
    order = sorted(there, key=lambda name: name != first)
    for place, name in enumerate(order):
        _one(results, sections.DRAWN[name], there[name])
        if place == 0 and len(order) > FEW:
            _contents([sections.DRAWN[other] for other in order[1:]])


def _one(results: Results, section: Drawn, figure: go.Figure) -> None:
    """One figure with its sentence and its numbers."""
    st.subheader(section.title, anchor=section.id)
    sentence = section.takeaway(results)
    shown.chart(figure, section.id, sentence)
    st.caption(common.escape(sentence))
    with st.expander("The numbers"):
        shown.table(section.table(results))


def of_training(results: Results, look: Look) -> None:
    """The training curves with their sentence, and every network in numbers."""
    section = sections.DRAWN[sections.TRAINING]
    figure = section.figure(results, look)
    if figure is not None:
        st.subheader(section.title, anchor=False)
        sentence = section.takeaway(results)
        shown.chart(figure, section.id, sentence)
        st.caption(common.escape(sentence))
    shown.table(section.table(results))


def so_far(results: Results, look: Look) -> None:
    """The figure of what has finished in a run that goes on; nothing where there is none yet."""
    for name, title in (
        (sections.ROBUSTNESS, "Robustness against temperature, so far"),
        (sections.COMPARISON, "Robustness so far"),
    ):
        figure = sections.DRAWN[name].figure(results, look)
        if figure is not None:
            st.subheader(title, anchor=False)
            shown.chart(figure, "partial", "Robustness by attack as far as the run is")
            st.caption("Only finished attacks are drawn; the report is complete when the run ends.")
            return


def _contents(below: list[Drawn]) -> None:
    """Links to the figures further down."""
    with st.expander(f"Contents: {len(below)} more figures below"):
        st.markdown("\n".join(f"- [{section.title}](#{section.id})" for section in below))


# As a resource: building a figure again from a copy takes half of the time of the page.
@st.cache_resource(max_entries=128, show_spinner=False)
def _drawn(run: str, stamp: str, name: str, look: Look, _results: Results) -> go.Figure | None:
    return sections.DRAWN[name].figure(_results, look)
