"""Tables of a run as CSV, safe to open in a spreadsheet; the page offers the summary."""

from __future__ import annotations

import csv
import io
import json

import pandas as pd

from core.model.results import Results
from core.model.rows import SummaryRow

COLUMNS = ("dataset", *(name for name in SummaryRow.model_fields if name != "dataset"))
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def summary_csv(results: Results) -> str:
    """The summary as CSV, one line a row; lists and objects are canonical JSON.

    Text that a spreadsheet would run as a formula gets an apostrophe in front; what was not
    measured is an empty cell.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS if results.summary else [])
    for row in results.summary:
        values = row.model_dump(mode="json")
        writer.writerow([_cell(values[column]) for column in COLUMNS])
    return text.getvalue()


def rows_csv(rows: pd.DataFrame) -> str:
    """The tidy table as CSV, text guarded as in `summary_csv`."""
    guarded = rows.copy()
    for column in guarded.columns:
        if not pd.api.types.is_numeric_dtype(guarded[column]):
            guarded[column] = guarded[column].map(_cell)
    return guarded.to_csv(index=False, lineterminator="\n")


def _cell(value: object) -> object:
    if isinstance(value, dict | list):
        value = json.dumps(value, sort_keys=True, separators=(",", ":"))
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
