"""The fields of the launch form: each keeps its value on other pages too, and says what is wrong.

What is kept stands in the session as one `FormValues`, under "draft".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from reports.views.parts import common
from reports.views.parts.form import uploads
from reports.views.parts.form.problems import Problems
from reports.views.parts.form.values import LINE, FormValues
from reports.views.parts.form.words import LABELS, PAPER, named

_DRAFT = "draft"


def begun() -> bool:
    """Whether the form holds anything yet."""
    return _DRAFT in st.session_state


def fill(values: FormValues) -> None:
    """Put values into the form, right or wrong."""
    st.session_state[_DRAFT] = values
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


def values() -> FormValues:
    """What stands in the form now; survives a visit to another page, and a field not drawn."""
    kept: FormValues = st.session_state[_DRAFT]
    shown = {name: key(name) for name in FormValues.model_fields}
    now = {name: st.session_state[at] for name, at in shown.items() if at in st.session_state}
    lines = {
        name: st.session_state.get(key(f"{LINE}{name}"), line) for name, line in kept.lines.items()
    }
    made = kept.model_copy(update={**now, "lines": lines})
    st.session_state[_DRAFT] = made
    return made


def _keep(name: str, value: str | None) -> None:
    st.session_state[_DRAFT] = st.session_state[_DRAFT].model_copy(update={name: value})


class Remarks:
    """What stands under the fields: what is wrong, also when it is found out later."""

    def __init__(self, problems: Problems, *, paper: bool = True):
        self.problems, self.paper = problems, paper
        self._places: dict[str, DeltaGenerator] = {}

    def under(self, name: str) -> None:
        """The place under a field, with the paper's value."""
        self._places[name] = st.empty()
        if name in self.problems:
            self.complain(name, self.problems[name])
        if name in PAPER and self.paper:
            st.caption(f"Paper: {common.escape(PAPER[name])}")

    def complain(self, name: str, message: str) -> None:
        """Say under a field what is wrong with it."""
        if name in self._places:
            self._places[name].markdown(f":orange[:material/error: {common.escape(message)}]")


def text(name: str, kept: str, remarks: Remarks, *, label: str = "", **settings: Any) -> None:
    """A line of text. Args: settings: of `st.text_input`."""
    st.text_input(label or LABELS[name], kept, key=key(name), **settings)
    remarks.under(name)


def number(
    name: str, kept: float | None, remarks: Remarks, *, step: float, **settings: Any
) -> None:
    """A number, of the type of its step. Args: settings: of `st.number_input`."""
    value = None if kept is None else type(step)(kept)
    st.number_input(LABELS[name], value=value, step=step, key=key(name), **settings)
    remarks.under(name)


def one_of(name: str, kept: str, options: list[str], written: Callable[[str], str]) -> None:
    """One choice of several, its remark drawn by the caller."""
    st.selectbox(LABELS[name], options, options.index(kept), key=key(name), format_func=written)


def several(
    name: str, kept: list[str], options: list[str], remarks: Remarks, **settings: Any
) -> None:
    """Any of several choices. Args: settings: of `st.multiselect`."""
    st.multiselect(LABELS[name], options, default=kept, key=key(name), wrap=True, **settings)
    remarks.under(name)


def file(name: str, kept: str | None, endings: Sequence[str], remark: str) -> None:
    """An upload; what is kept is the path of a copy in the workspace.

    Args: endings: of files that are taken, without their dots, the usual one first.
    """
    # Under another key the uploader is empty again: so a file can be taken out.
    turn = st.session_state.setdefault(f"turn-{name}", 0)
    given = st.file_uploader(
        f"{named(endings)} file", type=list(endings), key=key(f"upload-{name}-{turn}"), help=remark
    )
    if given is not None:
        path = uploads.save(given, common.ledger().home)
        if path != kept:
            _keep(name, path)
            st.rerun()
    if not kept:
        st.caption(f"{remark}.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"Uses {common.escape(uploads.title(kept))}. {remark}.", width="content")
        st.button("Take it out", key=f"out-{name}", type="tertiary", on_click=_out, args=(name,))


def _out(name: str) -> None:
    _keep(name, None)
    st.session_state[f"turn-{name}"] += 1
