"""What launching would cost: steps, known ones, time from this machine's measured speed."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import streamlit as st

from core.criteria.defaults import FARTHER, REACHED, STAYS_RIGHT
from core.errors import UserError
from core.judgement.rule import ENOUGH_SEEDS
from core.model.data import DataFacts
from core.model.planned import RunPlan
from core.planning import prepare
from core.planning.remaining import before_launch, in_words
from core.spec.spec import Experiment
from reports.prose.outcome import criterion_of, demand
from reports.views.parts import common
from reports.views.parts.form.problems import Problems
from reports.views.parts.form.words import LABELS

AT_HAND = ("digits", "breast_cancer", "spambase", "mnist5k")


def prepared(experiment: Experiment) -> tuple[prepare.Prepared | None, UserError | None]:
    """The plan of an experiment, or what is wrong; neither while its data wait for a download."""
    fetched = st.session_state.setdefault("fetched", set())
    name = experiment.data.name
    if name is not None and name not in AT_HAND and name not in fetched:
        return None, None
    spec = experiment.as_json()
    source = {
        "data": spec["data"],
        "architecture": spec["architecture"],
        "defenses": [defense for defense in spec["defenses"] if defense.get("file")],
    }
    try:
        found = _resolved(str(common.ledger().home), json.dumps(source), experiment)
        if isinstance(found, str):
            return None, UserError(found)
        return prepare.prepare(experiment, common.ledger(), resolved=found), None
    except UserError as error:
        return None, error


@st.cache_data(max_entries=64, ttl=600, show_spinner=False)
def _resolved(home: str, source: str, _experiment: Experiment) -> RunPlan | str:
    """Facts of data and files, which take seconds to find out; a refusal is kept as well."""
    probe = _experiment.model_copy(update={"samples": 1})
    try:
        return prepare.prepare(probe, common.ledger()).provenance
    except UserError as error:
        return str(error).replace(str(Path(home)) + "/", "")


def card(plan: prepare.Prepared | None, experiment: Experiment | None, problems: Problems) -> None:
    """What the launch means, in words."""
    st.subheader("Before you launch", anchor=False)
    if problems:
        st.markdown(":orange[**Something has to be mended first:**]")
        for place, message in problems.items():
            label = LABELS.get(place, place)
            st.markdown(f"- {common.escape(f'{label}: {message}' if label else message)}")
        return
    if experiment is None:
        return
    if plan is None:
        _fetch(experiment.data.name)
        return
    cells = plan.plan.cells
    known = len(plan.known)
    of = Counter(cell.kind for cell in cells)
    searches = f", {of['plant']} searches for planted examples" if of["plant"] else ""
    st.markdown(
        f"**{len(cells)} steps**: {_networks(of['train'], len(plan.plan.trained))},"
        f" {of['attack']} attacks{searches}."
    )
    if known:
        st.markdown(f"**{known} are known already** and cost nothing.")
    _time(plan)
    facts = plan.provenance
    _asked(facts.data, experiment)
    for note in facts.all_notes:
        st.caption(common.escape(note))
    if facts.departures:
        with st.expander("Where this departs from the paper"):
            for sentence in facts.departures:
                st.markdown(f"- {common.escape(sentence)}")


def _asked(data: DataFacts, experiment: Experiment) -> None:
    """What is attacked, and what a defence has to reach."""
    title = common.escape(data.title)
    training = f"{data.n_train:,}" if data.n_train else "none"
    st.caption(
        f"{title}: {training} for training, {data.n_test:,} for testing, {data.classes} classes."
    )
    for line in data.conversions:
        st.caption(common.escape(line))
    held_against = any(one.name == "none" for one in experiment.defenses)
    if experiment.criteria is None and not held_against:
        asked = (
            "Asked, by Thermocline's default: within each radius and budget that attacks were"
            f" given {100 * STAYS_RIGHT:g} % of samples still right, at most {100 * REACHED:g} % of"
            " attacks on chosen classes successful."
        )
    elif experiment.criteria is None:
        asked = (
            "Asked, by Thermocline's default, for each distance, radius and budget that attacks"
            f" were given: {100 * FARTHER:g} % farther than without the defence,"
            f" {100 * STAYS_RIGHT:g} % of samples still right, at most {100 * REACHED:g} % of"
            " attacks on chosen classes successful."
        )
    else:
        known = [criterion_of(one.model_dump()) for one in experiment.criteria]
        asked = " ".join(demand(one) for one in known if one is not None)
    needed = (
        f"To pass, with networks of {ENOUGH_SEEDS} seeds (this has {len(experiment.seeds)})."
        if any(one.name != "given" for one in experiment.defenses)
        else "A network that is handed in may pass for itself, where attacks of two kinds, one of"
        " them without gradients, found what was planted for them."
    )
    if asked:
        st.caption(f"{common.escape(asked)} {needed}")


def in_short(plan: prepare.Prepared | None, problems: Problems) -> str:
    """The card in one line, for the bar that holds the button on a phone."""
    if problems:
        count = "One setting has" if len(problems) == 1 else f"{len(problems)} settings have"
        return f":orange[{count} to be mended first.]"
    if plan is None:
        return "The time is known once the data are there."
    cells = plan.plan.cells
    if len(plan.known) == len(cells):
        return f"{len(cells)} steps, all known already."
    estimate = before_launch(cells, plan.known, common.ledger().speeds())
    time = "time not known yet" if estimate is None else in_words(estimate.seconds)
    return f"{len(cells)} steps, {time}."


def _time(plan: prepare.Prepared) -> None:
    """How long it will take, and how far that can be trusted."""
    cells = plan.plan.cells
    if len(plan.known) == len(cells):
        st.markdown("Nothing has to be computed: the report is there at once.")
        return
    estimate = before_launch(cells, plan.known, common.ledger().speeds())
    if estimate is None:
        st.markdown(
            "Time: known once such a network has been trained and attacked on this machine."
            " On two cores `digits` takes under a minute, `quick` about four minutes."
        )
    elif estimate.rough:
        st.markdown(f"Time: **{in_words(estimate.seconds)}**, a rough guess.")
        st.caption(
            f"Never measured on this network: {', '.join(estimate.rough)}. The speed of other"
            " attacks stands in and may be several times off; it corrects itself while the run"
            " goes on."
        )
    else:
        st.markdown(f"Time: **{in_words(estimate.seconds)}** at this machine's measured speed.")


def _networks(all_of_them: int, trained: int) -> str:
    """How many networks are trained, and how many are there already."""
    given = all_of_them - trained
    parts = [f"{trained} {'network' if trained == 1 else 'networks'} to train"] if trained else []
    if given:
        parts.append(f"{given} {'network' if given == 1 else 'networks'} as given")
    return ", ".join(parts)


def limit() -> float | None:
    """The field for a time limit; returns seconds, None without one."""
    minutes = st.number_input(
        "Stop after, minutes (optional)",
        min_value=0.1,
        value=None,
        step=10.0,
        format="%g",
        key="limit",
        placeholder="no limit",
        help="Counts from the first step, also when this page is closed. What is done is kept,"
        " and the run can be resumed.",
    )
    return None if minutes is None else 60 * minutes


def _fetch(name: str | None) -> None:
    st.markdown(
        "These data are downloaded once by Keras. The number of steps and the time are known"
        " afterwards."
    )
    if st.button("Fetch the data and estimate", key="fetch"):
        st.session_state["fetched"].add(name)
        st.rerun()
