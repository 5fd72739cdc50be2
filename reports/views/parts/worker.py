"""What computes: an experiment is queued, a worker is started, an idle GPU is pointed out."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core import environment
from core.execution import launch
from core.planning import prepare
from core.spec.spec import Experiment
from reports.views.parts import common


def start(experiment: Experiment, limit: float | None = None, *, told: bool = False) -> None:
    """Queue an experiment and open its page.

    Args: limit: seconds that it may go on. told: whether each step of queueing stands open.
    """
    store = common.ledger()
    with common.guarded():
        with st.status("Preparing the experiment", expanded=told) as status:
            ready = prepare.prepare(
                experiment, store, lambda text: status.write(common.escape(text))
            )
            run = prepare.submit(ready, store)
            if limit is not None:
                store.limit(run, limit)
            if store.run(run).active:
                status.write("starting the worker")
                launch.ensure_worker(store.home)
        st.switch_page(common.RUN_PAGE, query_params={"run": run})


def wake() -> None:
    """Start a worker where none is alive, and draw the page again."""
    with st.spinner("Starting the worker"):
        launch.ensure_worker(common.ledger().home)
    st.rerun()


def banner(home: Path) -> None:
    """Says that nothing computes, with the button that starts a worker."""
    if launch.is_worker_alive(home):
        return
    with st.container(border=True):
        st.markdown(
            ":orange[**No worker is running.**] Steps wait until one is started; nothing is lost."
        )
        pressed = common.may_change() and common.pressed(
            "Start the worker", "start-worker", type="primary"
        )
        if pressed:
            with common.guarded():
                wake()


def gpu_banner() -> None:
    """Says that a GPU is present and unused, and what to do."""
    gpus = environment.gpus()
    if gpus and not environment.gpu_support():
        st.warning(
            f"{common.escape(gpus[0])} is present but unused: the installed backend has no GPU"
            " libraries. Install them with `make setup GPU=1` and start the app again.",
            title="A GPU stands idle",
        )
