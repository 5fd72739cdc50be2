"""Tables of a run as CSV, safe to open in a spreadsheet; the page offers the summary."""

from __future__ import annotations

import csv
import io
import json

import pandas as pd

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def summary_csv(results: dict) -> str:
    """The summary as CSV, one line an object; lists and objects are canonical JSON.

    Text that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    columns = list(results["summary"][0]) if results["summary"] else []
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in results["summary"]:
        writer.writerow([_cell(row.get(column)) for column in columns])
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
