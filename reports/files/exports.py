"""A run as a file of another kind: JSON, Parquet, or a zip of all and the page."""

from __future__ import annotations

import io
import zipfile

import pandas as pd

from core import seal
from core.model.results import Results
from core.results import export, table
from reports.document import spreadsheet

_EPOCH = (1980, 1, 1, 0, 0, 0)


def results_json(results: Results) -> str:
    """results.json with its seal: two spaces, no NaN; equal results give equal text."""
    return export.as_text(seal.sealed(results.as_json()))


def bundle(results: Results, rows: pd.DataFrame, page: str) -> bytes:
    """A zip of the page, results.json, the summary as CSV and the tidy table; fixed times."""
    files = {
        "report.html": page.encode("utf-8"),
        "results.json": results_json(results).encode("utf-8"),
        "summary.csv": spreadsheet.summary_csv(results).encode("utf-8"),
        table.NAME: table.packed(rows),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return buffer.getvalue()
