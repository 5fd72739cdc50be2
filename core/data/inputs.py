"""Inputs as people have them become float32 with the channels last; what is ambiguous is refused.

Each conversion is one printed line; every refusal is a `UserError` that begins with the file.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.errors import UserError
from core.model.base import MAX_FEATURES

Parts = Mapping[str, np.ndarray]
"""`x_train` (where there is one) and `x_test`."""

MOST_CHANNELS = 4
_CHANNELS = (1, 3)
"""Lengths of a first axis that can only be channels where all others are longer."""
_WHOLE = {"uint8": 255, "uint16": 65_535, "bool": 1}
"""What canonical 1 is in types of whole numbers that have a scale of their own."""


@dataclass(frozen=True)
class Layout:
    """Where the features of a file's inputs stand in the canonical form.

    Attributes:
        filed: shape of one input in the file. shape: in the canonical form. first: whether the
            file has its channels first.
    """

    filed: tuple[int, ...]
    shape: tuple[int, ...]
    first: bool = False

    @property
    def n(self) -> int:
        """Number of features."""
        return math.prod(self.shape)

    @property
    def channels(self) -> int:
        """Values of one place: of a pixel, of a step of a sequence; 1 of a table."""
        if self.first:
            return self.filed[0]
        return 1 if len(self.filed) == 1 else self.filed[-1]

    def inputs(self, x: np.ndarray) -> np.ndarray:
        """Inputs `(n, *filed)` as `(n, *shape)`."""
        x = np.moveaxis(x, 1, -1) if self.first else x
        return np.ascontiguousarray(x).reshape(len(x), *self.shape)

    def features(self, value: np.ndarray) -> np.ndarray | None:
        """One number, one a channel or one a feature as one a feature, `(n,)`; None: neither."""
        flat = value.reshape(-1)
        if flat.size == self.n:
            return self.inputs(flat.reshape(1, *self.filed)).reshape(-1)
        if flat.size not in (1, self.channels):
            return None
        # Channels are the last axis of what `inputs` is given only where they are in the file.
        alike = flat.reshape(-1, *[1] * (len(self.filed) - 1)) if self.first else flat
        return self.inputs(np.broadcast_to(alike, self.filed)[np.newaxis]).reshape(-1)

    def names(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """One name a feature, `n` in the file's order, in the canonical order."""
        places = self.features(np.arange(self.n))
        return words if places is None else tuple(words[place] for place in places)


@dataclass(frozen=True)
class Inputs:
    """Inputs in their canonical form.

    Attributes:
        train, test: float32 `(n, *layout.shape)`; `train` is empty where there is only test data.
        stored: the file's own values at canonical 0 and 1 where whole numbers were rescaled;
            None where values are as stored. said: one line for each conversion.
    """

    train: np.ndarray
    test: np.ndarray
    layout: Layout
    stored: tuple[float, float] | None
    said: tuple[str, ...]


def read(parts: Parts, ranged: bool, title: str) -> Inputs:
    """Inputs of any number type and order of axes that has one meaning.

    Args:
        parts: `x_train`, left out where there is only test data, and `x_test`: `(n, features)`,
            `(n, height, width)`, `(n, steps, features)`, with channels last or first, or volumes.
        ranged: whether the file gives `low` or `high`; whole numbers are then kept as they are.

    Raises `UserError` naming the array, what is wrong and the fix.
    """
    said: list[str] = []
    for key, x in parts.items():
        _check_type(x, key, ranged, title)
    layout = _layout(parts, said, title)
    types = {key: x.dtype for key, x in parts.items()}
    if len({"f" if t.kind == "f" else f"{t.kind}{t.itemsize}" for t in types.values()}) > 1:
        told = ", ".join(f"{key} is {dtype}" for key, dtype in types.items())
        raise UserError(f"{title}: {told}; store both as uint8 or both as floats")
    stored, parts = _values(parts, ranged, said, title)
    parts = {key: layout.inputs(x) for key, x in parts.items()}
    train = parts.get("x_train", np.zeros((0, *layout.shape), np.float32))
    return Inputs(train, parts["x_test"], layout, stored, tuple(said))


def _check_type(x: np.ndarray, key: str, ranged: bool, title: str) -> None:
    if x.dtype.kind in "US":
        raise UserError(
            f"{title}: {key} holds texts; give numbers, categories as one-hot columns, or a .csv or"
            " .parquet file, whose categories are taken as they are"
        )
    if x.dtype.kind not in "biuf":
        raise UserError(f"{title}: {key} is {x.dtype}; store uint8 images or floats")
    if x.dtype.kind in "iu" and x.dtype.name not in _WHOLE and not ranged:
        raise UserError(
            f"{title}: {key} is {x.dtype}, and which values are lowest and highest is not known;"
            " store uint8 images or floats, or give low and high"
        )


