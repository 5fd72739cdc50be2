"""The steps (cells) of a run: table, failures with their errors and logs."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import streamlit as st

from core.planning.remaining import fraction, in_words
from core.store.records import CellRow, Run
from reports.views.parts import common, planned

TAIL_BYTES = 6000
PAGE = 200
KINDS = {"train": "training", "attack": "attack", "plant": "planted examples"}
"""What a step does, by the kind of its cell."""
SHORT = 24


def table(run: Run) -> None:
    """Every step of the run, 200 at a time."""
    pages = max(1, -(-run.cells // PAGE))
    number = 1
    if pages > 1:
        number = st.pagination(pages, key="steps-page")
    frame(common.ledger().cells(run.id, (number - 1) * PAGE, PAGE))


def frame(cells: list[CellRow]) -> None:
    """Steps as a table."""
    rows = pd.DataFrame(
        {
            "State": [common.STATES[cell.state][0] for cell in cells],
            "Step": [cell.label for cell in cells],
            "Done": [fraction(cell) for cell in cells],
            "Kind": [KINDS[cell.kind] for cell in cells],
            "Seconds": pd.Series([cell.seconds for cell in cells], dtype="float64"),
            "Remark": [_remark(cell) for cell in cells],
        }
    )
    st.dataframe(
        rows,
        hide_index=True,
        height="content" if len(rows) <= SHORT else "auto",
        placeholder="–",
        column_config={
            "State": st.column_config.TextColumn(width=80),
            "Step": st.column_config.TextColumn(width=250),
            "Done": st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1),
            "Seconds": st.column_config.NumberColumn(format="%.1f"),
        },
        alt="Steps of the run with their state",
    )


def missing(run: Run) -> None:
    """What a failed or stopped run lacks, with errors, logs and the way on."""
    cells = [cell for cell in common.ledger().cells(run.id) if cell.state != "done"]
    failed = [cell for cell in cells if cell.state == "failed"]
    roots = [cell for cell in failed if cell.failures or not _waits(cell, failed)]
    if run.state == "failed":
        st.error(
            f"{len(failed)} of {run.cells} steps failed. What follows covers the others;"
            " nothing is averaged over the hole. “Resume” tries the failed steps again.",
            title="This run is incomplete",
        )
    elif run.time_is_over:
        limit = in_words(run.time_limit).removeprefix("about ")
        st.warning(
            f"{len(cells)} of {run.cells} steps were not computed within {limit}. What is done is"
            f" kept; “Resume” goes on where it stopped, for another {limit}.",
            title="The time limit was reached",
        )
    else:
        st.warning(
            f"{len(cells)} of {run.cells} steps were not computed. “Resume” goes on where it"
            " stopped; what is done is kept.",
            title="This run was stopped",
        )
    for cell in roots[:5]:
        with st.expander(f"Failed: {common.escape(cell.label)}", expanded=cell is roots[0]):
            st.markdown(f":orange[{common.escape(cell.error or 'no reason was given')}]")
            st.caption(f"After {cell.failures or cell.attempt} attempts. The end of its log:")
            st.code(tail(cell.log) or "the log is empty", language=None)
    if len(roots) > 5:
        st.caption(f"{len(roots) - 5} more failures stand under “Steps”.")


def tail(path: str | Path | None) -> str:
    """The last lines of a log; empty when there is none."""
    file = Path(path) if path else None
    if file is None or not file.is_file():
        return ""
    with file.open("rb") as opened:
        opened.seek(max(0, file.stat().st_size - TAIL_BYTES))
        return "\n".join(opened.read().decode("utf-8", "replace").splitlines()[-40:])


def _waits(cell: CellRow, failed: list[CellRow]) -> bool:
    return any(parent.key in cell.parents for parent in failed)


def _remark(cell: CellRow) -> str:
    if cell.error:
        return cell.error
    told = planned.told(cell)
    return told.message if told and cell.state == "running" else ""
