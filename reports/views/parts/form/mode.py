"""Whether the launch page shows the form or the YAML, and what stands in the YAML."""

from __future__ import annotations

import streamlit as st
import yaml

from core.errors import UserError
from core.spec import spec_files
from core.spec.spec import Experiment
from reports.views.parts import common
from reports.views.parts.form import fields, problems, values
from reports.views.parts.form.problems import Problems

FORM, YAML = "Form", "YAML"


def now() -> str:
    """`FORM` or `YAML`."""
    return st.session_state["mode"]


def take(experiment: Experiment) -> None:
    """Show a spec: in the form where it fits, else as YAML."""
    fields.fill(values.to_form(experiment))
    st.session_state["template"] = experiment.name
    write(experiment.as_yaml())
    show(FORM if values.shows(experiment) else YAML)


def show(mode: str) -> None:
    """Form or YAML, whatever was chosen: as a new control, for the reason in `fields.anew`."""
    st.session_state["mode"] = mode
    st.session_state["modes"] = st.session_state.get("modes", 0) + 1


def choice() -> None:
    """The control that changes between form and YAML."""
    key = f"mode-{st.session_state['modes']}"
    st.segmented_control(
        "Edit as",
        [FORM, YAML],
        default=now(),
        key=key,
        required=True,
        on_change=_switched,
        args=(key,),
    )


def _switched(key: str) -> None:
    """Carry the spec over; a spec that the form cannot show stays YAML, and says so."""
    if st.session_state[key] == YAML:
        raw = values.from_form(fields.values())
        experiment, _ = problems.parse(raw)
        # What is wrong in the form goes along, to be mended there.
        write(
            yaml.safe_dump(raw, sort_keys=False, allow_unicode=True)
            if experiment is None
            else experiment.as_yaml()
        )
        st.session_state["mode"] = YAML
        fields.anew()
        return
    experiment, _ = _parsed(text())
    if experiment is not None and values.shows(experiment):
        fields.fill(values.to_form(experiment))
        st.session_state["mode"] = FORM
        return
    show(YAML)
    st.session_state["remark"] = (
        "The form cannot show this spec while it holds an error. Mend what stands below first."
        if experiment is None
        else "The form cannot show all of this spec: it holds one defence or attack several times"
        " with other settings, or a setting that the form has no field for. It can be launched"
        " from here."
    )


def write(text: str) -> None:
    """Put a text into the YAML."""
    st.session_state["yaml"] = text


def text() -> str:
    """The YAML that stands on the page, kept for when it is not drawn."""
    write(st.session_state.get(fields.key("yaml"), st.session_state["yaml"]))
    return st.session_state["yaml"]


def draw() -> tuple[Experiment | None, Problems]:
    """The exact spec as text; what is wrong stands under it."""
    given = st.file_uploader("Upload a spec", type=["yaml", "yml"], key="yaml-upload")
    if given is not None and st.session_state.get("yaml-taken") != given.file_id:
        st.session_state["yaml-taken"] = given.file_id
        write(given.getvalue().decode("utf-8", "replace"))
        fields.anew()
    typed = st.text_area("Spec", text(), key=fields.key("yaml"), height=520)
    if remark := st.session_state.pop("remark", None):
        st.info(remark)
    experiment, found = _parsed(typed)
    for key, message in found.items():
        said = f"{key}: {message}" if key else message
        st.markdown(f":orange[:material/error: {common.escape(said)}]")
    return experiment, found


def _parsed(typed: str) -> tuple[Experiment | None, Problems]:
    try:
        return problems.parse(spec_files.load_yaml(typed, "spec"))
    except UserError as error:
        return None, {"": str(error)}
