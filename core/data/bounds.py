"""Between which values each feature may move, on which steps, and which may not move at all.

Every refusal is a `UserError`, one line that begins with `title`; `key` is the array's name.
"""

from __future__ import annotations

import numpy as np

from core.data.inputs import Layout
from core.errors import UserError


def bound(value: np.ndarray | None, key: str, layout: Layout, title: str) -> np.ndarray:
    """A bound of every feature, float32 `(n,)`; 0 and 1 where none is given."""
    if value is None:
        return np.full(layout.n, 0 if key == "low" else 1, np.float32)
    return _numbers(value, "fiu", key, layout, title)


def steps(value: np.ndarray | None, layout: Layout, title: str) -> np.ndarray:
    """The spacing of each feature's values, float32 `(n,)`; 0, continuous, where none is given."""
    if value is None:
        return np.zeros(layout.n, np.float32)
    found = _numbers(value, "fiub", "step", layout, title)
    if (found < 0).any():
        raise UserError(f"{title}: step is a spacing, so 0 (continuous) or more")
    return found


def _numbers(value: np.ndarray, kinds: str, key: str, layout: Layout, title: str) -> np.ndarray:
    """One finite number, one a channel or one a feature as float32 `(n,)`."""
    value = np.asarray(value)
    found = layout.features(value) if value.dtype.kind in kinds else None
    if found is None or not np.isfinite(found).all():
        each = f", one a channel ({layout.channels})" if layout.channels > 1 else ""
        raise UserError(
            f"{title}: {key} must be one finite number{each} or one a feature ({layout.n}), got"
            f" {value.dtype} of shape {value.shape}"
        )
    return found.astype(np.float32)


TOO_FEW = "mutable leaves fewer than 2 features that an attacker may change"


def mutable(
    value: np.ndarray | None, low: np.ndarray, high: np.ndarray, layout: Layout, title: str
) -> np.ndarray:
    """Which features an attacker may change, bool `(n,)`: never one whose bounds are equal."""
    wanted = np.ones(layout.n, bool) if value is None else np.asarray(value)
    found = layout.features(wanted) if wanted.dtype == bool else None
    if found is None:
        raise UserError(
            f"{title}: mutable must be a boolean array of {layout.n} entries, one a feature"
        )
    if found.sum() < 2:
        raise UserError(f"{title}: {TOO_FEW}")
    found = found & (low < high)
    if found.sum() < 2:
        raise UserError(
            f"{title}: fewer than 2 features may change once those are left out whose low equals"
            " their high"
        )
    return found


def constant(low: np.ndarray, high: np.ndarray) -> list[str]:
    """A line on features that have one value only."""
    count = int((low == high).sum())
    if not count:
        return []
    has, they = (
        ("feature has", "it never changes")
        if count == 1
        else ("features have", "they never change")
    )
    return [f"{count:,} {has} one value only (low = high): {they}, and no number counts them"]


def check_steps(x: np.ndarray, key: str, low: np.ndarray, step: np.ndarray, title: str) -> None:
    """Every value of a stepped feature must be `low` plus a multiple of its step."""
    stepped = np.flatnonzero(step)
    if not len(stepped) or not len(x):
        return
    places = (x.reshape(len(x), -1)[:, stepped].astype(np.float64) - low[stepped]) / step[stepped]
    off = np.abs(places - np.round(places)) > 1e-3
    if off.any():
        row, column = np.argwhere(off)[0]
        feature = int(stepped[column])
        raise UserError(
            f"{title}: {key} has the value {x.reshape(len(x), -1)[row, feature]:g} in feature"
            f" {feature}, which is not {low[feature]:g} plus a multiple of its step"
            f" {step[feature]:g}; correct the step, or give 0 for a continuous feature"
        )


def check_bounds(x: np.ndarray, key: str, low: np.ndarray, high: np.ndarray, title: str) -> None:
    """Every value must lie within its feature's bounds."""
    if (low > high).any():
        feature = int(np.flatnonzero(low > high)[0])
        raise UserError(
            f"{title}: low lies above high in feature {feature} ({low[feature]:g} and"
            f" {high[feature]:g})"
        )
    if not len(x):
        return
    flat = x.reshape(len(x), -1)
    least, most = flat.min(0), flat.max(0)
    outside = (least < low) | (most > high)
    if outside.any():
        feature = int(np.flatnonzero(outside)[0])
        raise UserError(
            f"{title}: {key} has values from {least[feature]:g} to {most[feature]:g} in feature"
            f" {feature}, outside the bounds {low[feature]:g} to {high[feature]:g}; scale them, or"
            " store low and high"
        )
