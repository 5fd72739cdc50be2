"""The launch form: every setting of a spec, what it does, and what the paper used."""

from __future__ import annotations

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import catalog
from core.spec import ATTACK_NAMES, DATA_NAMES, Experiment
from reports.views.parts import common, uploads
from reports.views.parts.form_values import (
    FILE,
    OTHER_ATTACKS,
    OTHER_DEFENSES,
    from_form,
    offered,
    to_form,
)

KEY = "f-"
NETWORKS = {
    "paper-mnist": "the paper's, for MNIST: two pairs of convolutions",
    "paper-cifar10": "the paper's, for CIFAR-10: the same, wider",
    "mlp": "dense layers, for tables and small images",
    FILE: "my own .keras file, trained here from new weights",
}
OFFERED = [name for name in ATTACK_NAMES if name in catalog.ATTACKS]
PAPER = {
    "data": "MNIST and CIFAR-10",
    "architecture": "its two convolutional networks, one a data set",
    "distillation": "1, 2, 5, 10, 20, 30, 40, 50, 100",
    "attacks": "JSMA in float32 (jsma-f), at most 112 features",
    "samples": "100 for success (900 attacks), 10,000 for robustness",
    "seeds": "one training a network, seed not stated",
    "optimizer": "SGD",
    "learning_rate": "0.1 for MNIST, 0.01 for CIFAR-10",
    "momentum": "0.9",
    "batch_size": "128",
    "epochs": "50",
    "warm_start": "not stated; SGD needs one at high T",
    "budget": "112 of 784 features",
    "theta": "1",
}


def fill(spec: Experiment) -> None:
    """Put a spec into the form."""
    for key, value in to_form(spec).items():
        st.session_state[KEY + key] = value
    st.session_state["draft"] = to_form(spec)


def values() -> dict[str, Any]:
    """What stands in the form now; survives a visit to another page."""
    draft = st.session_state["draft"]
    for key, value in draft.items():
        st.session_state.setdefault(KEY + key, value)
    now = {key: st.session_state[KEY + key] for key in draft}
    st.session_state["draft"] = now
    return now


class Remarks:
    """What stands under the fields: what is wrong, also when it is found out later."""

    def __init__(self, errors: dict[str, str]):
        self.errors = errors
        self._places: dict[str, DeltaGenerator] = {}

    def under(self, name: str) -> None:
        """The place under a field, with the paper's value."""
        self._places[name] = st.empty()
        if name in self.errors:
            self.complain(name, self.errors[name])
        if name in PAPER:
            st.caption(f"Paper: {common.escape(PAPER[name])}")

    def complain(self, name: str, message: str) -> None:
        """Say under a field what is wrong with it."""
        if name in self._places:
            self._places[name].markdown(f":orange[:material/error: {common.escape(message)}]")


def draw(errors: dict[str, str]) -> Remarks:
    """Every field; `errors` are shown where they belong."""
    now = values()
    remarks = Remarks(errors)
    st.text_input("Name of the run", key=KEY + "name", max_chars=200)
    remarks.under("name")
    st.subheader("Data and network", anchor=False)
    left, right = st.columns(2)
    with left:
        st.selectbox("Data", [*DATA_NAMES, FILE], key=KEY + "data", format_func=_data)
        if now["data"] == FILE:
            _file("data_file", "npz", "x_train, y_train, x_test, y_test; opened in a sandbox")
        remarks.under("data")
    with right:
        st.selectbox("Network", list(NETWORKS), key=KEY + "architecture", format_func=_network)
        if now["architecture"] == FILE:
            _file("architecture_file", "keras", "built-in layers only; trained from new weights")
        remarks.under("architecture")
        if now["architecture"] != FILE:
            _number(
                st.container(), "dropout", "Dropout", remarks, step=0.05, placeholder="as it is"
            )
    _defenses(now, remarks)
    _attacks(now, remarks)
    with st.expander("Training", expanded=any(key in errors for key in _TRAINING)):
        _training(remarks)
    return remarks


def _defenses(now: dict[str, Any], remarks: Remarks) -> None:
    st.subheader("Defences", anchor=False)
    st.multiselect(
        "Networks to compare",
        list(catalog.DEFENSES),
        key=KEY + "defenses",
        help="Keep “none”: without the undefended network nothing can be called more robust.",
    )
    remarks.under("defenses")
    for name in now["defenses"]:
        st.caption(f"**{name}**: {common.escape(catalog.DEFENSES[name])}")
        match name:
            case "distillation" | "temperature":
                st.text_input(
                    f"Temperatures T of {name}", key=KEY + name, placeholder="1, 5, 20, 100"
                )
                remarks.under(name)
            case "soft-labels":
                st.number_input("Confidence of the right class", key=KEY + "confidence", step=0.05)
                remarks.under("confidence")
            case "scaled-logits":
                st.number_input("Factor", key=KEY + "factor")
                remarks.under("factor")
            case "none":
                given = now["none_file"] is not None or "none_file" in remarks.errors
                with st.expander("Use a trained network as the undefended one", expanded=given):
                    _file("none_file", "keras", "attacked as it is; a final softmax is taken off")
                    remarks.under("none_file")
            case name if name in OTHER_DEFENSES:
                _line(name, remarks)
            case "given":
                _file("given_file", "keras", "attacked as it is; a final softmax is taken off")
                remarks.under("given_file")


