"""A run that is running: how far, how long still, what is trained now, figures that fill in."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import streamlit as st

from core.errors import UserError
from core.execution import launch
from core.planning.remaining import fraction, in_words, seconds_left
from core.store.records import CellRow, Run
from reports.plots.look import Look
from reports.views.parts import common, planned, worker
from reports.views.parts.live import steps
from reports.views.parts.planned import Progress
from reports.views.parts.report import figures


def draw(run_id: str) -> None:
    """Progress of an active run, renewed every two seconds; the whole page once it ends."""
    look = common.look()

    @st.fragment(run_every=2)
    def tick() -> None:
        store = common.ledger()
        run = store.run(run_id)
        if not run.active:
            st.rerun()
        cells = store.cells(run_id)
        left = seconds_left(cells, store.speeds())
        alive = launch.is_worker_alive(store.home)
        st.title(_title(cells, left, alive), anchor=False)
        worker.banner(store.home)
        st.progress(_share(cells), text=_words(cells))
        closing = "You can close this page: the run goes on, and its report will be here."
        if run.time_limit is not None:
            limit = in_words(run.time_limit).removeprefix("about ")
            closing = f"Stops {limit} after its first step, also when this page is closed."
        if alive or run.time_limit is not None:
            st.caption(closing)
        if alive:
            _now(cells)
        _partial(run, look)
        st.subheader("Steps", anchor=False)
        steps.frame(cells)
        _log(cells, store.home)

    tick()


def _title(cells: list[CellRow], left: float | None, alive: bool) -> str:
    if any(cell.cancel_requested and cell.state == "running" for cell in cells):
        return "Stopping"
    if not alive:
        return "Waiting for a worker"
    return "Running, measuring the time left" if left is None else f"Running, {in_words(left)} left"


def _words(cells: list[CellRow]) -> str:
    done = {kind: sum(c.kind == kind and c.state == "done" for c in cells) for kind in _KINDS}
    of = {kind: sum(c.kind == kind for c in cells) for kind in _KINDS}
    parts = [f"{done[kind]} of {of[kind]} {name}" for kind, name in _KINDS.items() if of[kind]]
    return ", ".join(parts)


_KINDS = {
    "train": "networks trained",
    "attack": "attacks finished",
    "plant": "searches for planted examples finished",
}


def _share(cells: list[CellRow]) -> float:
    total = sum(cell.work for cell in cells)
    if not total:
        return sum(cell.state == "done" for cell in cells) / max(1, len(cells))
    return min(1.0, sum(cell.work * fraction(cell) for cell in cells) / total)


def _now(cells: list[CellRow]) -> None:
    """What is computed now, in words, and the curve of the network in training."""
    running = [cell for cell in cells if cell.state == "running"]
    if not running:
        st.markdown("Waiting for the worker to take the next step (it loads Keras first).")
        return
    if any(cell.cancel_requested for cell in running):
        st.markdown("Stopping: the step that runs is being told. What is done is kept.")
        return
    for cell in running:
        told = planned.told(cell)
        label = common.escape(cell.label)
        if cell.kind != "train":
            st.markdown(f"Now: **{label}**, {_attacked(told) if told else 'loading'}.")
            continue
        how_far = _trained(told) if told else "loading Keras and data"
        st.markdown(f"Now: training **{label}**, {how_far}.")
        _curve(told.history if told else [])


def _attacked(told: Progress) -> str:
    return f"{told.done:,.0f} of {told.total:,.0f} attacks"


def _trained(told: Progress) -> str:
    """The epoch, with the loss and the accuracy while they are numbers."""
    numbers = "".join(
        f", {name} {value:.3f}"
        for name, value in (("loss", told.loss), ("accuracy", told.accuracy))
        if value is not None and math.isfinite(value)
    )
    return f"epoch {told.done:.1f} of {told.total:g}{numbers}"


def _curve(points: list[list[float]]) -> None:
    """Loss and accuracy from the first epoch on, as the ledger has kept them."""
    if len(points) < 2:
        return
    frame = pd.DataFrame(points, columns=["epoch", "loss", "accuracy"]).set_index("epoch")
    left, right = st.columns(2)
    for place, column, name in ((left, "loss", "Loss"), (right, "accuracy", "Accuracy")):
        place.caption(f"{name} against epoch")
        place.line_chart(frame[column], height=160, alt=f"{name} of the network in training")


def _partial(run: Run, look: Look) -> None:
    """The figure of the attacks that have finished so far."""
    if not run.counts["done"]:
        return
    try:
        results = common.results(run)
    except (UserError, common.UnreadableRun):
        return
    if results.summary:
        figures.so_far(results, look)


def _log(cells: list[CellRow], home: Path) -> None:
    running = next((cell for cell in cells if cell.state == "running"), None)
    with st.expander("Log"):
        path = running.log if running and running.log else home / "logs" / "worker.log"
        st.code(steps.tail(path) or "nothing has been written yet", language=None)
