"""What a data set is: its arrays, its bounds, what may change, and the facts of it all."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from core.data.units import Units

ARRAYS = ("x_train", "y_train", "x_test", "y_test")


def class_balanced_order(labels: np.ndarray) -> np.ndarray:
    """Indices of a class-balanced, seed-free order: the first of each class, the second, ...

    Args: labels: int `(n,)`. Returns: a permutation of `range(n)`, int64.
    """
    rank = np.zeros(len(labels), dtype=np.int64)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        rank[members] = np.arange(len(members))
    return np.lexsort((labels, rank))


@dataclass(frozen=True)
class Dataset:
    """A classification data set inside its bounds.

    Args:
        name, title, source, note: what it is called, where it comes from; text.
        x_train, x_test: float32, `(n, features)`, `(n, height, width, channels)` or `(n, depth,
            height, width, channels)`.
        y_train, y_test: int64 labels `(n,)` in [0, classes).
        low, high: bounds of every feature, float32 `(features,)`.
        class_names: one a class. feature_names: one a feature, or None for images.
        mutable: bool `(features,)`, the features that an attacker may change.
        step: float32 `(features,)`, the spacing of the values that a feature can take, counted
            from `low`: 1 for whole numbers, 0 for a continuous feature.
        stored: the file's own values at canonical 0 and 1 where its whole numbers were rescaled,
            (0, 255) of uint8; None where values are as stored.
        group: int64 `(features,)`, features of one number are the one-hot columns of one category,
            -1 for a feature by itself; None where there are no groups.
        conversions: one line for each thing that was read in another form than it was stored.

    `x_train` and `y_train` are empty, `(0, *shape)` and `(0,)`, where there is only test data.
    """

    name: str
    title: str
    source: str
    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    low: np.ndarray
    high: np.ndarray
    class_names: tuple[str, ...]
    mutable: np.ndarray
    step: np.ndarray
    feature_names: tuple[str, ...] | None = None
    note: str | None = None
    stored: tuple[float, float] | None = None
    group: np.ndarray | None = None
    conversions: tuple[str, ...] = ()

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one input."""
        return self.x_test.shape[1:]

    @property
    def classes(self) -> int:
        """Number of classes."""
        return len(self.class_names)

    @property
    def units(self) -> Units:
        """The data's own units, in which `low` to `high` is the range of each feature."""
        return Units(self.low, self.high)

    @cached_property
    def in_units(self) -> Dataset:
        """The same inputs in unit space: fractions of each feature's range, on no steps."""
        units = self.units
        if units.identity:
            return self
        return replace(
            self,
            x_train=units.to_unit(self.x_train),
            x_test=units.to_unit(self.x_test),
            low=np.zeros_like(self.low),
            high=np.ones_like(self.high),
            step=np.zeros_like(self.step),
        )

    def checksum(self) -> str:
        """sha256 over everything that can change a result: arrays, limits, number of classes."""
        digest = hashlib.sha256()
        parts = [getattr(self, name) for name in (*ARRAYS, "low", "high", "mutable")]
        # Left out where nothing is stepped, so that known data sets keep their checksum.
        parts += [self.step] if self.step.any() else []
        # So are classes after the last one that an input has.
        seen = max((int(y.max()) + 1 for y in (self.y_train, self.y_test) if len(y)), default=0)
        parts += [np.array(self.classes)] if self.classes != seen else []
        for part in parts:
            digest.update(f"{part.dtype.str}{part.shape}".encode())
            digest.update(np.ascontiguousarray(part).data)
        return digest.hexdigest()

    def info(self) -> dict:
        """What plans and reports need to know, as JSON values."""
        return {
            "name": self.name,
            "title": self.title,
            "source": self.source,
            "note": self.note,
            "checksum": self.checksum(),
            "n_train": len(self.x_train),
            "n_test": len(self.x_test),
            "shape": list(self.shape),
            "n_features": int(np.prod(self.shape)),
            "classes": self.classes,
            "class_names": list(self.class_names),
            "feature_names": list(self.feature_names) if self.feature_names else None,
            "mutable_features": int(self.mutable.sum()),
            "stepped_features": int((self.step > 0).sum()),
            "kind": "table" if len(self.shape) == 1 else "image",
            "low": float(self.low[self.mutable].min()),
            "high": float(self.high[self.mutable].max()),
            "one_range": self._one_range(),
            "extent": self.extent(),
            "conversions": list(self.conversions),
        }

    def extent(self) -> dict[str, float]:
        """The largest distance that an attack can put between two inputs.

        In fractions of each feature's range, over the features that it may change.
        """
        n = float(self.mutable.sum())
        return {"l0": n, "l1": n, "l2": math.sqrt(n), "linf": 1.0}

    def _one_range(self) -> bool:
        low, high = self.low[self.mutable], self.high[self.mutable]
        return bool((low == low[0]).all() and (high == high[0]).all())
