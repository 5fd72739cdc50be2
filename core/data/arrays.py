"""From the arrays of a file to a data set: every array checked, converted and scaled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.data import bounds, inputs, labels, rules, texts
from core.data.dataset import ARRAYS, Dataset
from core.data.spelling import hint
from core.errors import UserError

OPTIONAL = (
    *("class_names", "feature_names", "mutable", "step", "low", "high", "name", "note"),
    *rules.RULES,
)
ONLY_TEST = "there is only test data: nothing is trained, and no detector is fitted"


@dataclass(frozen=True)
class Origin:
    """Where arrays come from.

    Attributes:
        name, title: what the data set is called unless an array `name` says it; refusals begin
            with the title. source: where it comes from; text.
        outputs: how many classes a network tells apart that is given with the data, or None.
        said: lines on what was converted before.
    """

    name: str
    title: str
    source: str
    outputs: int | None = None
    said: tuple[str, ...] = ()


def from_arrays(arrays: Mapping[str, np.ndarray], origin: Origin) -> Dataset:
    """Validate raw arrays in Keras's layout, convert what has one meaning, and scale them.

    Args: arrays: `x_train, y_train, x_test, y_test`, or the last two alone, and any of
    `OPTIONAL`. Whole numbers of types with a scale of their own (uint8, uint16, bool) are
    rescaled to 0 to 1; floats must lie within `low` and `high` (0 and 1 when not given).

    Raises `UserError` naming the array, what is wrong and the fix.
    """
    title = origin.title
    said = list(origin.said)
    parts = _parts(arrays, said, title)
    x = {key: parts[key] for key in parts if key.startswith("x")}
    y = {key: parts[key] for key in parts if key.startswith("y")}
    given = inputs.read(x, "low" in arrays or "high" in arrays, title)
    for key, n in (("y_train", len(given.train)), ("y_test", len(given.test))):
        if key in y and y[key].ndim and len(y[key]) != n:
            raise UserError(
                f"{title}: {key} has {len(y[key])} labels for {n} inputs; they must agree"
            )
    named = labels.read(y, arrays.get("class_names"), origin.outputs, title)
    layout = given.layout
    low, high = (bounds.bound(arrays.get(key), key, layout, title) for key in ("low", "high"))
    step = bounds.steps(arrays.get("step"), layout, title)
    ruled = rules.read(arrays, layout.n, title)
    if ruled["group"] is not None:
        # The columns of a group take two values anyway.
        step = np.where(ruled["group"] >= 0, 0, step).astype(np.float32)
    for key, values in (("x_test", given.test), ("x_train", given.train)):
        bounds.check_bounds(values, key, low, high, title)
        bounds.check_steps(values, key, low, step, title)
    rules.check(ruled, {"x_train": given.train, "x_test": given.test}, low, high, step, title)
    free = bounds.mutable(arrays.get("mutable"), low, high, layout, title)
    free = rules.changeable(free, ruled["group"], ruled["total"])
    if free.sum() < 2:
        raise UserError(f"{title}: {bounds.TOO_FEW}")
    said += [*given.said, *named.said, *bounds.constant(low, high)]
    names = texts.each(arrays.get("feature_names"), "feature_names", layout.n, title)
    return Dataset(
        name=texts.one(arrays.get("name"), origin.name),
        title=texts.one(arrays.get("name"), title),
        source=origin.source,
        note=texts.one(arrays.get("note"), "") or None,
        x_train=given.train,
        y_train=named.train,
        x_test=given.test,
        y_test=named.test,
        low=low,
        high=high,
        class_names=named.names,
        feature_names=None if names is None else layout.names(names),
        mutable=free,
        step=step,
        stored=given.stored,
        conversions=tuple(said),
        direction=ruled["direction"],
        group=ruled["group"],
        total=ruled["total"],
        cost=ruled["cost"],
    )


def _parts(
    arrays: Mapping[str, np.ndarray], said: list[str], title: str
) -> Mapping[str, np.ndarray]:
    """The four arrays, or the two of the test part where training data cannot be used."""
    missing = [key for key in ARRAYS if key not in arrays]
    unknown = sorted(set(arrays) - set(ARRAYS) - set(OPTIONAL))
    likely = hint(unknown, missing)
    if unknown and (likely or not missing):
        raise UserError(
            f"{title}: unknown array {unknown[0]!r}{likely}; an .npz holds {', '.join(ARRAYS)} or"
            f" the last two alone, and may hold {', '.join(OPTIONAL)}"
        )
    for key in ("x_test", "y_test"):
        if key in missing:
            found = ", ".join(sorted(arrays)[:10]) or "nothing"
            raise UserError(
                f"{title}: has no array {key!r}; an .npz needs {', '.join(ARRAYS)}, or x_test and"
                f" y_test alone (found: {found})"
            )
    if unknown:
        raise UserError(f"{title}: unknown array {unknown[0]!r}; rename it, or leave it out")
    parts = {key: np.asarray(arrays[key]) for key in ARRAYS if key in arrays}
    if "x_train" in missing and "y_train" not in missing and parts["y_train"].size:
        raise UserError(f"{title}: has labels y_train but no inputs x_train; give both or neither")
    empty = [key for key in ("x_train", "y_train") if key in parts and not len(parts[key])]
    if missing == ["y_train"] and not empty:
        said.append("x_train has no labels (no y_train), so it is left out")
    if missing or empty:
        if len(empty) == 1 and not missing:
            raise UserError(f"{title}: {empty[0]} is empty; give both training arrays or neither")
        said.append(ONLY_TEST)
        return {key: parts[key] for key in ("x_test", "y_test")}
    return parts
