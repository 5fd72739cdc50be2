"""Two or more runs side by side: verdicts, curves, paired differences, what differs in set-up."""

from __future__ import annotations

import streamlit as st

from core.errors import UserError
from core.model.results import Results
from core.store.records import Run
from reports.compare import comparison, overlay, paired, side_by_side
from reports.plots.look import Look
from reports.views.parts import actions, common
from reports.views.parts.report import shown

OFFERED = 200
MOST = comparison.MOST


def page() -> None:
    """Draw the page."""
    st.title("Compare runs", anchor=False)
    if common.ledger().count_runs() < 2:
        st.info("A comparison needs two runs; there are fewer here so far.")
        st.page_link(common.LAUNCH_PAGE, label="New experiment", icon=":material/add:")
        st.page_link(common.RUNS_PAGE, label="All runs", icon=":material/arrow_back:")
        return
    st.caption(
        "Two or more runs side by side: their verdicts and curves, the differences on the same"
        " samples, and what differs in their set-up."
    )
    runs = chosen()
    if len(runs) < 2:
        st.info("Choose two runs or more. Their curves are laid over each other here.")
        return
    results, readable = [], []
    for run in runs:
        try:
            results.append(common.results(run))
            readable.append(run)
        except (UserError, common.UnreadableRun):
            st.warning(
                f"{common.escape(run.name)} ({run.id}) cannot be read by this version and is left"
                " out."
            )
    if len(readable) < 2:
        return
    found = pairs(readable)
    with st.container(horizontal=True):
        st.download_button(
            "Download this comparison (.html)",
            data=lambda: comparison.render(results, found),
            file_name="-".join(["comparison", *(run.id for run in readable)]) + ".html",
            on_click="ignore",
            key="save-comparison",
            icon=":material/download:",
        )
        with st.popover("Copy link", icon=":material/link:", key="share"):
            actions.link("compare?runs=" + ",".join(run.id for run in runs))
    look = common.look()
    holes = [run for run in readable if run.state != "done"]
    if holes:
        names = ", ".join(f"{run.name} ({run.id})" for run in holes)
        st.warning(f"Not complete: {common.escape(names)}. Only finished attacks are compared.")
    st.subheader(common.escape(side_by_side.headline(results, found)), anchor=False)
    st.markdown(common.escape(side_by_side.evidence(results, found)))
    for name, headline, statement in side_by_side.found_by_each(results):
        st.markdown(f"- **{common.escape(name)}**: {common.escape(f'{headline} {statement}')}")
    st.subheader("Verdicts", anchor=False)
    shown.table(side_by_side.verdicts(results))
    drawings(results, look)
    st.subheader("Differences, paired by sample", anchor=False)
    tables = side_by_side.differences(results, found)
    if not tables:
        st.info("These runs share no network and attack on the same samples.")
    for table in tables:
        shown.table(table)
    st.subheader("What differs in the set-up", anchor=False)
    setup = side_by_side.setup(results)
    if setup is None:
        st.markdown("Nothing: these runs have the same spec.")
    else:
        shown.table(setup)


def chosen() -> list[Run]:
    """The runs of the address, and the field that changes them."""
    store = common.ledger()
    asked = [ref for ref in st.query_params.get("runs", "").split(",") if ref]
    found: dict[str, Run] = {}
    for ref in asked[:MOST]:
        with common.guarded():
            run = store.run(ref)
            found[run.id] = run
    offered = {run.id: run for run in store.runs(limit=OFFERED)} | found
    picked = st.multiselect(
        "Runs",
        list(offered),
        default=list(found),
        max_selections=MOST,
        format_func=lambda ref: f"{offered[ref].name} ({ref})",
        placeholder="Choose runs by name or id",
    )
    if picked != asked:
        st.query_params["runs"] = ",".join(picked)
    return [offered[ref] for ref in picked]


def drawings(results: list[Results], look: Look) -> None:
    """Overlaid curves of both measures."""
    any_drawn = False
    for measure, title in overlay.MEASURES.items():
        drawn = overlay.figure(results, measure, look)
        if drawn is not None:
            any_drawn = True
            st.subheader(f"{title} against temperature", anchor=False)
            said = overlay.takeaway(results, measure)
            shown.chart(drawn, f"overlay-{measure}", said)
            st.caption(common.escape(said))
            with st.expander("The numbers"):
                shown.table(overlay.table(results, measure))
    if not any_drawn:
        st.info("None of these runs attacked a network at a temperature, so there is no curve.")


def pairs(runs: list[Run]) -> list[list[paired.Paired]]:
    """Differences of every run from the first one, paired by sample."""
    base, found = runs[0], []
    for other in runs[1:]:
        try:
            found.append(_differences(base.id, common.stamp(base), other.id, common.stamp(other)))
        except UserError as error:
            st.error(common.escape(str(error)))
            found.append([])
    return found


@st.cache_data(max_entries=32, show_spinner="Comparing sample by sample")
def _differences(
    first: str, first_stamp: str, second: str, second_stamp: str
) -> list[paired.Paired]:
    store = common.ledger()
    one, other = (common.collected(store.run(ref), store) for ref in (first, second))
    return paired.differences(one, other)


if __name__ == "__main__":
    page()
