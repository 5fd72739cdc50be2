"""The set-up of a run: departures from the paper, where the numbers come from, the spec."""

from __future__ import annotations

import streamlit as st

from core.model.results import Results
from core.store.records import Run
from reports.prose.alone import alone
from reports.views.parts import common, planned
from reports.views.parts.report import sections


def draw(run: Run, results: Results) -> None:
    """Departures, notes, origins and the spec."""
    if not alone(results):  # nobody repeats the paper with a network of one's own
        st.subheader("Departures from the paper", anchor=False)
        st.markdown(_list(results.provenance.departures) or "None.")
    if results.provenance.notes:
        st.subheader("Notes", anchor=False)
        st.markdown(_list(results.provenance.notes))
    st.subheader("Where the numbers come from", anchor=False)
    # As text, not as a grid: versions and checksums are longer than any column.
    st.markdown(_list([f"{what}: {value}" for what, value in sections.facts(results).rows]))
    st.subheader("Spec", anchor=False)
    spec(run)


def spec(run: Run) -> None:
    """The spec of a run of any version."""
    # Without highlighting: its colours miss the contrast of WCAG AA.
    st.code(planned.spec_as_yaml(run), language=None)


def _list(sentences: list[str]) -> str:
    return "\n".join(f"- {common.escape(sentence)}" for sentence in sentences)
