"""The forms by which people add to the record of a run. Each writes in a callback.

A callback gets what the page showed when it was drawn, so that a sign-off names the content that
was read, also when the run has gone on in between. A refusal keeps what was typed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

import streamlit as st

from core import seal
from core.errors import UserError
from core.reviews import entries
from core.reviews.schema import Said
from core.store.records import Run
from reports.document.record import UNVERIFIED, Discussion, Record
from reports.views.parts import common

_TOLD, _NAME = "review-told", "reviewer"


def told() -> None:
    """What became of the last form."""
    if message := st.session_state.pop(_TOLD, None):
        st.toast(common.escape(message))


def sign(run: Run, content: str) -> None:
    """The sign-off form."""
    with st.form("sign", enter_to_submit=False):
        st.markdown("**Sign off**")
        _name("sign")
        st.radio("Role", entries.ROLES, index=None, key="sign-role", horizontal=True)
        st.radio("Verdict", entries.VERDICTS, index=None, key="sign-verdict", horizontal=True)
        _text("sign", "Note", "Why; needed unless you approve.", 100)
        st.caption(f"You sign content {content[:12]}. {UNVERIFIED}")
        _refusal("sign")
        _button("Sign", "sign", run, _signature, content, type="primary")


def comment(run: Run, titles: Mapping[str, str]) -> None:
    """The form for a new comment."""
    with st.form("comment", enter_to_submit=False):
        st.markdown("**Comment on a section**")
        st.selectbox("Section", list(titles), key="comment-section", format_func=titles.__getitem__)
        _name("comment")
        _text("comment", "Comment", "Plain text.", 100)
        _refusal("comment")
        _button("Comment", "comment", run, _comment)


def answer(run: Run, one: Discussion) -> None:
    """Reply to a comment, or settle it."""
    form = f"answer-{one.number}"
    settle = "Reopen" if one.resolved else "Resolve"
    with (
        st.expander(f"Reply or {settle.lower()}"),
        st.form(form, border=False, enter_to_submit=False),
    ):
        _name(form)
        _text(form, "Reply", f"Plain text; not needed to {settle.lower()}.", 80)
        _refusal(form)
        with st.container(horizontal=True):
            _button("Reply", form, run, _reply, one.number)
            _button(settle, form, run, _settle, one.number, one.resolved)


def publish(run: Run, content: str, shown: Record) -> None:
    """The button that freezes the run, behind a confirmation."""
    if shown.published:
        return
    if run.state != "done":
        st.caption("A run can be published once every step of it is done.")
    elif st.button("Publish this run", icon=":material/lock:", key="publish"):
        _confirm(run, content, shown.statement)


@st.dialog("Publish this run?")
def _confirm(run: Run, content: str, statement: str) -> None:
    st.markdown(
        f"**{common.escape(run.name)}** is frozen for good: no attack can be added, it cannot be"
        " resumed, renamed or deleted, and its criteria stay. There is no way back; to change"
        " anything, clone it. Comments and sign-offs stay possible."
    )
    st.markdown(common.escape(statement))
    with st.form("publish-form", border=False, enter_to_submit=False):
        _name("publish")
        st.caption(f"You publish content {content[:12]}. {UNVERIFIED}")
        clicked = _button("Publish for good", "publish", run, _publication, content)
        if clicked and "publish-refused" not in st.session_state:
            st.rerun()  # closes the dialog
        _refusal("publish")


def _name(form: str) -> None:
    key = f"{form}-name"
    # A name given once stands in every form that has none yet.
    st.session_state[key] = st.session_state.get(key) or st.session_state.get(_NAME, "")
    st.text_input("Your name", key=key)


def _text(form: str, label: str, placeholder: str, height: int) -> None:
    # No max_chars: a browser would drop what is pasted beyond it without a word.
    st.text_area(label, key=f"{form}-text", placeholder=placeholder, height=height)


def _refusal(form: str) -> None:
    if refusal := st.session_state.pop(f"{form}-refused", None):
        st.error(common.escape(refusal))


def _button(
    label: str, form: str, run: Run, say: Callable[..., Said], *seen: object, **settings: Any
) -> bool:
    """A submit button; `say` makes the entry of what was `Typed` and of what was `seen`."""
    key = f"{form}-go-{label.split()[0].lower()}"
    click = (form, run.id, say, seen)
    return st.form_submit_button(label, key=key, on_click=_add, args=click, **settings)


def _add(form: str, run: str, say: Callable[..., Said], seen: tuple[object, ...]) -> None:
    try:
        made = common.ledger().review(run, say(Typed.into(form), *seen))
    except UserError as error:
        st.session_state[f"{form}-refused"] = str(error)
        return
    st.session_state[_NAME] = made["author"]
    st.session_state[f"{form}-text"] = ""
    st.session_state[_TOLD] = f"Record {made['number']} added."


@dataclass(frozen=True)
class Typed:
    """What stands in the fields of a form; "" or None where it has no such field."""

    name: str = ""
    text: str = ""
    section: str = ""
    role: str | None = None
    verdict: str | None = None

    @classmethod
    def into(cls, form: str) -> Typed:
        """What was typed into the form of this name."""
        keys = {field.name: f"{form}-{field.name}" for field in fields(cls)}
        there = {name: key for name, key in keys.items() if key in st.session_state}
        return cls(**{name: st.session_state[key] for name, key in there.items()})


def _signature(typed: Typed, content: str) -> Said:
    if typed.role is None or typed.verdict is None:
        raise UserError("choose the role in which you sign, and a verdict", 2)
    by = seal.renderer()
    return entries.sign_off(typed.name, typed.role, typed.verdict, typed.text, content, by)


def _publication(typed: Typed, content: str) -> Said:
    return entries.publish(typed.name, content, seal.renderer())


def _comment(typed: Typed) -> Said:
    return entries.comment(typed.name, typed.section, typed.text)


def _reply(typed: Typed, about: int) -> Said:
    return entries.reply(typed.name, about, typed.text)


def _settle(typed: Typed, about: int, resolved: bool) -> Said:
    return (entries.reopen if resolved else entries.resolve)(typed.name, about)
