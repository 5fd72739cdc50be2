"""What each finished run found, in one sentence, kept in the ledger once it is known.

Reading the rows of a run takes up to a second; a page of runs must not do it twenty times.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import streamlit as st

from core import seal
from core.errors import UserError
from core.judgement.rule import ORDER
from core.model.results import SCHEMA, Results
from core.store.records import Run
from reports.prose import findings, numbers
from reports.sections import verdict
from reports.views.parts import common

PATIENCE_SECONDS = 1.0  # that one drawing of the page spends on sentences not yet known
UNREADABLE = ""


def of(runs: Sequence[Run]) -> dict[str, str | None]:
    """The sentence of each finished run by id, to be taken apart by `told`.

    Returns: `UNREADABLE` where this version cannot read the results; None where the sentence is
    not known yet: the next drawing finds out more.
    """
    store = common.ledger()
    done = [run for run in runs if run.state == "done"]
    kept = store.headlines([run.id for run in done])
    stamps = {run.id: stamp(run) for run in done}  # the first one of a process takes a while
    deadline = time.monotonic() + PATIENCE_SECONDS
    found: dict[str, str | None] = {}
    for run in done:
        now = stamps[run.id]
        if run.id in kept and kept[run.id][0] == now:
            found[run.id] = kept[run.id][1]
        elif time.monotonic() > deadline:
            found[run.id] = None
        else:
            found[run.id] = _found_out(str(store.home), run.id, now)
    return found


@st.cache_data(max_entries=500, ttl=60, show_spinner=False)
def _found_out(home: str, ref: str, stamp: str) -> str:
    store = common.ledger()
    try:
        sentence = _sentence(common.results(store.run(ref)))
    except common.UnreadableRun:
        sentence = UNREADABLE
    except UserError:  # a file is missing; it may come back, so the ledger keeps nothing
        return UNREADABLE
    store.remember_headline(ref, stamp, sentence)
    return sentence


def _sentence(results: Results) -> str:
    known = [one.accuracy for one in results.networks if one.accuracy is not None]
    ends = dict.fromkeys(numbers.percent(end(known)) for end in (min, max)) if known else ["–"]
    headline = findings.find(results).headline
    told = f"{headline} {results.data.title}, accuracy {' to '.join(ends)}."
    return f"{_judged(results)}{told}"


def _judged(results: Results) -> str:
    """The worst verdict on a defence that somebody proposes, before a tab; "" without one."""
    proposed = [one for one in results.verdicts if not verdict.is_control(one.defense)]
    if not proposed:
        return ""
    worst = min(proposed, key=lambda one: (ORDER.index(one.verdict), not one.proof))
    word = worst.verdict
    return f"{verdict.TONES[word]} {verdict.MARKS[word]} {verdict.label(results, worst)}\t"


def told(sentence: str) -> tuple[str, str, str]:
    """A sentence as it is kept, in parts: tone and words of the verdict, "" without; the rest."""
    judged, tab, rest = sentence.partition("\t")
    if not tab:
        return "", "", sentence
    tone, _, label = judged.partition(" ")
    return tone, label, rest


def stamp(run: Run) -> str:
    """Changes when cells of the run are computed again, and when the wording may have changed."""
    counts = "-".join(str(count) for count in run.counts.values())
    return f"{SCHEMA} {seal.renderer()} {counts} {run.seconds:.3f} {run.finished}"
