"""What an attacker can do to a table: directions, one-hot groups, sums that are kept, costs.

Checks of these arrays, each `(n,)` with one entry a feature, and what follows from them for which
features can change at all. Every check raises `UserError`, one line that begins with `title`.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core.errors import UserError

RULES = ("direction", "group", "total", "cost")
"""Names of the arrays, in data files and in `Dataset`; an absent one allows everything."""


def members(numbers: np.ndarray | None) -> tuple[np.ndarray, ...]:
    """The features of each group or sum, by its number; -1 is in none.

    Args: numbers: ints `(n,)`; None: there are none.
    """
    if numbers is None:
        return ()
    return tuple(np.flatnonzero(numbers == one) for one in np.unique(numbers[numbers >= 0]))


def changeable(
    mutable: np.ndarray, group: np.ndarray | None, total: np.ndarray | None
) -> np.ndarray:
    """Which features can change at all, bool `(n,)`.

    A group with an immutable column is immutable as a whole. A sum is kept by at least two.
    """
    if group is None and total is None:
        return mutable
    free = mutable.copy()
    for columns in members(group):
        free[columns] &= bool(mutable[columns].all()) and len(columns) > 1
    for features in members(total):
        free[features] &= int(mutable[features].sum()) > 1
    return free


def read(arrays: Mapping[str, np.ndarray], n: int, title: str) -> dict[str, np.ndarray | None]:
    """The rules of a data file, None where one is absent or rules nothing out.

    Returns: by name: `direction` int8, +1 up only, -1 down only, 0 both; `group`, `total` int64,
    -1 none, else its number; `cost` float32 above 0, of moving a feature across its whole range.
    """
    direction = _whole(arrays.get("direction"), "direction", n, title, np.int8)
    if direction is not None and not np.isin(direction, (-1, 0, 1)).all():
        raise UserError(f"{title}: direction is 1 (up only), -1 (down only) or 0 (both) a feature")
    group, total = (
        _whole(arrays.get(key), key, n, title, np.int64, -1) for key in ("group", "total")
    )
    for key, numbers in (("group", group), ("total", total)):
        if numbers is not None and (numbers < -1).any():
            raise UserError(f"{title}: {key} is -1 (none) or a number of 0 or more a feature")
        for features in members(numbers):
            if len(features) < 2:
                raise UserError(
                    f"{title}: feature {features[0]} is alone with its number in {key}; give -1 to"
                    " a feature that is tied to no other"
                )
    if group is not None and total is not None and ((group >= 0) & (total >= 0)).any():
        feature = int(np.flatnonzero((group >= 0) & (total >= 0))[0])
        raise UserError(
            f"{title}: feature {feature} has a group and a total; the columns of a group keep their"
            " sum already, so give it -1 in total"
        )
    found = {"direction": direction, "group": group, "total": total}
    return {**found, "cost": _cost(arrays.get("cost"), n, title)}


def check(
    rules: Mapping[str, np.ndarray | None],
    inputs: Mapping[str, np.ndarray],
    low: np.ndarray,
    high: np.ndarray,
    step: np.ndarray,
    title: str,
) -> None:
    """Every input must be one that the rules allow: one column of a group high, the others low.

    Args: inputs: by the name of their array, as stored. low, high, step: `(n,)`.
    """
    given = {key: x for key, x in inputs.items() if len(x)}
    for columns in members(rules["group"]):
        for key, x in given.items():
            flat = x.reshape(len(x), -1)[:, columns]
            ones = flat == high[columns]
            wrong = (ones.sum(axis=1) != 1) | ~(ones | (flat == low[columns])).all(axis=1)
            if wrong.any():
                row = int(np.flatnonzero(wrong)[0])
                raise UserError(
                    f"{title}: row {row} of {key} has {flat[row].tolist()} in the columns"
                    f" {columns.tolist()} of one group; exactly one must be 1 (high), the others 0"
                    " (low)"
                )
    for features in members(rules["total"]):
        if len(np.unique(step[features])) > 1:
            raise UserError(
                f"{title}: the features {features.tolist()} keep their sum, so they need one step"
            )


def _whole(
    value: np.ndarray | None, key: str, n: int, title: str, kind: type, idle: int = 0
) -> np.ndarray | None:
    if value is None:
        return None
    value = np.asarray(value).reshape(-1)
    if value.shape != (n,) or value.dtype.kind not in "iu":
        raise UserError(
            f"{title}: {key} must be {n} whole numbers, one a feature; got {value.dtype} of"
            f" {value.shape}"
        )
    wide = value.astype(np.int64)
    if (np.abs(wide) > 2**31).any() or (kind is np.int8 and (np.abs(wide) > 1).any()):
        raise UserError(f"{title}: {key} holds {wide[np.abs(wide).argmax()]}, which it cannot be")
    return None if (wide == idle).all() else wide.astype(kind)


def _cost(value: np.ndarray | None, n: int, title: str) -> np.ndarray | None:
    if value is None:
        return None
    value = np.asarray(value).reshape(-1)
    fits = value.shape == (n,) and value.dtype.kind in "fiu" and np.isfinite(value).all()
    if not fits or (value <= 0).any() or (value > 1e9).any():
        raise UserError(
            f"{title}: cost must be {n} numbers above 0, one a feature: what moving it across its"
            " whole range costs (mutable says what can never change)"
        )
    return None if (value == 1).all() else value.astype(np.float32)
