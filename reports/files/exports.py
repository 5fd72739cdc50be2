"""A run as a file of another kind: JSON, CSV, Parquet, or a zip of all and the page."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import pandas as pd

from core import seal
from core.results import export

_EPOCH = (1980, 1, 1, 0, 0, 0)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def results_json(results: dict) -> str:
    """results.json with its seal: two spaces, no NaN; equal results give equal text."""
    return export.as_text(seal.sealed(results))


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


def rows_parquet(rows: pd.DataFrame) -> bytes:
    """The tidy table as Parquet."""
    buffer = io.BytesIO()
    rows.to_parquet(buffer, index=False)
    return buffer.getvalue()


def bundle(results: dict, rows: pd.DataFrame, page: str) -> bytes:
    """A zip of the page, results.json, the summary as CSV and the tidy table; fixed times."""
    files = {
        "report.html": page.encode("utf-8"),
        "results.json": results_json(results).encode("utf-8"),
        "summary.csv": summary_csv(results).encode("utf-8"),
        "results.parquet": rows_parquet(rows),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return buffer.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, dict | list):
        value = json.dumps(value, sort_keys=True, separators=(",", ":"))
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
