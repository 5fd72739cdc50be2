"""Tables in CSV and Parquet files, opened within limits."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pv
import pyarrow.parquet as pq

from core.data.files.columns import MAX_VALUES, found
from core.data.files.found import Found
from core.errors import UserError

MAX_COLUMNS = 20_000
MAX_HEADER = 2**20
"""Bytes of a CSV file's first line."""


def read_csv(path: Path, label: str | None, title: str) -> Found:
    """A table with a line of names, separated by commas, in UTF-8. Raises `UserError`."""
    with path.open("rb") as file:
        head = file.read(MAX_HEADER)
    first, newline, _ = head.partition(b"\n")
    if not newline or b"\0" in first:
        raise UserError(f"{title}: is no CSV file: it has no line of column names")
    if b"," not in first:
        used = next((mark for mark in (b";", b"\t", b"|") if mark in first), None)
        told = f"seems to separate columns by {used.decode()!r}" if used else "has one column"
        raise UserError(f"{title}: {told}; save it with commas (sep=',', decimal='.')")
    if first.count(b",") >= MAX_COLUMNS:
        raise UserError(f"{title}: has more than {MAX_COLUMNS:,} columns")
    try:
        table = pv.read_csv(
            path,
            # One thread, so that its memory is what it holds, and the same on every machine.
            read_options=pv.ReadOptions(use_threads=False),
            parse_options=pv.ParseOptions(newlines_in_values=True),
            # Texts stay texts; only an empty field is a missing one.
            convert_options=pv.ConvertOptions(
                null_values=[""],
                true_values=["true", "True", "TRUE"],
                false_values=["false", "False", "FALSE"],
                timestamp_parsers=[],
            ),
        )
    except MemoryError:
        raise
    except pa.ArrowException as error:
        raise UserError(f"{title}: is no CSV file: {_reason(error)}") from None
    return found(table, label, title)


def read_parquet(path: Path, label: str | None, title: str) -> Found:
    """A flat table in a Parquet file. Raises `UserError`."""
    try:
        file = pq.ParquetFile(path)
        schema, about = file.schema_arrow, file.metadata
        unpacked = sum(about.row_group(i).total_byte_size for i in range(about.num_row_groups))
        if about.num_rows * max(1, about.num_columns) > MAX_VALUES or unpacked > 4 * MAX_VALUES:
            raise UserError(f"{title}: holds more than {MAX_VALUES:,} values; take fewer rows")
        if about.num_columns > MAX_COLUMNS:
            raise UserError(f"{title}: has more than {MAX_COLUMNS:,} columns")
        nested = [field.name for field in schema if pa.types.is_nested(field.type)]
        if nested:
            raise UserError(
                f"{title}: column {nested[0][:200]!r} holds lists or records; give one number or"
                " one text a row"
            )
        table = file.read(use_threads=False)
        table.validate(full=True)
    except MemoryError:
        raise
    except (pa.ArrowException, OSError) as error:
        raise UserError(f"{title}: is no Parquet file: {_reason(error)}") from None
    return found(table, label, title)


def _reason(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
