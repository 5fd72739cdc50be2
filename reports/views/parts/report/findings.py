"""What a run found: the finding and its evidence, the verdicts, what was tested and what not."""

from __future__ import annotations

import streamlit as st

from core.model.results import Results
from core.store.records import Run
from reports.document import record
from reports.plots.look import Look
from reports.prose import findings
from reports.sections import verdict
from reports.sections.statement import statement
from reports.views.parts import common
from reports.views.parts.report import evidence, figures, sections


def draw(run: Run, results: Results, look: Look) -> None:
    """The finding, its evidence and the verdicts, then every figure."""
    found = findings.find(results)
    st.title(common.escape(found.headline), anchor=False)
    st.markdown(common.escape(found.evidence))
    _judged(run, results)
    if found.lines:
        with st.container(horizontal=True, gap="small" if look.narrow else "large"):
            for line in found.lines:
                color = common.TONES[line.tone]
                st.markdown(
                    f":{color}[**{common.escape(line.title)}**]  \n{common.escape(line.text)}",
                    width=320,
                )
    with st.expander("In plain words"):
        for paragraph in found.paragraphs:
            st.markdown(common.escape(paragraph))
    with st.expander("What was tested, and what not"):
        _tested(results)
    figures.draw(run, results, look)


def criteria_changed(results: Results) -> None:
    """A warning for each earlier run whose results were known when other criteria were set."""
    for sentence in record.criteria_changed(results):
        st.markdown(f":orange[**Criteria changed after results:**] {common.escape(sentence)}")


def _tested(results: Results) -> None:
    """The attacker of this run, what it leaves open, and what no such report can say."""
    lines = [f"**{what}**: {common.escape(how)}" for what, how in sections.attacker(results)]
    lines += [f"**Not tested**: {common.escape(text)}" for text in sections.not_tested(results)]
    lines += [f"**Limit**: {common.escape(text)}" for text in sections.limits(results)]
    st.markdown("\n".join(f"- {line}" for line in lines))


def _judged(run: Run, results: Results) -> None:
    """The verdict on every defence, worst first, and what was asked of it."""
    with st.container(border=True, gap="small", key="verdicts"):
        st.markdown(f"**{common.escape(statement(results))}**")
        for group in verdict.groups(results):
            one = group.verdict
            said = f"{group.sentence} {one.doubt}".strip()
            under = f" {common.escape(one.threat)}" if one.threat else ""
            st.markdown(
                f":{common.TONES[one.tone]}-badge[{one.mark} {one.label}]"
                f" **{common.escape(group.names)}**{under}  \n{common.escape(said)}"
            )
            if one.next_step:
                st.markdown(f"**Next:** {common.escape(one.next_step)}")
            if one.grade:
                st.caption(common.escape(one.grade))
        if wrong := verdict.misled(results):
            st.markdown(f":orange[**Not reliable:**] {common.escape(wrong)}")
        for sentence in verdict.asked(results):
            st.caption(f"Asked: {common.escape(sentence)}")
        if needed := verdict.seeds_to_pass(results):
            st.caption(common.escape(needed))
        evidence.draw(run, results)
        criteria_changed(results)
