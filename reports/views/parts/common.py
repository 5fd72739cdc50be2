"""What every page needs: the ledger, results of a run, the look, text made safe, who may change."""

from __future__ import annotations

import contextlib
import math
import os
import re
import time
from collections.abc import Generator
from dataclasses import replace
from datetime import datetime

import pandas as pd
import streamlit as st

from core.errors import UserError
from core.model.results import Results
from core.results import collecting as run_results
from core.store import workspace
from core.store.ledger import Ledger
from core.store.records import Run
from reports.plots import look as looks

TONES = {"doubt": "orange", "hold": "blue", "neutral": "gray"}
"""Inks for what is doubted, what holds, and what is neither."""
STATES = {
    "running": ("running", "blue"),
    "queued": ("waiting", "gray"),
    "done": ("done", "gray"),
    "failed": ("failed", "orange"),
    "cancelled": ("stopped", "gray"),
}
LAUNCH_PAGE, RUN_PAGE, COMPARE_PAGE, RUNS_PAGE, REVIEW_PAGE = (
    f"reports/views/{name}.py" for name in ("launch", "run", "compare", "runs", "review")
)
FRESH_SECONDS = 10.0
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:])")
_SCREEN = """
export default function ({ data, parentElement, setStateValue }) {
  const query = window.matchMedia("(max-width: 640px)");
  const tellWidth = () => setStateValue("narrow", query.matches);
  if (query.matches) tellWidth();
  query.addEventListener("change", tellWidth);
  // A change of theme, in the page's menu or the system, runs no script: its ground tells, once.
  const tellGround = () => {
    const ground = getComputedStyle(document.querySelector(".stApp")).backgroundColor;
    const light = ground.match(/[0-9]+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0);
    const changed = light < 383 !== data.dark && parentElement.told !== ground;
    parentElement.told = ground;
    if (changed) setStateValue("ground", ground);
  };
  const watch = setInterval(tellGround, 500);
  return () => {
    query.removeEventListener("change", tellWidth);
    clearInterval(watch);
  };
}
"""


def ledger() -> Ledger:
    """The ledger of this workspace; stops the page with what to do when it cannot be opened."""
    try:
        return _ledger(str(workspace.home()))
    except UserError as error:
        st.error(escape(str(error)), title="The ledger cannot be opened")
        st.stop()


@st.cache_resource(max_entries=4, show_spinner=False)
def _ledger(home: str) -> Ledger:
    return Ledger(home)


def stamp(run: Run) -> str:
    """Changes whenever the results of a run may have changed."""
    counts = "-".join(str(count) for count in run.counts.values())
    return f"{run.finished} {counts} {run.name}"


def results(run: Run) -> Results:
    """The results of a run so far, computed once for all sessions.

    Raises `UserError` when a file is missing, `UnreadableRun` when an older version made it.
    """
    return _results(str(ledger().home), run.id, stamp(run))


class UnreadableRun(Exception):
    """The run's records are not those that this version writes."""


# As a resource: a copy for every drawing would cost more than the drawing. Nobody changes it.
@st.cache_resource(max_entries=12, show_spinner="Reading the results")
def _results(home: str, run: str, stamp: str) -> Results:
    store = _ledger(home)
    return collected(store.run(run), store)[0]


def collected(run: Run, store: Ledger) -> tuple[Results, pd.DataFrame]:
    """Results and rows of a run, read now. Raises as `results` does."""
    try:
        return run_results.collect(run, store)
    except (KeyError, TypeError, AttributeError, IndexError, StopIteration, ValueError) as error:
        raise UnreadableRun(f"{type(error).__name__}: {error}") from error


def escape(text: object) -> str:
    """Text that markdown shows as it is: what people typed is never a tag, a link or a colour."""
    return _MARKDOWN.sub(r"\\\1", " ".join(str(text).split()))


_screen = st.components.v2.component("thermocline_screen", html="<span></span>", js=_SCREEN)


def look() -> looks.Look:
    """The inks of the reader's ground, and the narrow form on a phone."""
    dark = st.context.theme.type == "dark"
    screen = _screen(
        key="screen",
        data={"dark": dark},
        default={"narrow": False, "ground": None},
        on_narrow_change=lambda: None,
        on_ground_change=lambda: None,
    )
    ground = looks.DARK if dark else looks.LIGHT
    return replace(ground, narrow=bool(screen.narrow))


def may_change() -> bool:
    """Whether visitors may launch, cancel and delete: only on this machine, or when allowed."""
    address = st.get_option("server.address") or ""
    return address in ("127.0.0.1", "localhost", "::1") or os.environ.get("ALLOW_LAUNCH") == "1"


def pressed(label: str, key: str, about: str = "", **settings) -> bool:
    """A button whose click is not lost when its run of the script is interrupted.

    `st.button` tells of a click in one run only. A phone tells its width just after a page has
    opened, which interrupts the run that a quick click has begun; a callback comes before all that.

    Args:
        about: what the click is about, such as the id of a run. settings: of `st.button`.
    """
    clicked = f"pressed-{key}-{about}"
    st.button(label, key=key, on_click=_note_click, args=(clicked,), **settings)
    # An older click found its button gone: it must not act when one is drawn again.
    return time.monotonic() - st.session_state.pop(clicked, -math.inf) < FRESH_SECONDS


def _note_click(name: str) -> None:
    st.session_state[name] = time.monotonic()


def badge(state: str) -> str:
    """A state as a coloured word."""
    word, color = STATES[state]
    return f":{color}-badge[{word}]"


def when(seconds: float | None) -> str:
    """A moment as "22 Nov 2026, 17:04"."""
    if seconds is None:
        return "–"
    return datetime.fromtimestamp(seconds).strftime("%d %b %Y, %H:%M").lstrip("0")


@contextlib.contextmanager
def guarded() -> Generator[None]:
    """A `UserError` is shown where it happened, in the words it was written in."""
    try:
        yield
    except UserError as error:
        st.error(escape(str(error)))
