"""The review of one run: comments by section, sign-offs by role, publication, the chain."""

from __future__ import annotations

import streamlit as st

from core.errors import UserError
from core.model.results import Results
from core.store.records import Run
from reports.document.record import Record
from reports.views.parts import actions, common
from reports.views.parts.report import sections
from reports.views.parts.review import forms, record


def page() -> None:
    """Draw the page."""
    store = common.ledger()
    wanted = st.query_params.get("run", "latest")
    try:
        run = store.run(wanted)
    except UserError:
        st.title("This run is not here", anchor=False)
        st.error(f"No single run of this workspace is called {common.escape(wanted)}.")
        st.page_link(common.RUNS_PAGE, label="All runs", icon=":material/arrow_back:")
        return
    if wanted != run.id:
        st.query_params["run"] = run.id
    heading(run)
    if run.active:
        st.info("This run has not ended. It can be discussed and signed once it has.")
        return
    try:
        results = common.results(run)
    except (UserError, common.UnreadableRun) as error:
        st.error(f"The results of this run cannot be read: {common.escape(str(error))}")
        return
    forms.told()
    draw(run, results)


def heading(run: Run) -> None:
    """Which run this is, the way back to its report, and the link to this page."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(
            common.RUN_PAGE,
            label=f"**{common.escape(run.name)}**",
            icon=":material/arrow_back:",
            query_params={"run": run.id},
            width="content",
        )
        st.markdown(common.badge(run.state), width="content")
        st.caption(f"{run.id} · queued {common.when(run.created)}", width="content")
        with st.popover("Copy link", icon=":material/link:", key="share"):
            actions.link(f"review?run={run.id}")
    st.title("Comments and sign-offs", anchor=False)


def draw(run: Run, results: Results) -> None:
    """The record, and the forms that add to it."""
    shown = record.read(run, results)
    content = record.content_of(run, results)
    allowed = record.may_review()
    record.summary(shown, results)
    if not allowed:
        st.info(
            "Commenting and signing are switched off for visitors of this address; whoever runs"
            " the app allows them with ALLOW_REVIEW=1."
        )
    record.signatures(shown)
    if allowed:
        forms.sign(run, content)
    comments(run, shown, allowed)
    if allowed:
        forms.comment(run, record.sections_of(run.id, common.stamp(run), results))
    record.chain(shown)
    if common.may_change():
        forms.publish(run, content, shown)


def comments(run: Run, shown: Record, allowed: bool) -> None:
    """Open comments in the order of the document, then the resolved ones, folded."""
    st.subheader("Comments", anchor="comments")
    places = list(sections.titles())
    ordered = sorted(
        shown.discussions,
        key=lambda one: places.index(one.section) if one.section in places else len(places),
    )
    waiting = [one for one in ordered if not one.resolved]
    settled = [one for one in ordered if one.resolved]
    if not waiting:
        st.caption("No open comment." if settled else "No comment yet.")
    for one in waiting:
        with st.container(border=True, gap="small", key=f"thread-{one.number}"):
            record.discussion(one)
            if allowed:
                forms.answer(run, one)
    if settled:
        with st.expander(f"{len(settled)} resolved"):
            for one in settled:
                with st.container(border=True, gap="small", key=f"thread-{one.number}"):
                    record.discussion(one)
                    if allowed:
                        forms.answer(run, one)


if __name__ == "__main__":
    page()
