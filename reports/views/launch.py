"""Set up an experiment, see what it costs, launch it: as a form or as the exact YAML."""

from __future__ import annotations

import streamlit as st

from core.spec.spec import Experiment
from reports.views.parts import common, worker
from reports.views.parts.form import beginning, cost, drawing, fields, mode, problems, values
from reports.views.parts.form.fields import Remarks
from reports.views.parts.form.problems import Problems


def page() -> None:
    """Draw the page."""
    if not common.may_change():
        st.title("New experiment", anchor=False)
        st.info("Launching is switched off for visitors of this address.")
        return
    beginning.begin()
    if values.trains(fields.values()) or mode.now() == mode.YAML:
        st.title("New experiment", anchor=False)
        st.markdown(
            "Choose what is trained and how it is attacked, see what that costs, and launch. Each"
            " setting has a default; a preset sets them all. “Paper” is *Distillation as a Defense*"
            " (Papernot et al. 2016), which this project reproduces and goes on from."
        )
    else:
        st.title("Is my own model robust?", anchor=False)
        st.markdown(
            "Upload test data and the trained network, look at how they were read, and launch:"
            " nothing is trained, and every setting has a default. Hand in only inputs that the"
            " network has not learnt from."
        )
    narrow = common.look().narrow
    worker.gpu_banner()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        beginning.presets()
        mode.choice()
    left, right = st.columns([5, 3], gap="large")
    with right:
        # Stays in view while the form beside it scrolls: static/app.css.
        place = st.container(border=True, key="card")
    with left:
        experiment, found, remarks = _set_up()
    prepared = None
    if experiment is not None:
        with place, st.spinner("Opening the data and networks in a sandbox"):
            prepared, refusal = cost.prepared(experiment)
        if refusal is not None:
            field = problems.field_of(refusal)
            found = {field: str(refusal)}
            if remarks is not None:
                remarks.complain(field, str(refusal))
    beginning.keep()
    with place:
        cost.card(prepared, experiment, found)
        if experiment is not None:
            st.download_button(
                "Download as YAML",
                data=experiment.as_yaml(),
                file_name="experiment.yaml",
                on_click="ignore",
                key="yaml-download",
                icon=":material/download:",
            )
        seconds = cost.limit()
    # Beside the form the card is always near; on a phone it stands below all of it.
    with st.bottom if narrow else place:
        if narrow:
            st.markdown(cost.in_short(prepared, found))
        launched = common.pressed(
            "Launch",
            "launch",
            type="primary",
            icon=":material/play_arrow:",
            disabled=bool(found) or experiment is None,
            width="stretch",
        )
        if launched and experiment is not None:
            worker.start(experiment, seconds)


def _set_up() -> tuple[Experiment | None, Problems, Remarks | None]:
    """The spec as it stands on the page, what is wrong with it, and the form's remarks."""
    if mode.now() == mode.YAML:
        return *mode.draw(), None
    now = fields.values()
    experiment, wrong = problems.parse(values.from_form(now))
    found = {**wrong, **problems.waiting(now)}
    return experiment, found, drawing.draw(found)


if __name__ == "__main__":
    page()
