"""Set up an experiment, see what it costs, launch it: as a form or as the exact YAML."""

from __future__ import annotations

from typing import Any

import streamlit as st
import yaml

from core.errors import UserError
from core.execution import launch
from core.planning import prepare
from core.spec import spec_files
from core.spec.spec import Experiment
from reports.views.parts import common, cost, drafts, form, form_values

FORM, YAML = "Form", "YAML"
COPY = " (copy)"


def page() -> None:
    """Draw the page."""
    st.title("New experiment", anchor=False)
    if not common.may_change():
        st.info("Launching is switched off for visitors of this address.")
        return
    st.markdown(
        "Choose what is trained and how it is attacked, see what that costs, and launch. Each"
        " setting has a default; a preset sets them all. “Paper” is *Distillation as a Defense*"
        " (Papernot et al. 2016), which this project reproduces and goes on from."
    )
    _begin()
    narrow = common.look().narrow
    common.gpu_banner()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Start from",
            spec_files.preset_names(),
            key="preset",
            on_change=_from_preset,
            format_func=_described,
            index=None,
            placeholder="choose a preset",
        )
        mode = st.session_state["mode"]
        field = _mode_key()
        st.segmented_control(
            "Edit as",
            [FORM, YAML],
            default=mode,
            key=field,
            required=True,
            on_change=_switched,
            args=(field,),
        )
    left, right = st.columns([5, 3], gap="large")
    with right:
        # Stays in view while the form beside it scrolls: static/app.css.
        place = st.container(border=True, key="card")
    with left:
        if mode == YAML:
            experiment, errors = _yaml()
        else:
            experiment, errors = form_values.parse(form.raw())
            errors |= form_values.waiting(form.values())
            remarks = form.draw(errors)
    prepared = None
    if experiment is not None:
        with place, st.spinner("Opening the data and networks in a sandbox"):
            prepared, problem = cost.prepared(experiment)
        if problem is not None:
            field = form_values.field_of(problem)
            errors = {field: str(problem)}
            if mode == FORM:
                remarks.complain(field, str(problem))
    _keep()
    with place:
        cost.card(prepared, experiment, errors)
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
            st.markdown(cost.in_short(prepared, errors))
        launched = common.pressed(
            "Launch",
            "launch",
            type="primary",
            icon=":material/play_arrow:",
            disabled=bool(errors) or experiment is None,
            width="stretch",
        )
        if launched and experiment is not None:
            _launch(experiment, seconds)


def _begin() -> None:
    """The first visit starts from `quick`, a clone from the run's spec, a reload from the draft."""
    source = st.query_params.get("from")
    if source and st.session_state.get("cloned") != source:
        st.session_state["cloned"] = source
        with common.guarded():
            found = common.ledger().run(source)
            copied, errors = form_values.parse(found.spec)
            if copied is None:
                raise UserError(
                    f"{found.id} was made by an older version; its set-up does not fit this one:"
                    f" {'; '.join(f'{key}: {text}' for key, text in errors.items())}"
                )
            room = 200 - len(COPY)
            _take(copied.model_copy(update={"name": f"{copied.name[:room]}{COPY}"}))
    own = st.query_params.get("own")
    if own and not st.session_state.get("own"):
        st.session_state["own"] = True
        form.fill_with(form_values.own_model())
        st.session_state["yaml"] = ""
        _show(FORM)
    name = st.query_params.get("draft")
    if name and st.session_state.get("draft-name") != name:
        st.session_state["draft-name"] = name
        _restore(drafts.kept(common.ledger().home, name))
    if "draft" not in st.session_state:
        _take(Experiment.model_validate(spec_files.preset("quick")))
    st.session_state.setdefault("begun", _standing())


def _standing() -> dict[str, Any]:
    """Everything that somebody may have typed on this page."""
    return {"mode": st.session_state["mode"], "form": form.values(), "yaml": _text()}


def _keep() -> None:
    """Keep what stands on the page once it differs from how it began."""
    standing = _standing()
    if standing == st.session_state["begun"]:
        return
    name = st.session_state.setdefault("draft-name", drafts.token())
    if st.session_state.get("draft-kept") != standing:
        drafts.keep(common.ledger().home, name, standing)
        st.session_state["draft-kept"] = standing
    if st.query_params.get("draft") != name:
        st.query_params["draft"] = name


