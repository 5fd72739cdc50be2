"""The tidy table as bytes: compressed Parquet out, and a file of strangers in, checked.

Nothing in a file is ever executed: its columns are numbers, booleans and texts, or it is refused.
"""

from __future__ import annotations

import hashlib
import io
import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.errors import UserError

NAME = "results.parquet"
TEXTS = (
    *("network_id", "dataset", "defense", "defense_params"),
    *("attack_id", "attack", "attack_params", "status"),
)
WHOLE = (
    *("seed", "sample", "label", "target", "predicted_clean", "predicted"),
    *("l0", "iterations"),
)
"""Of these, l0 is a sum of costs where features have any."""
MEASURED = ("l1", "l2", "linf")
ABSENT = ("temperature", "budget")
"""Numbers that a network or an attack may lack."""
COLUMNS = [
    *("network_id", "dataset", "defense", "defense_params", "temperature", "seed"),
    *("attack_id", "attack", "attack_params", "budget"),
    *("sample", "label", "target", "predicted_clean", "predicted", "success", "status"),
    *("l0", "l1", "l2", "linf", "iterations"),
]

MAX_BYTES = 64 * 2**20
MAX_UNPACKED = 2**30
MAX_ROWS = 5_000_000
MAX_TEXTS = 10_000
"""Different texts in a column."""
MAX_TEXT = 20_000
_LEVEL = 9


def packed(rows: pd.DataFrame) -> bytes:
    """The table as compressed Parquet; equal tables give equal bytes with equal libraries."""
    buffer = io.BytesIO()
    split = [name for name in MEASURED if name in rows]
    others = [name for name in rows if name not in split]
    rows.to_parquet(
        buffer,
        index=False,
        compression="zstd",
        compression_level=_LEVEL,
        use_dictionary=others,
        use_byte_stream_split=split,
    )
    return buffer.getvalue()


def sha256_of(rows: pd.DataFrame) -> str:
    """Hash of what the table says, whatever file it lies in."""
    digest = hashlib.sha256(f"{len(rows)}\0{','.join(COLUMNS)}\0".encode())
    for name in COLUMNS:
        if name in TEXTS:
            codes, texts = pd.factorize(rows[name].to_numpy(object))
            digest.update("\0".join(map(str, texts)).encode("utf-8", "replace") + b"\0")
            digest.update(codes.astype("<i4").tobytes())
        else:
            values = rows[name].to_numpy("<f8", na_value=np.nan)
            digest.update(np.where(np.isnan(values), np.nan, values).tobytes())
    return digest.hexdigest()


def opened(name: str, raw: bytes) -> pd.DataFrame:
    """A tidy table from anywhere, every column checked; further columns are left out.

    Args: name: of the file, for errors. Raises: UserError: one line that says what is wrong.
    """
    if len(raw) > MAX_BYTES:
        raise UserError(f"{name}: larger than {MAX_BYTES >> 20} MiB, not a table of attacks")
    try:
        # A text that repeats is read once; else a small file could fill the memory.
        file = pq.ParquetFile(
            pa.BufferReader(raw),
            read_dictionary=list(TEXTS),
            thrift_string_size_limit=MAX_BYTES,
            thrift_container_size_limit=1_000_000,
            arrow_extensions_enabled=False,
        )
        _check_size(name, file)
        if not file.metadata.num_rows:
            return pd.DataFrame(columns=COLUMNS)
        table = file.read(columns=COLUMNS, use_threads=False).unify_dictionaries()
        return pd.DataFrame({column: _column(name, table, column) for column in COLUMNS})
    except (pa.ArrowException, OSError, LookupError, ValueError, TypeError) as error:
        said = " ".join(str(error).split())[:200] or type(error).__name__
        raise UserError(f"{name}: not a table of attacks in Parquet: {said}") from None


def _check_size(name: str, file: pq.ParquetFile) -> None:
    facts = file.metadata
    if facts.num_rows > MAX_ROWS:
        raise UserError(f"{name}: more than {MAX_ROWS:,} rows")
    unpacked = sum(facts.row_group(i).total_byte_size for i in range(facts.num_row_groups))
    if unpacked > MAX_UNPACKED:
        raise UserError(f"{name}: unpacks to more than {MAX_UNPACKED >> 30} GiB")
    absent = [column for column in COLUMNS if column not in file.schema_arrow.names]
    if absent:
        raise UserError(f"{name}: has no column {absent[0]!r}, not a table of attacks")
    if len(set(file.schema_arrow.names)) < len(file.schema_arrow.names):
        raise UserError(f"{name}: has a column twice")


def _column(name: str, table: pa.Table, column: str) -> pd.Series:
    values = table.column(column)
    if column in TEXTS:
        return _texts(name, column, values)
    if values.null_count and column not in ABSENT:
        raise UserError(f"{name}: column {column!r} has holes")
    if column == "success":
        if not pa.types.is_boolean(values.type):
            raise UserError(f"{name}: column 'success' is {values.type}, not true or false")
        return pd.Series(values.to_numpy(), dtype=bool)
    if not (pa.types.is_integer(values.type) or pa.types.is_floating(values.type)):
        raise UserError(f"{name}: column {column!r} is {values.type}, not numbers")
    if column in WHOLE and not (column == "l0" and _is_cost(values)):
        return pd.Series(pc.cast(values, pa.int64()).to_numpy(), dtype="int64")
    numbers = pc.cast(values, pa.float64()).to_numpy()
    missing = np.isnan(numbers) & (column in ABSENT)
    if not (np.isfinite(numbers) | missing).all() or (numbers < 0).any():
        raise UserError(f"{name}: column {column!r} holds a number that is no distance")
    return pd.Series(numbers, dtype="float64")


def _is_cost(values: pa.ChunkedArray) -> bool:
    """Whether L0 is a sum of costs: floats that are no whole numbers."""
    if not pa.types.is_floating(values.type):
        return False
    numbers = pc.cast(values, pa.float64()).to_numpy()
    return not np.array_equal(numbers, np.round(numbers))


def _texts(name: str, column: str, values: pa.ChunkedArray) -> pd.Series:
    if not pa.types.is_dictionary(values.type) or not pa.types.is_string(values.type.value_type):
        raise UserError(f"{name}: column {column!r} is {values.type}, not texts")
    if values.null_count:
        raise UserError(f"{name}: column {column!r} has holes")
    texts = values.chunk(0).dictionary.to_pylist() if values.num_chunks else []
    if len(texts) > MAX_TEXTS or any(text is None or len(text) > MAX_TEXT for text in texts):
        raise UserError(f"{name}: column {column!r} holds too many or too long texts")
    for text in texts:
        _check_text(name, column, text)
    codes = [chunk.indices.to_numpy(zero_copy_only=False) for chunk in values.chunks]
    each = np.array(texts, dtype=object)
    return pd.Series(each[np.concatenate(codes)] if codes else each, dtype="str")


def _check_text(name: str, column: str, text: str) -> None:
    if not column.endswith("_params"):
        return
    try:
        settings = json.loads(text)
    except (ValueError, RecursionError):
        settings = None
    if not isinstance(settings, dict):
        raise UserError(f"{name}: column {column!r} holds settings that are no JSON object")