def _attacks(now: dict[str, Any], remarks: Remarks) -> None:
    st.subheader("Attacks", anchor=False)
    st.multiselect("Each network is attacked with", OFFERED, key=KEY + "attacks")
    remarks.under("attacks")
    for name in now["attacks"]:
        st.caption(f"**{name}**: {common.escape(catalog.ATTACKS.get(name, ''))}")
        if name in OTHER_ATTACKS:
            _line(name, remarks)
    with st.expander("What the other attacks do"):
        st.markdown(
            "\n".join(
                f"- `{name}`: {common.escape(catalog.ATTACKS[name])}"
                for name in OFFERED
                if name not in now["attacks"]
            )
        )
    columns = st.columns(2)
    _number(columns[0], "samples", "Test samples to attack", remarks, step=10)
    with columns[1]:
        st.text_input("Seeds", key=KEY + "seeds", help="One training a seed; PASS needs three.")
        remarks.under("seeds")
    with st.expander("Attack settings and criterion", expanded="budget" in remarks.errors):
        columns = st.columns(3)
        with columns[0]:
            st.text_input(
                "Budget",
                key=KEY + "budget",
                placeholder="112 for MNIST and CIFAR-10",
                help="Features that may change: a number, or a share below 1. Empty: as the paper.",
            )
            remarks.under("budget")
        _number(columns[1], "theta", "Theta: change of each feature", remarks, step=0.1)
        _number(columns[2], "gain", "Robustness must grow by at least, %", remarks, step=10.0)


def _line(name: str, remarks: Remarks) -> None:
    """All settings of an attack or a defence in one field."""
    st.text_input(
        f"Settings of {name}",
        key=f"{KEY}set-{name}",
        placeholder=offered(name),
        help="Empty: as the grey text says; a setting without a value there follows from the data."
        " Write only what differs, such as `steps=100`; after a semicolon the same once more with"
        " other settings.",
    )
    remarks.under(f"set-{name}")


_TRAINING = {
    "learning_rate": ("Learning rate", {"step": 0.001, "format": "%.4f"}),
    "momentum": ("Momentum (SGD only)", {"step": 0.05}),
    "batch_size": ("Batch size", {"step": 32}),
    "epochs": ("Epochs", {"step": 1}),
    "warm_start": ("Warm-start epochs at T = 1", {"step": 1}),
    "warm_start_hot": ("The same at T of 50 and more", {"step": 1}),
    "halve_every": ("Halve the learning rate every … epochs", {"step": 1}),
}


def _training(remarks: Remarks) -> None:
    st.segmented_control("Optimizer", ["adam", "sgd"], key=KEY + "optimizer", required=True)
    remarks.under("optimizer")
    columns = st.columns(2)
    for place, (name, (label, settings)) in enumerate(_TRAINING.items()):
        _number(columns[place % 2], name, label, remarks, **settings)


def _number(place, name: str, label: str, remarks: Remarks, **settings) -> None:
    with place:
        st.number_input(label, key=KEY + name, value=None, **settings)
        remarks.under(name)


def _file(name: str, ending: str, remark: str) -> None:
    """An upload; what is kept is the path of a copy in the workspace."""
    # Under another key the uploader is empty again: so a file can be taken out.
    turn = st.session_state.setdefault(f"turn-{name}", 0)
    given = st.file_uploader(
        f".{ending} file", type=ending, key=f"upload-{name}-{turn}", help=remark
    )
    if given is not None:
        path = uploads.save(given, common.ledger().home)
        if path != st.session_state[KEY + name]:
            st.session_state[KEY + name] = path
            st.rerun()
    kept = st.session_state[KEY + name]
    if not kept:
        st.caption(f"{remark}.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"Uses {common.escape(uploads.title(kept))}. {remark}.", width="content")
        st.button("Take it out", key=f"out-{name}", type="tertiary", on_click=_out, args=(name,))


def _out(name: str) -> None:
    st.session_state[KEY + name] = None
    st.session_state[f"turn-{name}"] += 1


def _data(name: str) -> str:
    return "my own file (.npz)" if name == FILE else catalog.DATA[name]


def _network(name: str) -> str:
    return NETWORKS[name] if name == FILE else f"{name}: {NETWORKS[name]}"


def raw() -> dict[str, Any]:
    """The raw spec of what stands in the form."""
    return from_form(values())
