"""Attacked samples to browse: original, adversarial, difference, and what the network said."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from core.model.base import Distance
from core.model.data import DataFacts
from core.model.planned import PlannedAttack
from core.model.results import Results
from core.store.records import CellRow, Run
from core.wording import amount
from reports.prose import distances, names, reading
from reports.views.parts import common, planned
from reports.views.parts.report import exhibit

PAGE = 6
ANY_OTHER = -1
_ANY_OTHER = "any other class"
_FAILED = {
    "cap": "failed: its budget or its steps were used up",
    "no_admissible_pair": "failed: no pair of features was left that helps",
    "zero_gradient": "failed: every slope was exactly zero",
    "stopped": "was stopped when another target of this input was reached",
}


@dataclass(frozen=True)
class Pair:
    """One attacked pair of a sample and a target: one row of results.parquet.

    Args: target: -1 for any other class. status: as in DESIGN. l0, l2, linf: how far it was moved.
    """

    sample: int
    label: int
    target: int
    predicted_clean: int
    predicted: int
    status: str
    l0: float
    l2: float
    linf: float

    @classmethod
    def of(cls, row: pd.Series) -> Pair:
        """The pair of a row of the table."""
        whole = ("sample", "label", "target", "predicted_clean", "predicted", "l0")
        return cls(
            **{name: int(row[name]) for name in whole},
            status=str(row["status"]),
            l2=float(row["l2"]),
            linf=float(row["linf"]),
        )

    @property
    def untargeted(self) -> bool:
        """Whether any other class was the goal."""
        return self.target == ANY_OTHER

    def moved(self, distance: Distance) -> float:
        """How far the sample was moved."""
        return {"l0": self.l0, "l2": self.l2, "linf": self.linf}.get(distance, 0.0)


def browser(run: Run, results: Results, *, narrow: bool) -> None:
    """Pick a network, an attack, a source class and a target class; see what happened."""
    data = results.data
    store = common.ledger()
    done = {cell.key: cell for cell in store.cells(run.id) if cell.state == "done"}
    there = [attack for attack in planned.of(run).attacks if attack.key in done]
    if not there:
        st.info("No attack has finished, so there is nothing to browse yet.")
        return
    with st.container(horizontal=not narrow):
        attack = _chosen(run, there)
    rows, arrays = _of_cell(done[attack.key])
    if rows.empty:
        st.info("This attack has kept no sample.")
        return
    classes = data.class_names or [str(i) for i in range(data.classes)]
    with st.container(horizontal=True):
        pairs = _between(rows, classes)
    succeeded = int(pairs["success"].sum())
    aim = "changed the class" if Pair.of(pairs.iloc[0]).untargeted else "reached the target"
    st.caption(
        f"{succeeded} of {len(pairs)} attacks {aim}. In the difference, filled orange was raised"
        " and hollow blue was lowered."
    )
    pages = -(-len(pairs) // PAGE)
    number = st.pagination(pages, key="samples-page") if pages > 1 else 1
    for place in pairs.index[(number - 1) * PAGE : number * PAGE]:
        pair = Pair.of(pairs.loc[place])
        with st.container(border=True):
            st.markdown(sentence(pair, attack.distance, data, classes))
            original = arrays["original"][np.flatnonzero(arrays["order"] == pair.sample)[0]]
            adversarial = arrays["adversarial"][int(place)]
            exhibit.show(original, adversarial, data, narrow=narrow)


def _chosen(run: Run, there: list[PlannedAttack]) -> PlannedAttack:
    """The attack that is picked, on the network that is picked."""
    attacked = {attack.network for attack in there}
    networks = {
        f"{names.defense_of(network)}, seed {network.seed}": network.key
        for network in planned.of(run).networks
        if network.key in attacked
    }
    title = st.selectbox("Network", list(networks), key="exhibit-network")
    attacks = {
        names.attack_name(attack.attack, reading.telling_among(there, attack)): attack
        for attack in there
        if attack.network == networks[title]
    }
    return attacks[st.selectbox("Attack", list(attacks), key="exhibit-attack")]


def _between(rows: pd.DataFrame, classes: list[str]) -> pd.DataFrame:
    """The attacks from the class that is picked to the class that is picked."""
    labels = sorted(rows["label"].unique())
    source = st.selectbox("From class", labels, key="source", format_func=classes.__getitem__)
    mine = rows[rows["label"] == source]
    target = st.selectbox(
        "To class",
        sorted(mine["target"].unique()),
        key="target",
        format_func=lambda index: _class(index, classes),
    )
    return mine[mine["target"] == target]


def sentence(pair: Pair, distance: Distance, data: DataFacts, classes: list[str]) -> str:
    """What happened to one sample, in markdown. Args: distance: that of the attack."""
    label, target, before, after = (
        f"**{common.escape(_class(index, classes))}**"
        for index in (pair.label, pair.target, pair.predicted_clean, pair.predicted)
    )
    if distance == "l0":
        moved = distances.changed(pair.l0, data)
    elif pair.moved(distance):
        moved = f"it was moved by {amount(distance, pair.moved(distance), data.scale)}"
    else:
        moved = "it was not moved"
    return (
        f"Sample {pair.sample}, {label} to {target}: {_outcome(pair)}. The network said {before}"
        f" before and {after} after; {moved}."
    )


def _outcome(pair: Pair) -> str:
    match pair.status:
        case "success":
            return "was taken for another class" if pair.untargeted else "reached its target"
        case "already" if pair.untargeted:
            return "was misclassified from the start"
        case "already":
            return "was seen as the target from the start"
        case status:
            return common.escape(_FAILED.get(status, f"failed ({status})"))


def _class(index: int, classes: list[str]) -> str:
    return _ANY_OTHER if index == ANY_OTHER else classes[index]


def _of_cell(cell: CellRow) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
    """Rows of the pairs whose images were kept, and those images."""
    home = str(common.ledger().home)
    return _kept(home, cell.artifacts["rows"], cell.artifacts["adversarial"])


@st.cache_resource(max_entries=2, show_spinner="Opening the samples")
def _kept(home: str, rows: str, examples: str) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
    artifacts = common.ledger().artifacts
    with np.load(artifacts.path(examples), allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    frame = pd.read_parquet(io.BytesIO(artifacts.read_bytes(rows)))
    # One original a sample, in the order of first appearance.
    _, first = np.unique(arrays["sample"], return_index=True)
    arrays["order"] = arrays["sample"][np.sort(first)]
    return frame[: len(arrays["sample"])], arrays
