"""One run: progress while it runs, its report when it is done, and what can be done with it."""

from __future__ import annotations

import streamlit as st

from core.errors import UserError
from core.model.results import Results
from core.store.records import Run
from reports.views.parts import actions, common, planned
from reports.views.parts.live import progress, steps
from reports.views.parts.report import findings, networks, numbers, samples, setup

SECTIONS = ("Report", "Samples", "Numbers", "Networks", "Steps", "Set-up")


def page() -> None:
    """Draw the page."""
    store = common.ledger()
    wanted = st.query_params.get("run", "latest")
    try:
        run = store.run(wanted)
    except UserError:
        st.title("This run is not here", anchor=False)
        if store.count_runs():
            st.error(
                f"No single run of this workspace is called {common.escape(wanted)}. It was"
                " deleted, or the link comes from another machine: then ask for the report as a"
                " file."
            )
        else:
            st.info("There are no runs yet. The first one starts with one click on the first page.")
        label = "All runs" if store.count_runs() else "To the first experiment"
        st.page_link(common.RUNS_PAGE, label=label, icon=":material/arrow_back:")
        return
    if wanted != run.id:
        st.query_params["run"] = run.id
    if run.active:
        heading(run)
        progress.draw(run.id)
        return
    try:
        results = common.results(run)
    except (UserError, common.UnreadableRun) as error:
        heading(run, error)
        unreadable(run, error)
        return
    heading(run)
    ended(run, results)


def heading(run: Run, error: Exception | None = None) -> None:
    """Name, state and the row of actions."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(common.RUNS_PAGE, label="Runs", icon=":material/arrow_back:", width="content")
        st.markdown(f"**{common.escape(run.name)}**", width="content")
        st.markdown(common.badge(run.state), width="content")
        if common.ledger().published([run.id]):
            st.markdown(":blue-badge[published]", width="content")
        st.caption(f"{run.id} · queued {common.when(run.created)}", width="content")
    actions.row(run, error)


def ended(run: Run, results: Results) -> None:
    """A run that has ended: what is missing, then the chosen section."""
    if run.state in ("failed", "cancelled"):
        steps.missing(run)
    section = st.segmented_control(
        "Section",
        SECTIONS,
        default=SECTIONS[0],
        required=True,
        key="section",
        bind="query-params",
        label_visibility="collapsed",
    )
    look = common.look()
    match section:
        case "Samples":
            st.title("Attacked samples", anchor=False)
            st.caption("Single attacks: the sample, what was made of it, what the network said.")
            samples.browser(run, results, narrow=look.narrow)
        case "Numbers":
            st.title("Numbers", anchor=False)
            st.caption("What the figures of the report draw. A click on a column sorts.")
            numbers.draw(results)
        case "Networks":
            st.title("Networks", anchor=False)
            st.caption("How each network was trained, how accurate it is, and each as a file.")
            networks.draw(run, results, look)
        case "Steps":
            st.title("Steps", anchor=False)
            st.caption("Every training and every attack of this run, with its state and time.")
            steps.table(run)
        case "Set-up":
            st.title("Set-up", anchor=False)
            st.caption("What was asked for, what was done to files, how it was computed.")
            setup.draw(run, results)
        case _:
            findings.draw(run, results, look)


def unreadable(run: Run, error: Exception) -> None:
    """A run of an older version, or one whose files are gone: what still works is offered."""
    if isinstance(error, UserError):
        st.title("A file of this run is missing", anchor=False)
        st.error(common.escape(str(error)))
        st.markdown("Resume computes again what is missing; everything else is kept.")
    else:
        made = planned.versions(run)
        st.title("This run was made by an older version", anchor=False)
        st.warning(
            "This version of Thermocline cannot read its results. The set-up below is kept; run"
            " it again with “Clone and edit” to get results that can be compared with new ones."
            + (f" It was made with {common.escape(made)}." if made else ""),
        )
        with st.expander("What could not be read"):
            st.code(str(error), language=None, wrap_lines=True)
    st.subheader("Set-up", anchor=False)
    setup.spec(run)
    steps.table(run)


if __name__ == "__main__":
    page()
