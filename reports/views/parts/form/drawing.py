"""The launch form drawn: every setting of a spec, what it does, and what the paper used."""

from __future__ import annotations

import streamlit as st

from core.model.data import DATA_NAMES
from reports.views.parts import catalogue, common
from reports.views.parts.form import fields
from reports.views.parts.form.fields import Remarks
from reports.views.parts.form.lines import offered
from reports.views.parts.form.problems import Problems
from reports.views.parts.form.values import (
    LINE,
    OTHER_ATTACKS,
    OTHER_DEFENSES,
    TRAINING,
    FormValues,
    trains,
)
from reports.views.parts.form.words import (
    DATA_FILES,
    FILE,
    FOUND,
    LABELS,
    NETWORK_FILES,
    NETWORKS,
)

_TRAINED = "attacked as it is; a final softmax is taken off"
_LABEL = "Of a table: empty where one column is called label, target, class or y."
_WITH_COLUMNS = (".csv", ".parquet", ".zip")
_UNITS = {
    "range": "each feature's range",
    "deviation": "each feature's standard deviation",
    "cost": "cost, where the data hold what moving a feature costs",
}
_SCALES = {
    FOUND: "those on which it works, found by trying",
    "stored": "as they stand in the data's file",
    "unit": "0 to 1",
    "signed": "−1 to 1",
    "bytes": "0 to 255",
}


def draw(problems: Problems) -> Remarks:
    """Every field; problems are shown where they belong."""
    now = fields.values()
    remarks = Remarks(problems, paper=trains(now))
    fields.text("name", now.name, remarks)
    _data_and_network(now, remarks)
    _defenses(now, remarks)
    _attacks(now, remarks)
    if trains(now):
        with st.expander("Training", expanded=any(name in problems for name in _NUMBERS)):
            _training(now, remarks)
    return remarks


def _data_and_network(now: FormValues, remarks: Remarks) -> None:
    st.subheader("Data and network", anchor=False)
    left, right = st.columns(2)
    with left:
        fields.one_of("data", now.data, [*DATA_NAMES, FILE], _data)
        if now.data == FILE:
            remark = (
                "arrays x_test and y_test, with x_train and y_train where there are any; a table"
                " with a column of classes; a .zip of images with a folder for each class; opened"
                " in a sandbox"
            )
            fields.file("data_file", now.data_file, DATA_FILES, remark)
        remarks.under("data")
        if (now.data_file or "").endswith(_WITH_COLUMNS) and now.data == FILE:
            fields.text("label", now.label, remarks, placeholder="found by its name", help=_LABEL)
        fields.one_of("unit", now.unit, list(_UNITS), _UNITS.__getitem__)
        remarks.under("unit")
    if not trains(now):
        return
    with right:
        fields.one_of("architecture", now.architecture, list(NETWORKS), _network)
        if now.architecture == FILE:
            remark = "built-in layers only; trained from new weights"
            fields.file("architecture_file", now.architecture_file, NETWORK_FILES, remark)
        remarks.under("architecture")
        if now.architecture != FILE:
            fields.number("dropout", now.dropout, remarks, step=0.05, placeholder="as built")


def _data(name: str) -> str:
    return "my own file" if name == FILE else catalogue.DATA[name]


def _network(name: str) -> str:
    return NETWORKS[name] if name == FILE else f"{name}: {NETWORKS[name]}"


def _defenses(now: FormValues, remarks: Remarks) -> None:
    st.subheader("Defences", anchor=False)
    fields.several(
        "defenses",
        now.defenses,
        list(catalogue.DEFENSES),
        remarks,
        format_func=catalogue.titled,
        help="Keep “none”: without the undefended network nothing can be called more robust.",
    )
    for name in now.defenses:
        st.caption(f"**{name}**: {common.escape(catalogue.DEFENSES[name])}")
        _settings_of_defense(name, now, remarks)


def _settings_of_defense(name: str, now: FormValues, remarks: Remarks) -> None:
    match name:
        case "distillation":
            fields.text(name, now.distillation, remarks, placeholder="1, 5, 20, 100")
        case "temperature":
            fields.text(name, now.temperature, remarks, placeholder="1, 5, 20, 100")
        case "soft-labels":
            fields.number("confidence", now.confidence, remarks, step=0.05)
        case "scaled-logits":
            fields.number("factor", now.factor, remarks, step=1.0)
        case "none":
            given = now.none_file is not None or "none_file" in remarks.problems
            with st.expander("Use a trained network as the undefended one", expanded=given):
                fields.file("none_file", now.none_file, NETWORK_FILES, _TRAINED)
                remarks.under("none_file")
        case "given":
            fields.file("given_file", now.given_file, NETWORK_FILES, _TRAINED)
            remarks.under("given_file")
            with st.expander("How it is read", expanded="given_output" in remarks.problems):
                fields.one_of("given_scale", now.given_scale, list(_SCALES), _SCALES.__getitem__)
                remarks.under("given_scale")
                fields.text("given_output", now.given_output, remarks, placeholder="the only one")
        case name if name in OTHER_DEFENSES:
            _line(name, now, remarks)


