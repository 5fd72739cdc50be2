"""Data sets that Hugging Face's `datasets` saved to a folder (`save_to_disk`), without it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from core.data.files import columns
from core.data.files.found import Found
from core.data.files.images import LEFT_OUT, stacked
from core.data.files.tables import MAX_COLUMNS
from core.data.files.trees import Leaf
from core.errors import UserError

STATE, SPLITS, ABOUT = "state.json", "dataset_dict.json", "dataset_info.json"
MAX_JSON = 2**24

Files = Mapping[tuple[str, ...], Leaf]


def is_saved(leaves: Sequence[Leaf]) -> bool:
    """Whether a folder is one that `save_to_disk` wrote."""
    return any(leaf.parts in ((STATE,), (SPLITS,)) for leaf in leaves)


def read(leaves: Sequence[Leaf], label: str | None, title: str) -> Found:
    """The splits `train` and `test`, or the only one as test data: a column of images, of nested
    numbers, or plain columns, beside a label.

    Raises `UserError` naming the column, what is wrong and the fix.
    """
    files = {leaf.parts: leaf for leaf in leaves}
    said: list[str] = []
    tables, features = _splits(files, said, title)
    first = next(iter(tables.values()))
    if any(table.schema.names != first.schema.names for table in tables.values()):
        raise UserError(f"{title}: its splits have other columns; they must agree")
    nested = [name for name in first.column_names if pa.types.is_nested(_storage(first, name))]
    if not nested:
        return _of_columns(tables, features, label, said, title)
    if len(nested) > 1:
        raise UserError(
            f"{title}: its columns {nested[0]!r} and {nested[1]!r} both hold images or lists; keep"
            " the one that the network takes (remove_columns)"
        )
    names = [name for name in first.column_names if name not in nested]
    label = columns.label_of(names, label, said, title)
    others = [name for name in names if name != label]
    said += [f"the column {name!r} is left out" for name in others]
    arrays: dict[str, np.ndarray] = {}
    for part, table in tables.items():
        arrays[f"x_{part}"] = _inputs(table.column(nested[0]), nested[0], part, said, title)
        arrays[f"y_{part}"] = columns.labels_of(table.column(label), label, title)
    return Found(arrays | _class_names(features, label), tuple(dict.fromkeys(said)))


def _of_columns(
    tables: Mapping[str, pa.Table],
    features: Mapping[str, Any],
    label: str | None,
    said: list[str],
    title: str,
) -> Found:
    marked = [
        table.append_column(columns.SPLIT, pa.array([part] * table.num_rows, pa.string()))
        for part, table in tables.items()
    ]
    found = columns.found(pa.concat_tables(marked), label, title)
    name = columns.label_of(next(iter(tables.values())).column_names, label, [], title)
    arrays = {**found.arrays, **_class_names(features, name)}
    return Found(arrays, (*said, *found.said), found.group)


def _class_names(features: Mapping[str, Any], label: str) -> dict[str, np.ndarray]:
    about = features.get(label)
    names = about.get("names") if isinstance(about, dict) else None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return {}
    return {"class_names": np.array(names, dtype=str)}


def _splits(
    files: Files, said: list[str], title: str
) -> tuple[dict[str, pa.Table], Mapping[str, Any]]:
    """Tables by part, train first, and what is said of their columns."""
    if (STATE,) in files:
        said.append("the only split is taken as test data")
        return {"test": _table(files, (), title)}, _about(files, (ABOUT,), title)
    known = _json(files, (SPLITS,), title).get("splits")
    if not isinstance(known, list) or "test" not in known:
        raise UserError(f"{title}: has no split 'test'; make one (train_test_split) and save again")
    other = [name for name in known if name not in ("train", "test")]
    unknown = [str(name)[:100] for name in other if str(name).lower() not in LEFT_OUT]
    if unknown:
        raise UserError(f"{title}: has a split {unknown[0]!r} beside train and test; leave it out")
    said += [f"the split {name} is left out" for name in other]
    parts = [part for part in ("train", "test") if part in known]
    tables = {part: _table(files, (part,), title) for part in parts}
    return tables, _about(files, ("test", ABOUT), title)


def _about(files: Files, parts: tuple[str, ...], title: str) -> Mapping[str, Any]:
    """What is said of each column, by its name."""
    features = _json(files, parts, title).get("features")
    return features if isinstance(features, dict) else {}


def _table(files: Files, folder: tuple[str, ...], title: str) -> pa.Table:
    named = _json(files, (*folder, STATE), title).get("_data_files")
    listed = named if isinstance(named, list) else []
    names = [str(one.get("filename")) for one in listed if isinstance(one, dict)]
    # Only names of files that were found in the folder itself can be there: no path leaves it.
    absent = [name for name in names if (*folder, name) not in files]
    if not names or absent:
        raise UserError(f"{title}: {STATE} names no .arrow file, or one that is not beside it")
    tables = [_arrow(files[(*folder, name)], title) for name in names]
    try:
        return pa.concat_tables(tables)
    except pa.ArrowException as error:
        raise UserError(f"{title}: its files do not fit together: {_reason(error)}") from None


def _arrow(leaf: Leaf, title: str) -> pa.Table:
    try:
        with pa.ipc.open_stream(pa.BufferReader(leaf.read())) as stream:
            if len(stream.schema) > MAX_COLUMNS:
                raise UserError(f"{title}: has more than {MAX_COLUMNS:,} columns")
            table = stream.read_all()
        table.validate(full=True)
    except MemoryError:
        raise
    except (pa.ArrowException, OSError) as error:
        raise UserError(f"{title}: {leaf.shown!r} is damaged: {_reason(error)}") from None
    return table


def _json(files: Files, parts: tuple[str, ...], title: str) -> dict[str, Any]:
    leaf = files.get(parts)
    if leaf is None or leaf.size > MAX_JSON:
        raise UserError(f"{title}: has no {'/'.join(parts)}, which save_to_disk writes")
    try:
        found = json.loads(leaf.read())
    except (ValueError, RecursionError):
        raise UserError(f"{title}: {leaf.shown!r} is damaged") from None
    return found if isinstance(found, dict) else {}


def _storage(table: pa.Table, name: str) -> pa.DataType:
    kind = table.schema.field(name).type
    return kind.storage_type if isinstance(kind, pa.BaseExtensionType) else kind


def _inputs(
    column: pa.ChunkedArray, name: str, part: str, said: list[str], title: str
) -> np.ndarray:
    """Images or nested numbers of equal lengths as one array."""
    values = column.combine_chunks()
    if isinstance(values, pa.ChunkedArray):
        values = pa.concat_arrays(values.chunks)
    if isinstance(values, pa.ExtensionArray):
        values = values.storage
    if not len(values) or values.null_count:
        raise UserError(f"{title}: the column {name!r} is empty in some row of {part}")
    if pa.types.is_struct(values.type):
        return stacked(_pictures(values, part, title), said, title)
    return _numbers(values, name, title)


def _pictures(values: pa.StructArray, part: str, title: str) -> Iterator[tuple[str, bytes]]:
    if "bytes" not in [values.type.field(i).name for i in range(values.type.num_fields)]:
        raise UserError(f"{title}: its images hold no bytes")
    for row, content in enumerate(values.field("bytes")):
        if not content.is_valid:
            raise UserError(
                f"{title}: image {row} of {part} is only a path; save the data set with the images"
                " in it"
            )
        yield f"image {row} of {part}", content.as_py()


def _numbers(values: pa.Array, name: str, title: str) -> np.ndarray:
    shape = [len(values)]
    while pa.types.is_nested(values.type):
        if not hasattr(values, "flatten") or pa.types.is_struct(values.type) or values.null_count:
            raise UserError(f"{title}: the column {name!r} holds {values.type}; give numbers")
        inner = values.flatten()
        each = len(inner) // len(values) if len(values) else 0
        fixed = isinstance(values, pa.FixedSizeListArray)
        if not each or not (fixed or (values.value_lengths().to_numpy() == each).all()):
            raise UserError(f"{title}: rows of the column {name!r} differ in length")
        shape.append(each)
        values = inner
    if values.null_count or not (
        pa.types.is_integer(values.type) or pa.types.is_floating(values.type)
    ):
        raise UserError(f"{title}: the column {name!r} holds {values.type}; give numbers")
    return values.to_numpy(zero_copy_only=False).reshape(shape)


def _reason(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
