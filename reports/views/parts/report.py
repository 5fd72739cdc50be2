"""The sections of a run that has ended: findings and figures, numbers, networks, set-up."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
import streamlit as st
import yaml

from core.store.records import Run
from reports.document import record
from reports.plots.look import Look
from reports.prose import findings, words
from reports.sections import captions, checks, context, figures, origins, tables, verdict
from reports.sections.figure_list import FIGURES
from reports.sections.tables import Table
from reports.views.parts import common

CHART = {"displayModeBar": False, "responsive": True}
SHORT = 40
FEW = 4


def findings_and_figures(run: Run, results: dict, look: Look) -> None:
    """The finding, its evidence, the figure that proves it, then every other figure."""
    found = findings.find(results)
    st.title(common.escape(found.headline), anchor=False)
    st.markdown(common.escape(found.evidence))
    judged(results)
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
    # Its own section draws the training curves.
    every = {name: _drawn(run.id, common.stamp(run), name, look, results) for name in FIGURES}
    drawn = {key: made for key, made in every.items() if made is not None and key != "training"}
    for place, (name, figure) in enumerate(drawn.items()):
        one(results, name, figure)
        if place == 0 and len(drawn) > FEW:
            _contents(list(drawn)[1:])


def _tested(results: dict) -> None:
    """The attacker of this run, what it leaves open, and what no such report can say."""
    lines = [f"**{what}**: {common.escape(how)}" for what, how in context.attacker(results)]
    lines += [f"**Not tested**: {common.escape(text)}" for text in context.not_tested(results)]
    lines += [f"**Limit**: {common.escape(text)}" for text in context.LIMITATIONS]
    st.markdown("\n".join(f"- {line}" for line in lines))


def judged(results: dict) -> None:
    """The verdict on every defence, worst first, and what was asked of it."""
    with st.container(border=True, gap="small", key="verdicts"):
        st.markdown(f"**{common.escape(verdict.statement(results))}**")
        for group in verdict.groups(results):
            one = group.verdict
            said = f"{group.sentence} {one.doubt}".strip()
            st.markdown(
                f":{common.TONES[one.tone]}-badge[{one.mark} {one.label}]"
                f" **{common.escape(group.names)}**  \n{common.escape(said)}"
            )
        if wrong := verdict.misled(results):
            st.markdown(f":orange[**Not reliable:**] {common.escape(wrong)}")
        for sentence in verdict.asked(results):
            st.caption(f"Asked: {common.escape(sentence)}")
        if needed := verdict.seeds_to_pass(results):
            st.caption(common.escape(needed))
        for sentence in record.criteria_changed(results):
            st.markdown(f":orange[**Criteria changed after results:**] {common.escape(sentence)}")


def _contents(names: list[str]) -> None:
    """Links to the figures further down."""
    with st.expander(f"Contents: {len(names)} more figures below"):
        st.markdown("\n".join(f"- [{FIGURES[name].title}](#{name})" for name in names))


def one(results: dict, name: str, drawn: go.Figure) -> None:
    """One figure with its sentence and its numbers."""
    entry = FIGURES[name]
    st.subheader(entry.title, anchor=name)
    sentence = entry.takeaway(results)
    chart(drawn, name, sentence)
    st.caption(common.escape(sentence))
    with st.expander("The numbers"):
        show(entry.table(results))


# As a resource: building a figure again from a copy takes half of the time of the page.
@st.cache_resource(max_entries=128, show_spinner=False)
def _drawn(run: str, stamp: str, name: str, look: Look, _results: dict) -> go.Figure | None:
    return FIGURES[name].draw(_results, look)


def chart(drawn: go.Figure, key: str, alt: str) -> None:
    """A figure as wide as the page, in our own inks."""
    st.plotly_chart(drawn, width="stretch", theme=None, key=f"fig-{key}", config=CHART, alt=alt)


def show(table: Table | None) -> None:
    """A table of the report."""
    if table is None:
        return
    rows = pd.DataFrame(list(table.rows), columns=list(table.columns))
    numeric = {
        column: st.column_config.TextColumn(alignment="right")
        for place, column in enumerate(table.columns)
        if place in table.numeric
    }
    st.dataframe(
        rows,
        hide_index=True,
        column_config=numeric,
        height="content" if len(rows) <= SHORT else "auto",
        alt=table.caption or table.columns[0],
    )
    if table.caption:
        st.caption(common.escape(table.caption))


def numbers(results: dict) -> None:
    """The summary, the paired differences and the checks, sortable."""
    st.subheader("Every network under every attack", anchor=False)
    rows = results["summary"]
    if not rows:
        st.info("No attack has finished.")
        return
    frame = pd.DataFrame(
        {
            "Network": [words.defense_of(row) for row in rows],
            "Attack": [tables.named(row["attack"], row["attack_params"], rows) for row in rows],
            "Budget": [words.budget(row, words.scale(results)) for row in rows],
            "Succeed": [row["success_rate"] for row in rows],
            "Features": [_features(row) for row in rows],
            "Distance": [_distance(row) for row in rows],
            "95 % interval": [_interval(row) for row in rows],
            "Never moved": [row["censored"] for row in rows],
            "Blind": [row["zero_gradient_samples"] for row in rows],
            "Accuracy": [row["accuracy"] for row in rows],
            "Samples": [row["samples"] for row in rows],
        }
    )
    share = st.column_config.NumberColumn(format="percent")
    st.dataframe(
        frame,
        hide_index=True,
        placeholder="–",
        column_config={
            **dict.fromkeys(("Succeed", "Features", "Never moved", "Blind", "Accuracy"), share),
            "Distance": st.column_config.NumberColumn(format="%.3g"),
        },
        alt="Robustness and success rate of every network under every attack",
    )
    st.caption(
        "Succeed: share of attacks that reach their goal within the budget. Robustness stands"
        " under Features (share that an attacker must change) or Distance (how far an input must"
        f" be moved, in {words.own_units(results)}), with its 95 % interval; attacks inside a ball"
        " measure none. Never moved: share of samples that the attack could not move, so that"
        " robustness is a lower bound, marked ≥. Blind: share of samples whose gradient is exactly"
        " zero."
    )
    for outcome, title in (
        ("fail", "Checks that failed"),
        ("not run", "Checks that were not run, and what would run them"),
        ("pass", "Checks that passed"),
    ):
        _checks(results, outcome, title)
    for title, table in (
        ("Differences, paired by sample", tables.differences(results)),
        ("What was published", origins.published(results)),
        ("Every seed by itself", tables.seeds(results)),
    ):
        if table is not None and table.rows:
            st.subheader(title, anchor=False)
            show(table)


def _checks(results: dict, outcome: str, title: str) -> None:
    """The checks with one outcome, in whole sentences, which a table would cut."""
    found = checks.table(results, outcome)
    if found is None:
        return
    lines = []
    for asked, sentence, networks, attacks in found.rows:
        about = " on ".join(part for part in (attacks, networks) if part != "–")
        lines.append(f"- **{common.escape(f'{asked} {about}')}**  \n  {common.escape(sentence)}")
    if outcome == "fail":
        st.subheader(title, anchor=False)
        st.markdown("\n".join(lines))
        return
    with st.expander(f"{title} ({len(lines)})"):
        st.markdown("\n".join(lines))


def _interval(row: dict) -> str:
    found = words.robustness_interval(row)
    bound = f"≥{words.SPACE}" if found and row["censored"] else ""
    return f"{bound}{found}" or "–"


def _features(row: dict) -> float | None:
    return row["rho"] if words.in_own_units(row) is None else None


def _distance(row: dict) -> float | None:
    own = words.in_own_units(row)
    return own[0] if own is not None and words.measures_robustness(row) else None


def networks(run: Run, results: dict, look: Look) -> None:
    """Training curves, accuracy, and each network as a file."""
    drawn = figures.training_curves(results, look)
    if drawn is not None:
        st.subheader("Training curves", anchor=False)
        chart(drawn, "training", captions.training_curves(results))
        st.caption(common.escape(captions.training_curves(results)))
    show(origins.networks(results))
    st.subheader("Files", anchor=False)
    store = common.ledger()
    for network in results["provenance"]["networks"]:
        title = f"{words.defense_of(network)}, seed {network['seed']}"
        sha256 = network["network_sha256"]
        st.download_button(
            f"{common.escape(title)} (.keras)",
            data=lambda sha256=sha256: store.artifacts.read_bytes(sha256),
            file_name=f"{run.id}-{network['network_id']}.keras",
            on_click="ignore",
            key=f"network-{network['network_id']}",
            icon=":material/download:",
        )


def setup(run: Run, results: dict) -> None:
    """The spec, departures from the paper, where the numbers come from."""
    st.subheader("Departures from the paper", anchor=False)
    source = results["provenance"]
    st.markdown("\n".join(f"- {common.escape(text)}" for text in source["departures"]) or "None.")
    if source["notes"]:
        st.subheader("Notes", anchor=False)
        st.markdown("\n".join(f"- {common.escape(text)}" for text in source["notes"]))
    st.subheader("Where the numbers come from", anchor=False)
    # As text, not as a grid: versions and checksums are longer than any column.
    rows = origins.provenance(results).rows
    st.markdown("\n".join(f"- {common.escape(what)}: {common.escape(v)}" for what, v in rows))
    st.subheader("Spec", anchor=False)
    # Without highlighting: its colours miss the contrast of WCAG AA.
    st.code(as_yaml(run), language=None)


def as_yaml(run: Run) -> str:
    """The spec of a run as YAML."""
    return yaml.safe_dump(run.spec, sort_keys=False, allow_unicode=True)
