"""With what the launch page begins: a preset, a run's own spec, one's own model, or a draft."""

from __future__ import annotations

import streamlit as st

from core.errors import UserError
from core.spec import spec_files
from core.spec.spec import Experiment
from reports.views.parts import common
from reports.views.parts.form import drafts, fields, mode, problems, values
from reports.views.parts.form.drafts import Draft

COPY = " (copy)"


def begin() -> None:
    """The first visit starts from `quick`, a clone from the run's spec, a reload from the draft."""
    source = st.query_params.get("from")
    if source and st.session_state.get("cloned") != source:
        st.session_state["cloned"] = source
        with common.guarded():
            _clone(source)
    own = st.query_params.get("own")
    if own and not st.session_state.get("own"):
        st.session_state["own"] = True
        fields.fill(values.own_model())
        mode.write("")
        mode.show(mode.FORM)
    name = st.query_params.get("draft")
    if name and st.session_state.get("draft-name") != name:
        st.session_state["draft-name"] = name
        _restore(drafts.kept(common.ledger().home, name))
    if not fields.begun():
        mode.take(Experiment.model_validate(spec_files.preset("quick")))
    st.session_state.setdefault("begun", _standing())


def keep() -> None:
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


def presets() -> None:
    """The field that fills the form from a preset."""
    st.selectbox(
        "Start from",
        spec_files.preset_names(),
        key="preset",
        on_change=_from_preset,
        format_func=_described,
        index=None,
        placeholder="choose a preset",
    )


def _clone(source: str) -> None:
    found = common.ledger().run(source)
    copied, errors = problems.parse(found.spec)
    if copied is None:
        raise UserError(
            f"{found.id} was made by an older version; its set-up does not fit this one:"
            f" {'; '.join(f'{key}: {text}' for key, text in errors.items())}"
        )
    room = 200 - len(COPY)
    mode.take(copied.model_copy(update={"name": f"{copied.name[:room]}{COPY}"}))


def _standing() -> Draft:
    # Of values that may be wrong in any way: nothing is checked.
    return Draft.model_construct(mode=mode.now(), form=fields.values(), yaml=mode.text())


def _restore(draft: Draft | None) -> None:
    """Show a draft; one that is gone or of another version leaves the page as it is."""
    if draft is None or set(draft.form.lines) != set(values.own_model().lines):
        st.toast("The draft of this address is no longer kept.")
        return
    fields.fill(draft.form)
    mode.write(draft.yaml)
    mode.show(draft.mode)


def _from_preset() -> None:
    name = st.session_state["preset"]
    if not name:
        return
    chosen = Experiment.model_validate(spec_files.preset(name))
    typed, template = fields.values().name, st.session_state.get("template")
    mode.take(chosen)
    if typed != template:
        fields.fill(fields.values().model_copy(update={"name": typed}))


def _described(name: str) -> str:
    text = (spec_files.PRESETS / f"{name}.yaml").read_text("utf-8")
    return f"{name}: {text.splitlines()[0].removeprefix('# ').rstrip('.')}"
