"""A run as a file of the kind that its ending names; the command line and the app both ask here."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pandas as pd

from core.errors import UserError
from core.model.results import Results
from core.results import table
from reports.document import document, spreadsheet
from reports.files import exports

MOST_CARRIED = 12 * 2**20
"""Bytes of a table in a page, which `verify` still opens with them."""
ENDINGS = (".html", ".json", ".csv", ".parquet", ".zip")


def made(
    run: str, ending: str, results: Results, rows: pd.DataFrame | None, carry: bool = False
) -> bytes:
    """The file as bytes.

    Args:
        run: what it is called in an error. ending: one of `ENDINGS`.
        rows: the tidy table; None (a results.json) gives the CSV of the summary.
        carry: whether an .html holds the tidy table too.

    Raises: UserError: the file is made of single attacks, and there are none.
    """
    if ending == ".html" and not carry:
        return document.render(results).encode("utf-8")
    if ending == ".json":
        return exports.results_json(results).encode("utf-8")
    if ending == ".csv":
        text = spreadsheet.summary_csv(results) if rows is None else spreadsheet.rows_csv(rows)
        return text.encode("utf-8")
    if rows is None:
        kind = f"{ending} with --rows" if carry else ending
        raise UserError(
            f"{run} holds no single attacks, so no {kind} can be made of it; give a run id"
        )
    if ending == ".html":
        return document.render(results, _small_enough(run, table.packed(rows))).encode("utf-8")
    if ending == ".parquet":
        return table.packed(rows)
    return exports.bundle(results, rows, document.render(results))


def _small_enough(run: str, packed: bytes) -> bytes:
    if len(packed) > MOST_CARRIED:
        raise UserError(
            f"{run}: its rows take {len(packed) >> 20} MiB, too much for a page; leave out --rows"
            f" and give {table.NAME} beside it"
        )
    return packed


def write(out: Path, content: bytes) -> None:
    """Write a file under a temporary name first: no half-written one is ever seen.

    Raises: UserError: it cannot be written.
    """
    partial = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(content)
        partial.replace(out)
    except OSError as error:
        with contextlib.suppress(OSError):
            partial.unlink()
        raise UserError(f"{out}: cannot be written: {error.strerror}") from None
