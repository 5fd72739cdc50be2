"""All runs, newest first: state, progress, what was found; without any, the first experiment."""

from __future__ import annotations

import streamlit as st

from core.planning.remaining import in_words
from core.spec import spec, spec_files
from core.store.records import Run
from reports.prose import numbers
from reports.views.parts import common, worker
from reports.views.parts.report import headlines

PAGE = 20
ALL = "all states"
FILTERS = {ALL: None} | {word: state for state, (word, _) in common.STATES.items()}


def page() -> None:
    """Draw the page."""
    store = common.ledger()
    if told := st.session_state.pop("told", None):
        st.toast(common.escape(told))
    if not store.count_runs():
        empty()
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.title("Runs", anchor=False)
        if common.may_change():
            st.page_link(
                common.LAUNCH_PAGE, label="New experiment", icon=":material/add:", width="content"
            )
            _own_model()
    st.caption("What each experiment found. Open one for its report, or tick several to compare.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        search = st.text_input(
            "Search names and ids", key="q", bind="query-params", placeholder="mnist, r-k3v7qa"
        )
        state = st.selectbox("State", list(FILTERS), key="state", bind="query-params", width=180)
    listing(search.strip(), FILTERS[state or ALL])


def empty() -> None:
    """What a newcomer sees: what this is, and one button."""
    st.title("Does a defence really make a classifier more robust?", anchor=False)
    st.markdown(
        "Thermocline trains a classifier with and without a defence, attacks both, and writes a"
        " report that says what the defence changed and whether the measurement can be believed."
    )
    if not common.may_change():
        st.info("No runs yet. Launching is switched off for visitors of this address.")
        return
    with st.container(border=True):
        st.subheader("Your first experiment: handwritten digits, under a minute", anchor=False)
        st.markdown(
            "Three small networks are trained: undefended, with defensive distillation at"
            " temperature 20, and a control. Each is attacked twice, in rounded arithmetic as in"
            " the paper and in exact arithmetic. You can watch, and close the page meanwhile."
        )
        with st.container(horizontal=True):
            first = common.pressed("Run the first experiment", "first", type="primary")
            second = common.pressed("Run “quick”: MNIST, about four minutes", "quick")
        if first or second:
            name = "digits" if first else "quick"
            worker.start(spec.parse(spec_files.preset(name), name), told=True)
    with st.container(border=True):
        st.subheader("Is my own model robust?", anchor=False)
        st.markdown(
            "Bring a trained Keras classifier (`.keras` or `.h5`) and its test data (arrays in an"
            " `.npz`, a table as `.csv` or `.parquet`, images by class in a `.zip`): it is attacked"
            " as it is, without training, and the report says what an attacker needs."
        )
        _own_model()
    st.page_link(
        common.LAUNCH_PAGE,
        label="Or set up an experiment of your own",
        icon=":material/tune:",
    )
    worker.gpu_banner()


def _own_model() -> None:
    """The door for who has a trained network."""
    st.page_link(
        common.LAUNCH_PAGE,
        label="Test my own model",
        icon=":material/upload:",
        query_params={"own": "1"},
        width="content",
    )


@st.fragment(run_every=5)
def listing(search: str, state: str | None) -> None:
    """One page of runs; asks the ledger again every five seconds."""
    store = common.ledger()
    total = store.count_runs(search, state)
    if not total:
        st.info("No run matches. Clear the search or choose another state.")
        return
    pages = -(-total // PAGE)
    # The address counts before the field below has been drawn for the first time.
    asked = st.session_state.get("page") or st.query_params.get("page", "1")
    number = min(pages, max(1, int(asked))) if str(asked).isdecimal() else 1
    shown = store.runs((number - 1) * PAGE, PAGE, search, state)
    if any(run.active for run in shown):
        worker.banner(store.home)
    # A page forgets its ticks when it is left; this keeps them for the way back.
    kept = st.session_state.setdefault("ticked", set())
    chosen = []
    sentences = headlines.of(shown)
    for run in shown:
        if _row(run, sentences.get(run.id), run.id in kept):
            chosen.append(run.id)
    st.session_state["ticked"] = set(chosen)
    with st.container(horizontal=True, vertical_alignment="center"):
        if pages > 1:
            st.pagination(pages, key="page", bind="query-params")
        first = (number - 1) * PAGE + 1
        st.caption(f"{first} to {first + len(shown) - 1} of {numbers.count(total)} runs")
        if len(shown) > 1 and st.button(
            f"Compare {len(chosen)} runs" if len(chosen) > 1 else "Tick two runs to compare them",
            disabled=len(chosen) < 2,
            key="compare",
        ):
            st.switch_page(common.COMPARE_PAGE, query_params={"runs": ",".join(chosen)})


def _row(run: Run, sentence: str | None, was_ticked: bool) -> bool:
    """One run and what it found; returns whether it is ticked."""
    tick = f"tick-{run.id}"
    if was_ticked:
        st.session_state.setdefault(tick, True)
    with st.container(border=True, key=f"row-{run.id}", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            ticked = st.checkbox(
                f"Compare {common.escape(run.name)}",
                key=tick,
                label_visibility="collapsed",
                width="content",
            )
            st.page_link(
                common.RUN_PAGE,
                label=f"**{common.escape(run.name)}**",
                query_params={"run": run.id},
                width="content",
            )
            st.markdown(common.badge(run.state), width="content")
            st.caption(f"{run.id} · {common.when(run.created)}", width="content")
        st.markdown(_story(run, sentence))
    return ticked


def _story(run: Run, sentence: str | None) -> str:
    """One sentence about a run: how far it is, or what it found."""
    done = f"{run.counts['done']} of {run.cells} steps done"
    if run.active:
        return f"{done}."
    if run.state == "failed":
        return f":orange[{run.counts['failed']} of {run.cells} steps failed]; {done}."
    if run.time_is_over:
        limit = in_words(run.time_limit).removeprefix("about ")
        return f"Stopped by its time limit of {limit}; {done}. It can go on where it stopped."
    if run.state == "cancelled":
        return f"Stopped; {done}. It can go on where it stopped."
    if sentence is None:
        return f"{done}. Its results are being read."
    if sentence == headlines.UNREADABLE:
        return f"{done}; its results cannot be read by this version."
    tone, label, rest = headlines.told(sentence)
    badge = f":{common.TONES[tone]}-badge[{common.escape(label)}] " if label else ""
    return badge + common.escape(rest)


if __name__ == "__main__":
    page()
