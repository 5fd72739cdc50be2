"""The record of a run on the page: who signed what, what was said, the chain. Draws, asks nothing.

What people typed is shown by `st.text`, or escaped: it is never read as markup.
"""

from __future__ import annotations

import os

import pandas as pd
import streamlit as st

from core import seal
from core.model.results import Results
from core.store.records import Run
from reports.document import record
from reports.document.record import Discussion, Record, Signed
from reports.views.parts import common
from reports.views.parts.report import findings, sections


def may_review() -> bool:
    """Whether visitors may comment and sign: on this machine, or where the owner allows it."""
    return common.may_change() or os.environ.get("ALLOW_REVIEW") == "1"


def read(run: Run, results: Results) -> Record:
    """The record of a run as it is now; the cached results may hold an older one."""
    reviews = common.ledger().reviews(run.id)
    now = results.model_copy(update={"reviews": reviews})
    return record.read(now, content_of(run, results))


def content_of(run: Run, results: Results) -> str:
    """The content_sha256 of what the run says now."""
    return _content(run.id, common.stamp(run), results)


@st.cache_data(max_entries=64, show_spinner=False)
def _content(run: str, stamp: str, _results: Results) -> str:
    return seal.content_sha256(_results.as_json())


@st.cache_data(max_entries=64, show_spinner=False)
def sections_of(run: str, stamp: str, _results: Results) -> dict[str, str]:
    """Title by id of the sections of the run's report."""
    return sections.titles(_results)


def summary(shown: Record, results: Results) -> None:
    """Who stands for the present content, and whether it is frozen."""
    with st.container(border=True, gap="small", key="record-summary"):
        st.markdown(f"**{common.escape(shown.statement)}**")
        if shown.published:
            st.markdown(f":blue-badge[published] {common.escape(shown.published)}")
        findings.criteria_changed(results)
        st.caption(
            f"This is content {shown.content}: the hash of all results and of the words and"
            " figures made of them. A sign-off names it, and is stale once it is another."
        )


def signatures(shown: Record) -> None:
    """Every sign-off, newest first."""
    st.subheader("Sign-offs", anchor="sign-offs")
    if not shown.signatures:
        st.caption("Nobody has signed yet.")
    for one in reversed(shown.signatures):
        _signature(one)


def _signature(one: Signed) -> None:
    with st.container(border=True, gap="small", key=f"signature-{one.number}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f":{common.TONES[one.tone]}-badge[{one.mark} {one.verdict}]"
                f" **{common.escape(one.author)}** as {common.escape(one.role)}",
                width="content",
            )
            if one.standing:
                st.markdown(f":orange-badge[{one.standing.partition(' ')[0].strip(':')}]")
        if one.note:
            st.text(one.note)
        standing = f"; {one.standing}" if one.standing else ""
        st.caption(
            f"Record {one.number}, {one.when}, of content {one.content}{common.escape(standing)}"
        )


def discussion(one: Discussion) -> None:
    """A comment with its answers."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**{common.escape(one.author)}** on {common.escape(one.title)}", width="content"
        )
        st.caption(f"Record {one.number}, {one.when}: {common.escape(one.state)}", width="content")
    st.text(one.text)
    for reply in one.replies:
        with st.container(border=True, gap="small"):
            st.markdown(f"**{common.escape(reply.author)}** :gray[{common.escape(reply.when)}]")
            st.text(reply.text)


def chain(shown: Record) -> None:
    """Every record with its hash, the head, and what the chain proves."""
    st.subheader("The chain of records", anchor="chain")
    st.markdown(f"{common.escape(record.UNVERIFIED)} {common.escape(record.FORGERY)}")
    if shown.chain.rows:
        rows = pd.DataFrame(list(shown.chain.rows), columns=list(shown.chain.columns))
        st.dataframe(rows, hide_index=True, alt="Every record of the chain, oldest first")
    many = "1 record" if shown.length == 1 else f"{shown.length} records"
    st.caption(f"{many}; the head, worth noting somewhere else:")
    st.code(shown.head, language=None, wrap_lines=True)
