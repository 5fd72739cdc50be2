"""The numbers that the figures draw: a table that sorts, the checks, paired differences, seeds."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.model.judged import CheckResult
from core.model.results import Results
from core.model.rows import SummaryRow
from reports.prose import distances, names, reading
from reports.views.parts import common
from reports.views.parts.report import sections, shown

_OUTCOMES: dict[CheckResult, str] = {
    "fail": "Checks that failed",
    "not run": "Checks that were not run, and what would run them",
    "pass": "Checks that passed",
}


def draw(results: Results) -> None:
    """The summary, the checks, the paired differences and every seed."""
    st.subheader("Every network under every attack", anchor=False)
    if not results.summary:
        st.info("No attack has finished.")
        return
    _summary(results)
    for outcome, title in _OUTCOMES.items():
        _checks(results, outcome, title)
    for title, table in sections.more_tables(results).items():
        if table is not None and table.rows:
            st.subheader(title, anchor=False)
            shown.table(table)


def _summary(results: Results) -> None:
    rows = results.summary
    frame = pd.DataFrame(
        {
            "Network": [names.defense_of(row) for row in rows],
            "Attack": [
                names.attack_name(row.attack, reading.telling_among(rows, row)) for row in rows
            ],
            "Budget": [distances.budget(row, results.data.scale) for row in rows],
            "Succeed": _column([row.success_rate for row in rows]),
            "Features": _column([_features(row) for row in rows]),
            "Distance": _column([_distance(row) for row in rows]),
            "95 % interval": [_interval(row) for row in rows],
            "Never moved": _column([row.censored for row in rows]),
            "Blind": _column([row.zero_gradient_samples for row in rows]),
            "Accuracy": _column([row.accuracy for row in rows]),
            "Samples": [row.samples for row in rows],
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
        f" be moved, in {distances.own_units(results)}), with its 95 % interval; attacks inside a"
        " ball measure none. Never moved: share of samples that the attack could not move, so that"
        " its budget counts there, and the mean has no interval. Blind: share of samples whose"
        " gradient was exactly zero when the attack ran."
    )


def _column(numbers: list[float | None]) -> pd.Series:
    """Numbers that may be absent, also where all of them are: a table shows its placeholder."""
    return pd.Series(numbers, dtype="float64")


def _checks(results: Results, outcome: CheckResult, title: str) -> None:
    """The checks with one outcome, in whole sentences, which a table would cut."""
    found = sections.checked(results, outcome)
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


def _interval(row: SummaryRow) -> str:
    found = distances.robustness_interval(row)
    return found or distances.stopped(row).strip(" ()") or "–"


def _features(row: SummaryRow) -> float | None:
    return row.rho if distances.in_own_units(row) is None else None


def _distance(row: SummaryRow) -> float | None:
    own = distances.in_own_units(row)
    return own[0] if own is not None and distances.measures_robustness(row) else None
