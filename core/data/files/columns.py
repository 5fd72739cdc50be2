"""From the columns of a table to the arrays of a data set: label, categories, parts, bounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from core.data import labels, texts
from core.data.files.found import Found
from core.errors import UserError
from core.model.base import MAX_FEATURES

LABELS = ("label", "target", "class", "y")
"""Names under which a column is taken for the label where nobody says which it is."""
SPLIT = "split"
PARTS = ("train", "test")
TEST_SHARE = 0.2
MAX_CATEGORIES = 100
MAX_VALUES = 2**28
"""Values of all inputs together, 1 GiB as float32."""
_EXACT = 2**24
"""Up to here every whole number is a float32."""
_MISSING = frozenset(("?", "-", "na", "n/a", "nan", "null", "none", "missing"))
_LISTED = 10


@dataclass(frozen=True)
class Features:
    """What one column gives.

    Attributes: values: float32 `(n, k)`. names: k. whole: whether it takes whole numbers only.
    """

    values: np.ndarray
    names: tuple[str, ...]
    whole: bool


def found(table: pa.Table, label: str | None, title: str) -> Found:
    """The arrays of a table whose rows are inputs.

    Args: label: name of the column that holds the classes; None: the only one that is called
    label, target, class or y.

    Raises `UserError` naming the column, what is wrong and the fix.
    """
    _check_names(table.column_names, title)
    if not table.num_rows:
        raise UserError(f"{title}: holds no rows")
    said: list[str] = []
    label = label_of(table.column_names, label, said, title)
    y = labels_of(table.column(label), label, title)
    split = [name for name in table.column_names if name.lower() == SPLIT and name != label]
    kept = [name for name in table.column_names if name != label and name not in split]
    if table.num_rows * len(kept) > MAX_VALUES:
        raise UserError(f"{title}: holds more than {MAX_VALUES:,} values; take fewer rows")
    features = [_features(table.column(name), name, title) for name in kept]
    total = sum(len(one.names) for one in features)
    if total * table.num_rows > MAX_VALUES or total > MAX_FEATURES:
        raise UserError(f"{title}: its categories make {total:,} columns; that is too many")
    if not features:
        raise UserError(f"{title}: has no column besides the label {label!r}")
    # Refused before rows are shared out by class, which only classes can be.
    labels.read({"y_test": y}, None, None, f"{title}, column {texts.printable(label)!r}")
    test = _split(table, split, y, said, title)
    x = np.concatenate([one.values for one in features], axis=1)
    said += _told(features, kept, len(x))
    arrays = {
        "x_test": x[test],
        "y_test": y[test],
        "low": x.min(0),
        "high": x.max(0),
        "step": np.concatenate([np.full(len(one.names), float(one.whole)) for one in features]),
        "feature_names": np.array([name for one in features for name in one.names]),
    }
    if not test.all():
        arrays |= {"x_train": x[~test], "y_train": y[~test]}
    return Found(arrays, tuple(said), _groups(features))


def _check_names(names: Sequence[str], title: str) -> None:
    unnamed = [name for name in names if not name.strip() or name.startswith("__index_level_")]
    if unnamed:
        raise UserError(
            f"{title}: has a column without a name, as pandas writes of an index; save the table"
            " with index=False"
        )
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UserError(f"{title}: has two columns {twice[0][:200]!r}; their names must differ")


def label_of(names: Sequence[str], wanted: str | None, said: list[str], title: str) -> str:
    """The name of the column that holds the classes."""
    listed = ", ".join(texts.printable(name) for name in names[:_LISTED])
    listed += f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    if wanted is not None:
        if wanted not in names:
            raise UserError(f"{title}: has no column {wanted!r}; its columns are {listed}", 2)
        return wanted
    likely = [name for name in names if name.lower() in LABELS]
    if len(likely) != 1:
        several = f"{' and '.join(likely)} may each be" if likely else "no column is called"
        what = "the label" if likely else ", ".join(LABELS)
        raise UserError(
            f"{title}: {several} {what}; say which column holds the classes (--label NAME, in a"
            f" spec data: {{file: ..., label: NAME}}) of {listed}",
            2,
        )
    said.append(f"the classes are those of the column {likely[0]!r}")
    return likely[0]


def labels_of(column: pa.ChunkedArray, name: str, title: str) -> np.ndarray:
    """The classes of a column as they are: numbers, truth values or texts, `(n,)`."""
    column = _plain(column, name, title)
    if not pa.types.is_string(column.type):
        return column.to_numpy()
    words, places = _words(column)
    if len(words) > labels.MAX_CLASSES:
        raise UserError(
            f"{title}: column {texts.printable(name)!r} holds {len(words):,} different texts; at"
            f" most {labels.MAX_CLASSES:,} classes"
        )
    return np.array([texts.printable(word) for word in words])[places]


def _words(column: pa.ChunkedArray) -> tuple[list[str], np.ndarray]:
    """The different texts of a column, in order, and which of them stands in each row."""
    encoded = column.combine_chunks().dictionary_encode()
    words = encoded.dictionary.to_pylist()
    order = np.argsort(np.array(words, dtype=object), kind="stable")
    rank = np.empty(len(words), np.int64)
    rank[order] = np.arange(len(words))
    return [words[place] for place in order], rank[encoded.indices.to_numpy()]


def _plain(column: pa.ChunkedArray, name: str, title: str) -> pa.ChunkedArray:
    """A column of numbers, truth values or texts, without missing values."""
    shown, kind = texts.printable(name), column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        column, kind = column.cast(pa.string()), pa.string()
    if pa.types.is_decimal(kind):
        column, kind = column.cast(pa.float64()), pa.float64()
    known = (pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean, pa.types.is_string)
    missing = column.null_count
    if not missing and pa.types.is_string(kind):
        words, places = _words(column)
        blank = [place for place, word in enumerate(words) if not word.strip()]
        missing = int(np.isin(places, blank).sum())
    elif not missing and pa.types.is_floating(kind):
        missing = int(np.isnan(column.to_numpy()).sum())
    if missing:
        raise UserError(
            f"{title}: column {shown!r} has {missing:,} missing values; fill them, or leave those"
            " rows out"
        )
    if not any(is_kind(kind) for is_kind in known):
        raise UserError(
            f"{title}: column {shown!r} holds {kind}; give numbers, truth values or texts, or"
            " leave it out"
        )
    return column


def _features(column: pa.ChunkedArray, name: str, title: str) -> Features:
    column, shown = _plain(column, name, title), texts.printable(name)
    if pa.types.is_string(column.type):
        return _categories(column, shown, title)
    values = column.to_numpy()
    whole = values.dtype.kind in "biu" and float(np.abs(values.astype(float)).max()) <= _EXACT
    return Features(values.astype(np.float32)[:, np.newaxis], (shown,), whole)


def _categories(column: pa.ChunkedArray, name: str, title: str) -> Features:
    """One column for each text, 1 where a row holds it."""
    known, places = _words(column)
    numbers = [texts.number(word) is not None for word in known]
    others = [word for word, is_number in zip(known, numbers, strict=True) if not is_number]
    if any(numbers) and others and all(word.strip().lower() in _MISSING for word in others):
        raise UserError(
            f"{title}: column {name!r} holds numbers and {others[0]!r}, which seems to mean that a"
            " value is missing; fill those, or leave the rows out"
        )
    if len(known) > MAX_CATEGORIES:
        raise UserError(
            f"{title}: column {name!r} holds {len(known):,} different texts, at most"
            f" {MAX_CATEGORIES} are taken as categories; leave it out, or join rare ones"
        )
    names = tuple(texts.printable(f"{name}={word}") for word in known)
    return Features(np.eye(len(known), dtype=np.float32)[places], names, True)


def _groups(features: Sequence[Features]) -> np.ndarray | None:
    several = [len(one.names) > 1 for one in features]
    if not any(several):
        return None
    numbers = np.where(several, np.cumsum(several) - 1, -1)
    return np.repeat(numbers, [len(one.names) for one in features]).astype(np.int64)


def _split(
    table: pa.Table, columns: Sequence[str], y: np.ndarray, said: list[str], title: str
) -> np.ndarray:
    """Which rows are the test part, bool `(n,)`."""
    if columns:
        column = _plain(table.column(columns[0]), columns[0], title)
        words = [str(word) for word in column.to_pylist()]
        other = sorted(set(words) - set(PARTS))
        if other:
            raise UserError(
                f"{title}: column {columns[0]!r} holds {other[0][:200]!r}; it says train or test of"
                " each row"
            )
        if "test" not in words:
            raise UserError(f"{title}: column {columns[0]!r} says test of no row")
        return np.array(words) == "test"
    test = np.zeros(len(y), bool)
    rng = np.random.default_rng(0)
    for label in np.unique(y):
        members = rng.permutation(np.flatnonzero(y == label))
        test[members[: round(TEST_SHARE * len(members))]] = True
    if not test.any():
        raise UserError(f"{title}: has too few rows to hold some out; add a column {SPLIT!r}")
    said.append(
        f"{test.sum():,} of {len(y):,} rows, a fifth of each class drawn with a fixed seed, are the"
        f" test part, and a network that learnt from them looks better than it is; a column"
        f" {SPLIT!r} with train or test says it otherwise (test in every row: nothing is known of"
        " training)"
    )
    return test


def _told(features: Sequence[Features], names: Sequence[str], n: int) -> list[str]:
    """Lines on categories, whole numbers and bounds."""
    said = []
    groups = [
        f"{texts.printable(name)} ({len(one.names)})"
        for name, one in zip(names, features, strict=True)
        if len(one.names) > 1
    ]
    if groups:
        more = f" and {len(groups) - _LISTED} more" if len(groups) > _LISTED else ""
        said.append(f"texts became one-hot columns: {', '.join(groups[:_LISTED])}{more}")
    whole = sum(one.whole and len(one.names) == 1 for one in features)
    if whole:
        said.append(f"{whole} of {len(names)} columns hold whole numbers and take no others")
    said.append(f"low and high of each column are its least and its greatest value in {n:,} rows")
    return said