def _layout(parts: Parts, said: list[str], title: str) -> Layout:
    layouts = {key: _of_shape(x.shape, key, title) for key, x in parts.items()}
    keys, (layout, *others) = ", ".join(parts), layouts.values()
    if any(other.shape != layout.shape for other in others):
        x_train, x_test = (parts[key].shape[1:] for key in ("x_train", "x_test"))
        raise UserError(
            f"{title}: x_train holds inputs of shape {x_train}, x_test of {x_test}; they must agree"
        )
    if any(other.filed != layout.filed for other in others):
        raise UserError(f"{title}: {keys} have their axes in another order; they must agree")
    if layout.first:
        said.append(
            f"{keys}: channels moved from first to last, inputs of shape {layout.filed} became"
            f" {layout.shape}"
        )
    elif len(layout.filed) == 3 and layout.filed != layout.shape:
        said.append(
            f"{keys}: inputs of shape {layout.filed} are taken as volumes (depth, height, width)"
            f" and became {layout.shape}"
        )
    elif layout.filed != layout.shape:
        said.append(f"{keys}: inputs of shape {layout.filed} became {layout.shape}, one channel")
    return layout


def _of_shape(shape: tuple[int, ...], key: str, title: str) -> Layout:
    """The layout of inputs `(n, *filed)`."""
    filed = shape[1:]
    if not 1 <= len(filed) <= 4 or 0 in shape:
        raise UserError(
            f"{title}: {key} has shape {shape}; give (n, features), (n, height, width), (n, height,"
            " width, channels), (n, depth, height, width) or (n, depth, height, width, channels)"
        )
    if math.prod(filed) < 2:
        raise UserError(f"{title}: {key} has a single feature; the attacks change at least two")
    if math.prod(filed) > MAX_FEATURES:
        raise UserError(
            f"{title}: {key} has {math.prod(filed):,} features an input; at most {MAX_FEATURES:,}"
        )
    if len(filed) == 1 or (len(filed) > 2 and filed[-1] <= MOST_CHANNELS):
        return Layout(filed, filed)
    if len(filed) == 2:
        return Layout(filed, (*filed, 1))
    shortest = filed[0] < min(filed[1:])
    if shortest and filed[0] in _CHANNELS:
        return Layout(filed, (*filed[1:], filed[0]), first=True)
    if len(filed) == 4:
        raise UserError(
            f"{title}: {key} has shape {shape}, so {filed[-1]} channels; put the channels last"
        )
    if shortest and filed[0] == MOST_CHANNELS:
        raise UserError(
            f"{title}: {key} has shape {shape}: 4 channels that come first, or 4 slices? Store"
            f" np.moveaxis({key}, 1, -1) of channels, {key}[..., None] of slices"
        )
    return Layout(filed, (*filed, 1))


def _values(
    parts: Parts, ranged: bool, said: list[str], title: str
) -> tuple[tuple[float, float] | None, Parts]:
    """What canonical 0 and 1 were in the file where that changed, and the values as float32."""
    keys, dtypes = ", ".join(parts), list(dict.fromkeys(x.dtype.name for x in parts.values()))
    if parts["x_test"].dtype.kind == "f":
        for key, x in parts.items():
            if not np.isfinite(x).all():
                raise UserError(
                    f"{title}: {key} holds NaN or infinity; remove or fill those entries"
                )
        if dtypes != ["float32"]:
            said.append(f"{keys}: {' and '.join(dtypes)} became float32")
        with np.errstate(over="ignore"):
            parts = {key: x.astype(np.float32) for key, x in parts.items()}
        for key, x in parts.items():
            if not np.isfinite(x).all():
                raise UserError(f"{title}: {key} holds values beyond float32; scale them")
        return None, parts
    name = dtypes[0]
    if ranged:
        said.append(f"{keys}: {name} became float32, values as they are")
        return None, {key: x.astype(np.float32) for key, x in parts.items()}
    most = _WHOLE[name]
    largest = max(int(x.max()) for x in parts.values())
    if name == "uint16" and largest <= 255:
        raise UserError(
            f"{title}: {keys} are uint16 but reach {largest} only, of 65535; store them as uint8 if"
            " 255 is white, or give low and high"
        )
    if name == "bool":
        said.append(f"{keys}: False and True became 0 and 1, and an attack may go between")
        return (0.0, 1.0), {key: x.astype(np.float32) for key, x in parts.items()}
    said.append(f"{keys}: {name} divided by {most:,}, the largest value there is {largest:,}")
    return (0.0, float(most)), {key: x.astype(np.float32) / most for key, x in parts.items()}
