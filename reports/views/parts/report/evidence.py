"""What would raise the grade of the evidence, and a button that adds it to the run."""

from __future__ import annotations

import streamlit as st

from core.model.base import Settings
from core.model.results import Results
from core.planning import prepare
from core.store.records import Run
from reports.prose import names, phrases
from reports.views.parts import common, worker

_SETTINGS = {"samples": "{} samples", "seeds": "{} seeds", "planted": "{} planted examples"}


def draw(run: Run, results: Results) -> None:
    """The button, where attacks would help and the run may change, and what needs a new run."""
    added, wanted = additions(results), settings(results)
    if not common.may_change() or not (added or wanted):
        return
    if added and run.state == "done" and run.id not in common.ledger().published([run.id]):
        called = phrases.listing([_named(one) for one in added])
        if common.pressed(
            f"Strengthen the evidence: add {called}",
            "strengthen",
            run.id,
            icon=":material/add_moderator:",
            help="The trained networks are attacked again; nothing is trained.",
        ):
            with common.guarded():
                prepare.extend(run.id, added, common.ledger())
                worker.wake()
    if wanted:
        more = phrases.listing([_SETTINGS[key].format(f"{wanted[key]:,}") for key in wanted])
        st.caption(f"What only a new run can have: {more} (More, “Clone and edit”).")


def additions(results: Results) -> list[Settings]:
    """The attacks that would raise a grade, each once, as a spec holds them."""
    every = [one for item in results.verdicts if item.grade for one in item.grade.attacks]
    return [one for i, one in enumerate(every) if one not in every[:i]]


def settings(results: Results) -> dict[str, int]:
    """The settings that would raise a grade, the largest where several are named."""
    found: dict[str, int] = {}
    for item in results.verdicts:
        for key, value in (item.grade.settings if item.grade else {}).items():
            if key in _SETTINGS and isinstance(value, int):
                found[key] = max(value, found.get(key, 0))
    return found


def _named(attack: Settings) -> str:
    norm = attack.get("norm")
    return names.attack_name(str(attack["name"]), {} if norm is None else {"norm": norm})
