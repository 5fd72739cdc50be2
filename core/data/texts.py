"""Texts of a data file, made fit to be shown: decoded, printable, of at most 200 characters.

Every refusal is a `UserError`, one line that begins with `title`; `key` is the array's name.
"""

from __future__ import annotations

import numpy as np

from core.errors import UserError

LONGEST = 200


def printable(text: str) -> str:
    """At most 200 characters of a text, all printable."""
    return "".join(c for c in text if c.isprintable())[:LONGEST]


def one(value: np.ndarray | None, default: str) -> str:
    """One printable text, or the default."""
    if value is None or not np.asarray(value).size:
        return default
    return printable(str(np.asarray(value).reshape(-1)[0])) or default


def decoded(value: np.ndarray, key: str, title: str) -> np.ndarray:
    """An array of texts, str; bytes are read as UTF-8."""
    if value.dtype.kind == "U":
        return value
    try:
        return np.char.decode(value, "utf-8")
    except UnicodeDecodeError:
        raise UserError(f"{title}: {key} holds bytes that are no UTF-8 text") from None


def listed(value: np.ndarray, key: str, title: str) -> tuple[str, ...]:
    """Distinct texts in their order, at least two: names of classes."""
    if value.ndim != 1 or value.dtype.kind not in "US":
        raise UserError(
            f"{title}: {key} must be texts, one a class, got {value.dtype} of {value.shape}"
        )
    found = tuple(printable(word) for word in decoded(value, key, title).tolist())
    if len(set(found)) != len(found):
        raise UserError(f"{title}: {key} holds a name twice; names of classes must differ")
    return found


def each(value: np.ndarray | None, key: str, n: int, title: str) -> tuple[str, ...] | None:
    """`n` texts, or None where none are given."""
    if value is None:
        return None
    if value.shape != (n,) or value.dtype.kind not in "US":
        raise UserError(f"{title}: {key} must be {n} texts, got {value.dtype} of {value.shape}")
    return tuple(printable(word) for word in decoded(value, key, title).tolist())


def number(word: str) -> float | None:
    """The number that a text writes, or None."""
    try:
        return float(word)
    except ValueError:
        return None
