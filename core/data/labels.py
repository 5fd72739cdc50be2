"""Labels as people have them become class numbers from 0 on; what is ambiguous is refused.

Each conversion is one printed line; every refusal is a `UserError` that begins with the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.data import texts
from core.errors import UserError

MAX_CLASSES = 1_000
_LISTED = 5
"""Names or numbers that a line lists before it counts the others."""

Parts = Mapping[str, np.ndarray]
"""Arrays of one meaning by their names, `y_train` (where there is one) and `y_test`."""


@dataclass(frozen=True)
class Labels:
    """Labels in their canonical form.

    Attributes:
        train, test: int64 `(n,)` in [0, len(names)); `train` is empty where there is only test
            data. names: one a class. said: one line for each conversion.
    """

    train: np.ndarray
    test: np.ndarray
    names: tuple[str, ...]
    said: tuple[str, ...]


def read(parts: Parts, names: np.ndarray | None, outputs: int | None, title: str) -> Labels:
    """Class numbers of labels that are numbers, one-hot rows, truth values or texts.

    Args:
        parts: `y_train`, left out where there is only test data, and `y_test`, each `(n,)`,
            `(n, 1)` or, one-hot, `(n, classes)`.
        names: the file's own class names, one a class; None: none.
        outputs: how many classes a network tells apart that is given with the data; more than
            the labels name are classes that no input has. None: not known.

    Raises `UserError` with the reason and the line of Python that helps.
    """
    said: list[str] = []
    listed = None if names is None else texts.listed(names, "class_names", title)
    parts = _without_column(parts, said)
    kinds = {_kind(y, key, title) for key, y in parts.items()}
    if len(kinds) > 1:
        told = " and ".join(f"{key} is {y.dtype} of shape {y.shape}" for key, y in parts.items())
        raise UserError(f"{title}: {told}; give both in the same form")
    keys = ", ".join(parts)
    match kinds.pop():
        case "one-hot":
            parts, classes = _of_rows(parts, title)
            said.append(f"{keys}: one-hot rows became labels 0 to {classes - 1}")
        case "text":
            parts, listed = _of_texts(parts, listed, title)
            shown = ", ".join(listed[:_LISTED]) + (", ..." if len(listed) > _LISTED else "")
            classes = len(listed)
            said.append(f"{keys}: {classes} names became labels 0 to {classes - 1} ({shown})")
        case _:
            parts = _of_numbers(parts, said, title)
            parts = _from_0(parts, listed, outputs, said)
            classes = outputs or max(len(listed or ()), _most(parts) + 1)
    if outputs not in (None, classes):
        raise UserError(f"{title}: holds {classes} classes, the network tells {outputs} apart")
    _check(parts, classes, title)
    if listed is not None and len(listed) != classes:
        raise UserError(f"{title}: class_names must be {classes} texts, got {len(listed)}")
    said += _unseen(parts, classes)
    train = parts.get("y_train", np.zeros(0, np.int64))
    listed = listed or tuple(str(index) for index in range(classes))
    return Labels(train, parts["y_test"], listed, tuple(said))


def _without_column(parts: Parts, said: list[str]) -> Parts:
    columns = [key for key, y in parts.items() if y.ndim == 2 and y.shape[1] == 1]
    if columns:
        said.append(f"{', '.join(columns)}: shape (n, 1) became (n,)")
    return {key: y[:, 0] if key in columns else y for key, y in parts.items()}


def _kind(y: np.ndarray, key: str, title: str) -> Literal["one-hot", "text", "number"]:
    if y.ndim == 2 and y.dtype.kind in "biuf":
        return "one-hot"
    if y.ndim == 1 and y.dtype.kind in "US":
        return "text"
    if y.ndim == 1 and y.dtype.kind in "biuf":
        return "number"
    raise UserError(
        f"{title}: {key} is {y.dtype} of shape {y.shape}; give one label a row: whole numbers from"
        " 0 on, names, or one-hot rows"
    )


def _of_rows(parts: Parts, title: str) -> tuple[Parts, int]:
    """Labels of one-hot rows, and the number of classes."""
    columns = {y.shape[1] for y in parts.values()}
    for key, y in parts.items():
        _check_one_hot(y, key, title)
    if len(columns) > 1:
        shapes = " and ".join(str(y.shape) for y in parts.values())
        raise UserError(f"{title}: {', '.join(parts)} have one-hot rows of shapes {shapes}")
    return {key: y.argmax(1).astype(np.int64) for key, y in parts.items()}, columns.pop()


def _check_one_hot(y: np.ndarray, key: str, title: str) -> None:
    rows = y.astype(np.float64)
    ones = ((rows == 0) | (rows == 1)).all()
    sums = rows.sum(1)
    if ones and (sums == 1).all():
        return
    if ones and (sums > 1).any():
        raise UserError(
            f"{title}: {key} has {int((sums > 1).sum())} rows with more than one 1 (multi-label);"
            " a classifier here gives each input one class, so keep rows with one:"
            f" keep = {key}.sum(1) == 1"
        )
    if ones:
        raise UserError(
            f"{title}: {key} has {int((sums == 0).sum())} rows without a 1, which name no class;"
            f" leave them out: keep = {key}.sum(1) == 1"
        )
    if (rows >= 0).all() and np.allclose(sums, 1, atol=1e-3):
        raise UserError(
            f"{title}: {key} holds rows of probabilities, not labels; if the most probable class"
            f" is the true one, store {key} = {key}.argmax(1)"
        )
    raise UserError(
        f"{title}: {key} is {y.dtype} of shape {y.shape} and its rows are not one-hot (exactly one"
        f" 1, else 0); store one label a row, as np.argmax({key}, 1) gives of scores"
    )


def _of_texts(
    parts: Parts, listed: tuple[str, ...] | None, title: str
) -> tuple[Parts, tuple[str, ...]]:
    """Labels of names, and the names in the order of the labels."""
    words = {key: texts.decoded(y, key, title) for key, y in parts.items()}
    if listed is None:
        known = np.unique(words.get("y_train", words["y_test"])).tolist()
        numbers = [texts.number(word) for word in known]
        if None not in numbers and numbers != sorted(n for n in numbers if n is not None):
            raise UserError(
                f"{title}: {', '.join(parts)} hold numbers as texts, whose order as texts is"
                " another than as numbers; store y.astype(float).astype(int), or class_names in"
                " the order of the network's outputs"
            )
        listed = tuple(known)
    places = {word: place for place, word in enumerate(listed)}
    for key, found in words.items():
        unknown = [word for word in np.unique(found).tolist() if word not in places]
        if unknown:
            where = "class_names do not hold" if len(parts) == 1 else "no training input has"
            raise UserError(f"{title}: {key} holds the name {unknown[0]!r}, which {where}")
    numbers_of = {
        key: np.array([places[word] for word in found.tolist()], np.int64)
        for key, found in words.items()
    }
    return numbers_of, listed


def _of_numbers(parts: Parts, said: list[str], title: str) -> Parts:
    """Whole numbers of whatever type as int64."""
    floats = [key for key, y in parts.items() if y.dtype.kind == "f"]
    for key in floats:
        off = parts[key][~(np.isfinite(parts[key]) & (parts[key] == np.round(parts[key])))]
        if len(off):
            raise UserError(
                f"{title}: {key} holds {off[0]:g}, which is no class number; a quantity to predict"
                " (regression) has no classes, and of a probability of class 1 the label is"
                f" {key} = ({key} > 0.5).astype(int)"
            )
    if floats:
        said.append(f"{', '.join(floats)}: floats, all whole, became whole numbers")
    truths = [key for key, y in parts.items() if y.dtype.kind == "b"]
    if truths:
        said.append(f"{', '.join(truths)}: False and True became labels 0 and 1")
    for key, y in parts.items():
        values = set(np.unique(y).tolist())
        if values == {-1, 1}:
            raise UserError(
                f"{title}: {key} holds the labels -1 and 1 of a hinge loss; which of a network's"
                f" outputs each is, is not known: store {key} = ({key} + 1) // 2 if -1 is the"
                " first"
            )
        if len(y) and y.min() < 0:
            raise UserError(f"{title}: {key} holds the label {y.min():g}; labels count from 0")
        if len(y) and y.max() > MAX_CLASSES:
            raise UserError(
                f"{title}: {key} holds the label {y.max():g}; at most {MAX_CLASSES} classes"
            )
    return {key: y.astype(np.int64) for key, y in parts.items()}


def _from_0(
    parts: Parts, listed: tuple[str, ...] | None, outputs: int | None, said: list[str]
) -> Parts:
    """Labels 1 to K less one, unless a list of names or a network has room for a class 0."""
    seen = np.unique(parts.get("y_train", parts["y_test"]))
    k = len(seen)
    least = min((int(y.min()) for y in parts.values() if len(y)), default=0)
    if least < 1 or k < 2 or not np.array_equal(seen, np.arange(1, k + 1)):
        return parts
    keys, room = ", ".join(parts), outputs or len(listed or ()) or k
    if room > k:
        said.append(f"{keys}: labels 1 to {k} stay as they are, because there are {room} classes")
        return parts
    said.append(
        f"{keys}: labels 1 to {k} became 0 to {k - 1} (with a network of more outputs they stay)"
    )
    return {key: y - 1 for key, y in parts.items()}


def _most(parts: Parts) -> int:
    known = parts.get("y_train", parts["y_test"])
    return int(known.max()) if len(known) else 0


def _check(parts: Parts, classes: int, title: str) -> None:
    if classes > MAX_CLASSES:
        raise UserError(f"{title}: holds {classes:,} classes; at most {MAX_CLASSES:,}")
    known = np.unique(parts.get("y_train", parts["y_test"]))
    if len(known) and known[-1] >= classes:
        raise UserError(f"{title}: holds the label {known[-1]}, but there are {classes} classes")
    if "y_train" not in parts:
        if classes < 2:
            raise UserError(
                f"{title}: y_test holds one class only; give class_names, one for each class"
            )
        return
    if len(known) < 2:
        raise UserError(f"{title}: y_train holds one class only; a classifier needs at least two")
    unknown = np.setdiff1d(parts["y_test"], known)
    if len(unknown):
        raise UserError(
            f"{title}: y_test holds the label {unknown[0]}, which y_train does not; add such inputs"
            " to the training part, or leave x_train and y_train out to evaluate on test data alone"
        )


def _unseen(parts: Parts, classes: int) -> list[str]:
    """A line on classes that no input has, which an attacker may still aim at."""
    known = parts.get("y_train", parts["y_test"])
    absent = np.setdiff1d(np.arange(classes), known).tolist()
    if not absent:
        return []
    shown = ", ".join(str(label) for label in absent[:_LISTED])
    more = f" and {len(absent) - _LISTED} more" if len(absent) > _LISTED else ""
    part = "training" if "y_train" in parts else "test"
    if len(absent) == 1:
        return [
            f"no {part} input has the label {shown}, which is a class and a target all the same"
        ]
    return [
        f"no {part} input has the labels {shown}{more}, which are classes and targets all the same"
    ]
