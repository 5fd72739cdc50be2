"""The launch form: every setting of a spec, what it does, and what the paper used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.spec import catalog
from core.spec.spec import ATTACK_NAMES, DATA_NAMES, Experiment
from reports.views.parts import common, uploads
from reports.views.parts.form_values import (
    FILE,
    LABELS,
    OTHER_ATTACKS,
    OTHER_DEFENSES,
    from_form,
    offered,
    to_form,
)

NETWORKS = {
    "paper-mnist": "the paper's, for MNIST: two pairs of convolutions",
    "paper-cifar10": "the paper's, for CIFAR-10: the same, wider",
    "mlp": "dense layers, for tables and small images",
    FILE: "my own .keras file, trained here from new weights",
}
ROLES = {
    "none": "none (undefended)",
    "temperature": "temperature (control)",
    "scaled-logits": "scaled-logits (broken)",
}
"""What a defence is in the comparison, where its name does not say it."""
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
    fill_with(to_form(spec))


def fill_with(values: dict[str, Any]) -> None:
    """Put values into the form, right or wrong."""
    st.session_state["draft"] = dict(values)
    anew()


def anew() -> None:
    """Draw every field of the page as a new one, which begins with what is kept for it.

    A value written to `st.session_state` for a field reaches the browser in one message; when a
    click or a keystroke interrupts the drawing just then, the message is lost, and the browser
    answers for the field with what it last showed, or with nothing. So the kept values are the
    fields' defaults, which every drawing tells, and the key changes when others must be shown.
    """
    st.session_state["fields"] = st.session_state.get("fields", 0) + 1


def key(name: str) -> str:
    """The key of a field until the next `anew`."""
    return f"{name}-{st.session_state['fields']}"


def values() -> dict[str, Any]:
    """What stands in the form now; survives a visit to another page, and a field not drawn."""
    draft = st.session_state["draft"]
    st.session_state["draft"] = {
        name: st.session_state.get(key(name), value) for name, value in draft.items()
    }
    return st.session_state["draft"]


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
    _text("name", LABELS["name"], remarks)
    st.subheader("Data and network", anchor=False)
    left, right = st.columns(2)
    with left:
        _one_of("data", LABELS["data"], [*DATA_NAMES, FILE], _data)
        if now["data"] == FILE:
            _file("data_file", "npz", "x_train, y_train, x_test, y_test; opened in a sandbox")
        remarks.under("data")
    with right:
        _one_of("architecture", LABELS["architecture"], list(NETWORKS), _network)
        if now["architecture"] == FILE:
            _file("architecture_file", "keras", "built-in layers only; trained from new weights")
        remarks.under("architecture")
        if now["architecture"] != FILE:
            _number("dropout", LABELS["dropout"], remarks, step=0.05, placeholder="as built")
    _defenses(now, remarks)
    _attacks(now, remarks)
    with st.expander("Training", expanded=any(name in errors for name in _TRAINING)):
        _training(remarks)
    return remarks


def _defenses(now: dict[str, Any], remarks: Remarks) -> None:
    st.subheader("Defences", anchor=False)
    _several(
        "defenses",
        LABELS["defenses"],
        list(catalog.DEFENSES),
        remarks,
        format_func=lambda name: ROLES.get(name, name),
        help="Keep “none”: without the undefended network nothing can be called more robust.",
    )
    for name in now["defenses"]:
        st.caption(f"**{name}**: {common.escape(catalog.DEFENSES[name])}")
        match name:
            case "distillation" | "temperature":
                _text(name, LABELS[name], remarks, placeholder="1, 5, 20, 100")
            case "soft-labels":
                _number("confidence", LABELS["confidence"], remarks, step=0.05)
            case "scaled-logits":
                _number("factor", LABELS["factor"], remarks, step=1.0)
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
    _several("attacks", LABELS["attacks"], OFFERED, remarks)
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
    left, right = st.columns(2)
    with left:
        _number("samples", LABELS["samples"], remarks, step=10)
    with right:
        _text("seeds", LABELS["seeds"], remarks, help="One training a seed; PASS needs three.")
    with st.expander("Attack settings and criterion", expanded="budget" in remarks.errors):
        left, middle, right = st.columns(3)
        with left:
            _text(
                "budget",
                LABELS["budget"],
                remarks,
                placeholder="as the paper",
                help="Features that may change: a number, or a share below 1. Empty: as the paper.",
            )
        with middle:
            _number(
                "theta",
                LABELS["theta"],
                remarks,
                step=0.1,
                help="A fraction of each feature's range, −1 to 1; below 0 decreases.",
            )
        with right:
            _number("gain", LABELS["gain"], remarks, step=10.0)


def _line(name: str, remarks: Remarks) -> None:
    """All settings of an attack or a defence in one field."""
    _text(
        f"set-{name}",
        f"Settings of {name}",
        remarks,
        placeholder=offered(name),
        help="Empty: as the grey text says; a setting without a value there follows from the data."
        " Write only what differs, such as `steps=100`; after a semicolon the same once more with"
        " other settings. `eps` is a fraction of each feature's range: 8 of 255 is `eps=0.0314`.",
    )


_TRAINING: dict[str, dict[str, Any]] = {
    "learning_rate": {"step": 0.001, "format": "%.4f"},
    "momentum": {"step": 0.05},
    "batch_size": {"step": 32},
    "epochs": {"step": 1},
    "warm_start": {"step": 1},
    "warm_start_hot": {"step": 1},
    "halve_every": {"step": 1},
}


def _training(remarks: Remarks) -> None:
    chosen = st.session_state["draft"]["optimizer"]
    st.segmented_control(
        LABELS["optimizer"], ["adam", "sgd"], default=chosen, key=key("optimizer"), required=True
    )
    remarks.under("optimizer")
    columns = st.columns(2)
    for place, (name, settings) in enumerate(_TRAINING.items()):
        with columns[place % 2]:
            _number(name, LABELS[name], remarks, **settings)


def _text(name: str, label: str, remarks: Remarks, **settings) -> None:
    st.text_input(label, st.session_state["draft"][name], key=key(name), **settings)
    remarks.under(name)


def _number(name: str, label: str, remarks: Remarks, *, step: float, **settings) -> None:
    kept = st.session_state["draft"][name]
    value = None if kept is None else type(step)(kept)
    st.number_input(label, value=value, step=step, key=key(name), **settings)
    remarks.under(name)


def _one_of(name: str, label: str, options: list[str], written: Callable[[str], str]) -> None:
    place = options.index(st.session_state["draft"][name])
    st.selectbox(label, options, place, key=key(name), format_func=written)


def _several(name: str, label: str, options: list[str], remarks: Remarks, **settings) -> None:
    kept = st.session_state["draft"][name]
    st.multiselect(label, options, default=kept, key=key(name), wrap=True, **settings)
    remarks.under(name)


def _file(name: str, ending: str, remark: str) -> None:
    """An upload; what is kept is the path of a copy in the workspace."""
    draft = st.session_state["draft"]
    # Under another key the uploader is empty again: so a file can be taken out.
    turn = st.session_state.setdefault(f"turn-{name}", 0)
    given = st.file_uploader(
        f".{ending} file", type=ending, key=key(f"upload-{name}-{turn}"), help=remark
    )
    if given is not None:
        path = uploads.save(given, common.ledger().home)
        if path != draft[name]:
            draft[name] = path
            st.rerun()
    kept = draft[name]
    if not kept:
        st.caption(f"{remark}.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"Uses {common.escape(uploads.title(kept))}. {remark}.", width="content")
        st.button("Take it out", key=f"out-{name}", type="tertiary", on_click=_out, args=(name,))


def _out(name: str) -> None:
    st.session_state["draft"][name] = None
    st.session_state[f"turn-{name}"] += 1


def _data(name: str) -> str:
    return "my own file (.npz)" if name == FILE else catalog.DATA[name]


def _network(name: str) -> str:
    return NETWORKS[name] if name == FILE else f"{name}: {NETWORKS[name]}"


def raw() -> dict[str, Any]:
    """The raw spec of what stands in the form."""
    return from_form(values())
