"""Is an array of a data file usable, and if not, why? Each check names the array and the fix.

Every function raises `UserError`, one line that begins with `title`; `key` is the array's name.
"""

from __future__ import annotations

import numpy as np

from core.errors import UserError

MAX_CLASSES = 1_000


def inputs(x: np.ndarray, key: str, title: str) -> np.ndarray:
    """Inputs as `(n, height, width, channels)` or `(n, features)`; uint8 or float32."""
    if x.ndim == 3:
        x = x[..., np.newaxis]
    if x.ndim not in (2, 4) or 0 in x.shape:
        raise UserError(
            f"{title}: {key} has shape {x.shape}; give (n, height, width), (n, height, width,"
            " channels) or (n, features)"
        )
    if x.ndim == 4 and x.shape[-1] > 4:
        raise UserError(
            f"{title}: {key} has shape {x.shape}, so {x.shape[-1]} channels; put the channels last"
        )
    if x[0].size < 2:
        raise UserError(f"{title}: {key} has a single feature; the attacks change at least two")
    if x.dtype == np.uint8:
        return x
    if x.dtype.kind != "f":
        raise UserError(f"{title}: {key} is {x.dtype}; store uint8 images or floats")
    if not np.isfinite(x).all():
        raise UserError(f"{title}: {key} holds NaN or infinity; remove or fill those entries")
    return x.astype(np.float32)


def labels(y: np.ndarray, key: str, n: int, title: str) -> np.ndarray:
    """Labels as int64 `(n,)`, one for each of `n` inputs."""
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if y.ndim != 1 or y.dtype.kind not in "iu":
        raise UserError(
            f"{title}: {key} is {y.dtype} of shape {y.shape}; give one whole number a row"
            " (np.argmax turns one-hot rows into labels)"
        )
    if len(y) != n:
        raise UserError(f"{title}: {key} has {len(y)} labels for {n} inputs; they must agree")
    if y.min() < 0:
        raise UserError(f"{title}: {key} holds the label {y.min()}; labels count from 0")
    if y.max() >= MAX_CLASSES:
        raise UserError(f"{title}: {key} holds the label {y.max()}; at most {MAX_CLASSES} classes")
    return y.astype(np.int64)


def check_classes(y_train: np.ndarray, y_test: np.ndarray, classes: int, title: str) -> None:
    """Both parts must hold labels of the same classes, numbered 0 to N - 1."""
    present = np.unique(y_train)
    if len(present) < 2:
        raise UserError(f"{title}: y_train holds one class only; a classifier needs at least two")
    if len(present) != classes:
        absent = sorted(set(range(classes)) - set(present.tolist()))
        raise UserError(
            f"{title}: y_train holds no label {absent[0]}; number the classes 0 to N - 1"
        )
    if y_test.max() >= classes:
        raise UserError(f"{title}: y_test holds the label {y_test.max()}, which y_train does not")


def bound(value: np.ndarray | None, key: str, n: int, title: str) -> np.ndarray:
    """A bound of every feature, float32 `(n,)`; 0 and 1 where none is given."""
    if value is None:
        return np.full(n, 0 if key == "low" else 1, np.float32)
    value = np.asarray(value)
    if value.size not in (1, n) or value.dtype.kind not in "fiu" or not np.isfinite(value).all():
        raise UserError(f"{title}: {key} must be one finite number, or one a feature ({n})")
    return np.broadcast_to(value.reshape(-1), n).astype(np.float32)


def steps(value: np.ndarray | None, n: int, title: str) -> np.ndarray:
    """The spacing of each feature's values, float32 `(n,)`; 0, continuous, where none is given."""
    if value is None:
        return np.zeros(n, np.float32)
    value = np.asarray(value)
    if value.size not in (1, n) or value.dtype.kind not in "fiub" or not np.isfinite(value).all():
        raise UserError(f"{title}: step must be one finite number, or one a feature ({n})")
    if (value < 0).any():
        raise UserError(f"{title}: step is a spacing, so 0 (continuous) or more")
    return np.broadcast_to(value.reshape(-1), n).astype(np.float32)


def check_steps(x: np.ndarray, key: str, low: np.ndarray, step: np.ndarray, title: str) -> None:
    """Every value of a stepped feature must be `low` plus a multiple of its step."""
    stepped = np.flatnonzero(step)
    if not len(stepped):
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
    if not (low < high).all():
        raise UserError(f"{title}: low must lie below high for every feature")
    flat = x.reshape(len(x), -1)
    outside = (flat.min(0) < low) | (flat.max(0) > high)
    if outside.any():
        feature = int(np.flatnonzero(outside)[0])
        raise UserError(
            f"{title}: {key} has values from {flat[:, feature].min():g} to"
            f" {flat[:, feature].max():g} in feature {feature}, outside the bounds"
            f" {low[feature]:g} to {high[feature]:g}; scale them, or store low and high"
        )


def text(value: np.ndarray | None, default: str) -> str:
    """One printable text of at most 200 characters, or the default."""
    if value is None:
        return default
    text = str(np.asarray(value).reshape(-1)[0]) if np.asarray(value).size else default
    return "".join(c for c in text if c.isprintable())[:200] or default


def texts(value: np.ndarray | None, key: str, n: int, title: str) -> tuple[str, ...] | None:
    """`n` texts of at most 200 characters each, or None where none are given."""
    if value is None:
        return None
    if value.shape != (n,) or value.dtype.kind not in "US":
        raise UserError(f"{title}: {key} must be {n} texts, got {value.dtype} of {value.shape}")
    return tuple(str(item)[:200] for item in value.astype(str))