def _restore(content: dict[str, Any] | None) -> None:
    """Show a draft; one that is gone or of another version leaves the page as it is."""
    known = form_values.empty()
    if content is None or set(content.get("form", {})) != set(known):
        st.toast("The draft of this address is no longer kept.")
        return
    form.fill_with(content["form"])
    st.session_state["yaml"] = content["yaml"]
    _show(content["mode"])


def _take(experiment: Experiment) -> None:
    """Show a spec: in the form where it fits, else as YAML."""
    form.fill(experiment)
    st.session_state["template"] = experiment.name
    st.session_state["yaml"] = experiment.as_yaml()
    _show(FORM if form_values.shows(experiment) else YAML)


def _show(mode: str) -> None:
    """Form or YAML, whatever was chosen: as a new control, for the reason in `form.anew`."""
    st.session_state["mode"] = mode
    st.session_state["modes"] = st.session_state.get("modes", 0) + 1


def _mode_key() -> str:
    return f"mode-{st.session_state['modes']}"


def _from_preset() -> None:
    name = st.session_state["preset"]
    if not name:
        return
    chosen = Experiment.model_validate(spec_files.preset(name))
    typed, template = form.values()["name"], st.session_state.get("template")
    _take(chosen)
    if typed != template:
        form.fill_with({**form.values(), "name": typed})


def _switched(field: str) -> None:
    """Carry the spec over; a spec that the form cannot show stays YAML, and says so."""
    if st.session_state[field] == YAML:
        raw = form.raw()
        experiment, _ = form_values.parse(raw)
        # What is wrong in the form goes along, to be mended there.
        st.session_state["yaml"] = (
            yaml.safe_dump(raw, sort_keys=False, allow_unicode=True)
            if experiment is None
            else experiment.as_yaml()
        )
        st.session_state["mode"] = YAML
        form.anew()
        return
    try:
        experiment, _ = form_values.parse(spec_files.load_yaml(_text(), "spec"))
    except UserError:
        experiment = None
    if experiment is not None and form_values.shows(experiment):
        form.fill(experiment)
        st.session_state["mode"] = FORM
        return
    _show(YAML)
    st.session_state["remark"] = (
        "The form cannot show this spec while it holds an error. Mend what stands below first."
        if experiment is None
        else "The form cannot show all of this spec: it holds one defence or attack several times"
        " with other settings, or a setting that the form has no field for. It can be launched"
        " from here."
    )


def _text() -> str:
    """The YAML that stands on the page, kept for when it is not drawn."""
    st.session_state["yaml"] = st.session_state.get(form.key("yaml"), st.session_state["yaml"])
    return st.session_state["yaml"]


def _yaml() -> tuple[Experiment | None, dict[str, str]]:
    """The exact spec as text; what is wrong stands under it."""
    given = st.file_uploader("Upload a spec", type=["yaml", "yml"], key="yaml-upload")
    if given is not None and st.session_state.get("yaml-taken") != given.file_id:
        st.session_state["yaml-taken"] = given.file_id
        st.session_state["yaml"] = given.getvalue().decode("utf-8", "replace")
        form.anew()
    text = st.text_area("Spec", _text(), key=form.key("yaml"), height=520)
    if remark := st.session_state.pop("remark", None):
        st.info(remark)
    try:
        experiment, errors = form_values.parse(spec_files.load_yaml(text, "spec"))
    except UserError as error:
        experiment, errors = None, {"": str(error)}
    for key, message in errors.items():
        said = f"{key}: {message}" if key else message
        st.markdown(f":orange[:material/error: {common.escape(said)}]")
    return experiment, errors


def _launch(experiment: Experiment, limit: float | None) -> None:
    store = common.ledger()
    with common.guarded():
        with st.status("Preparing the experiment") as status:
            ready = prepare.prepare(
                experiment, store, lambda text: status.write(common.escape(text))
            )
            run = prepare.submit(ready, store)
            if limit is not None:
                store.limit(run, limit)
            if store.run(run).active:
                launch.ensure_worker(store.home)
        st.switch_page(common.RUN_PAGE, query_params={"run": run})


def _described(name: str) -> str:
    text = (spec_files.PRESETS / f"{name}.yaml").read_text("utf-8")
    return f"{name}: {text.splitlines()[0].removeprefix('# ').rstrip('.')}"


if __name__ == "__main__":
    page()
