"""Two or more runs side by side: curves, paired differences, what differs in their set-up."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.errors import UserError
from core.experiment import results as run_results
from core.store.records import Run
from reports import overlay, paired, tables, words
from reports.look import Look
from reports.views.parts import actions, common, report

OFFERED = 200
MOST = 5


def page() -> None:
    """Draw the page."""
    st.title("Compare runs", anchor=False)
    if common.ledger().count_runs() < 2:
        st.info("A comparison needs two runs; there are fewer here so far.")
        st.page_link(common.RUNS_PAGE, label="All runs", icon=":material/arrow_back:")
        return
    st.caption(
        "Two or more runs side by side: their curves, the differences on the same samples, and"
        " what differs in their set-up."
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
    with st.popover("Copy link", icon=":material/link:", key="share"):
        actions.link("compare?runs=" + ",".join(run.id for run in runs))
    if len(readable) < 2:
        return
    look = common.look()
    holes = [run for run in readable if run.state != "done"]
    if holes:
        names = ", ".join(f"{run.name} ({run.id})" for run in holes)
        st.warning(f"Not complete: {common.escape(names)}. Only finished attacks are compared.")
    drawings(results, look)
    pairs(readable)
    setups(readable)


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


def drawings(results: list[dict], look: Look) -> None:
    """Overlaid curves of both measures."""
    any_drawn = False
    for measure, title in overlay.MEASURES.items():
        drawn = overlay.figure(results, measure, look)
        if drawn is not None:
            any_drawn = True
            st.subheader(f"{title} against temperature", anchor=False)
            report.chart(drawn, f"overlay-{measure}", f"{title} of {len(results)} runs")
    if not any_drawn:
        st.info("None of these runs attacked a network at a temperature, so there is no curve.")


def pairs(runs: list[Run]) -> None:
    """Differences of every run from the first one, with intervals."""
    st.subheader("Differences, paired by sample", anchor=False)
    base = runs[0]
    for other in runs[1:]:
        try:
            found = _differences(base.id, common.stamp(base), other.id, common.stamp(other))
        except UserError as error:
            st.error(common.escape(str(error)))
            continue
        st.caption(f"{common.escape(other.name)} ({other.id}) minus {common.escape(base.name)}")
        if not found:
            st.info("These two share no network and attack on the same samples.")
            continue
        st.dataframe(
            pd.DataFrame(
                {
                    "Network": [words.defense_of(row) for row in found],
                    "Attack": [
                        tables.named(row["attack"], row["attack_params"], found) for row in found
                    ],
                    "Measure": [overlay.MEASURES[row["metric"]] for row in found],
                    "Difference": [row["difference"] for row in found],
                    "from": [row["low"] for row in found],
                    "to": [row["high"] for row in found],
                    "Samples": [row["n"] for row in found],
                    "Reads": [
                        "a difference" if row["detected"] else "no difference detected"
                        for row in found
                    ],
                }
            ),
            hide_index=True,
            column_config=dict.fromkeys(
                ("Difference", "from", "to"), st.column_config.NumberColumn(format="percent")
            ),
            alt="Paired differences between two runs",
        )


@st.cache_data(max_entries=32, show_spinner="Comparing sample by sample")
def _differences(first: str, first_stamp: str, second: str, second_stamp: str) -> list[dict]:
    store = common.ledger()
    one, other = (run_results.collect(store.run(ref), store) for ref in (first, second))
    return paired.differences(one, other)


def setups(runs: list[Run]) -> None:
    """What differs in the specs."""
    st.subheader("What differs in the set-up", anchor=False)
    rows = overlay.differing([run.spec for run in runs])
    if not rows:
        st.markdown("Nothing: these runs have the same spec.")
        return
    titles = [f"{run.name} ({run.id})" for run in runs]
    frame = pd.DataFrame([[path, *values] for path, values in rows], columns=["Setting", *titles])
    st.dataframe(frame, hide_index=True, alt="Settings that differ between the runs")


if __name__ == "__main__":
    page()