def _attacks(now: FormValues, remarks: Remarks) -> None:
    st.subheader("Attacks", anchor=False)
    fields.several("attacks", now.attacks, list(catalogue.ATTACKS), remarks)
    for name in now.attacks:
        st.caption(f"**{name}**: {common.escape(catalogue.ATTACKS[name])}")
        if name in OTHER_ATTACKS:
            _line(name, now, remarks)
    with st.expander("What the other attacks do"):
        st.markdown(
            "\n".join(
                f"- `{name}`: {common.escape(does)}"
                for name, does in catalogue.ATTACKS.items()
                if name not in now.attacks
            )
        )
    left, middle, right = st.columns(3)
    with left:
        fields.number("samples", now.samples, remarks, step=10)
    with middle:
        fields.number(
            "planted",
            now.planted,
            remarks,
            step=10,
            min_value=0,
            placeholder="by the number of attacks",
            help="Examples hidden in each network, near as many test samples, that every attack"
            " has to find; one that misses them is blind. 0 hides none, and the report says so.",
        )
    with right:
        help_text = "One training a seed; PASS needs three."
        fields.text("seeds", now.seeds, remarks, help=help_text)
    wrong = any(name in remarks.problems for name in ("budget", "ask"))
    fields.text(
        "attacked_classes",
        now.attacked_classes,
        remarks,
        placeholder="all classes",
        help="Only test inputs of these classes are attacked: names or labels, with commas.",
    )
    with st.expander("Attack settings and criteria", expanded=wrong):
        left, middle, right = st.columns(3)
        with left:
            fields.text(
                "budget",
                now.budget,
                remarks,
                placeholder="as the paper",
                help="Features that may change: a number, or a share below 1. Empty: as the paper.",
            )
        with middle:
            fields.number(
                "theta",
                now.theta,
                remarks,
                step=0.1,
                help="A fraction of each feature's range, −1 to 1; below 0 decreases.",
            )
        with right:
            if "none" in now.defenses:
                fields.number(
                    "gain",
                    now.gain,
                    remarks,
                    step=10.0,
                    placeholder="as Thermocline asks",
                    help="Empty: in each distance half as far again as without the defence; within"
                    " each radius half of the samples stay right; at most half of the attacks"
                    " reach a chosen class.",
                )
        fields.text(
            "ask",
            now.ask,
            remarks,
            placeholder="robust_accuracy>=0.5@linf:0.1",
            help="Such as `robust_accuracy>=0.5@linf:0.1`: half of the samples stay right when"
            " every feature may change by a tenth of its range; `@l0:20`: when 20 features may"
            " change. A semicolon between several. An attack must be given that radius. Empty:"
            " half of the samples stay right within what each attack may change.",
        )


def _line(name: str, now: FormValues, remarks: Remarks) -> None:
    """All settings of an attack or a defence in one field."""
    fields.text(
        f"{LINE}{name}",
        now.lines[name],
        remarks,
        label=f"Settings of {name}",
        placeholder=offered(name),
        help="Empty: as the grey text says; a setting without a value there follows from the data."
        " Write only what differs, such as `steps=100`; after a semicolon the same once more with"
        " other settings. `samples=20`, where it is offered, attacks the first 20 samples only."
        " `eps` is a fraction of each feature's range: 8 of 255 is `eps=0.0314`.",
    )


_NUMBERS = TRAINING[1:]
_STEPS: dict[str, float] = {"learning_rate": 0.001, "momentum": 0.05, "batch_size": 32}


def _training(now: FormValues, remarks: Remarks) -> None:
    st.segmented_control(
        LABELS["optimizer"],
        ["adam", "sgd"],
        default=now.optimizer,
        key=fields.key("optimizer"),
        required=True,
    )
    remarks.under("optimizer")
    columns = st.columns(2)
    for place, name in enumerate(_NUMBERS):
        written = {"format": "%.4f"} if name == "learning_rate" else {}
        with columns[place % 2]:
            kept = getattr(now, name)
            fields.number(name, kept, remarks, step=_STEPS.get(name, 1), **written)
