"""What a data set is: its arrays, its bounds, what may change, and the facts of it all."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from core.data import rules
from core.data.units import Units
from core.errors import UserError
from core.model.base import Settings
from core.model.data import Unit

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


def attacked_order(labels: np.ndarray, classes: Sequence[int] | None) -> np.ndarray:
    """The class-balanced order of the inputs of some classes alone.

    Args: labels: int `(n,)`. classes: None: of all. Returns: indices, int64.
    """
    order = class_balanced_order(labels)
    return order if classes is None else order[np.isin(labels[order], list(classes))]


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
        conversions: one line for each thing that was read in another form than it was stored.
        direction, group, total, cost: what else holds for an attacker, see `core.data.rules`; each
            `(features,)`, None where it rules nothing out. `mutable` says already what follows.
        unit: in which distances are measured: each feature's `range`, its standard `deviation`, or
            its `cost`, so that the whole range is as long as it costs.

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
    conversions: tuple[str, ...] = ()
    direction: np.ndarray | None = None
    group: np.ndarray | None = None
    total: np.ndarray | None = None
    cost: np.ndarray | None = None
    unit: Unit = "range"

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
        """The unit of distances. Raises `UserError` where the data do not give it."""
        if self.unit == "range":
            return Units(self.low, self.high)
        span = self.high.astype(np.float64) - self.low
        if self.unit == "deviation":
            return Units(self.low, self.high, np.where(self.mutable, self._deviation, span))
        if self.cost is None:
            raise UserError(f"{self.title}: unit cost needs an array cost, one number a feature")
        return Units(self.low, self.high, span / self.cost)

    @cached_property
    def _deviation(self) -> np.ndarray:
        """Standard deviation over the training inputs, test inputs where there are none."""
        x = self.x_train if len(self.x_train) else self.x_test
        found = x.reshape(len(x), -1).std(axis=0, dtype=np.float64)
        still = np.flatnonzero(self.mutable & (found == 0))
        if len(still):
            named = self.feature_names[still[0]] if self.feature_names else f"feature {still[0]}"
            raise UserError(
                f"{self.title}: {named} has the same value in every training input, so no standard"
                " deviation to measure with; leave unit: deviation out, or make it immutable"
            )
        return found

    @cached_property
    def in_units(self) -> Dataset:
        """The same inputs in unit space, on no steps."""
        units = self.units
        if units.identity:
            return self
        return replace(
            self,
            x_train=units.to_unit(self.x_train),
            x_test=units.to_unit(self.x_test),
            low=np.zeros_like(self.low),
            high=units.reach.astype(np.float32),
            step=np.zeros_like(self.step),
            unit="range",
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
        given = {name: getattr(self, name) for name in rules.RULES}
        for name, part in given.items():
            if part is not None:
                digest.update(name.encode())
                parts.append(part)
        if self.unit != "range":
            digest.update(self.unit.encode())
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
            "test_per_class": np.bincount(self.y_test, minlength=self.classes).tolist(),
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
            **self._ruled(),
        }

    def _ruled(self) -> dict:
        """What the rules are, counted; nothing where there are none."""
        found: dict = {} if self.unit == "range" else {"unit": self.unit}
        if self.direction is not None:
            ways = self.direction[self.mutable]
            found |= {"up_only": int((ways > 0).sum()), "down_only": int((ways < 0).sum())}
        for name in ("group", "total"):
            sets = [s for s in rules.members(getattr(self, name)) if self.mutable[s].any()]
            if sets:
                count = int(sum(self.mutable[one].sum() for one in sets))
                found |= {f"{name}s": len(sets), f"{name}_features": count}
        return found | ({"priced": True} if self.cost is not None else {})

    def extent(self) -> Settings:
        """The largest distance that an attack can put between two inputs.

        In the unit of distances, over the features that it may change; l0 by their costs. Features
        that are tied to each other may reach less.
        """
        n = float(self.mutable.sum())
        cost = n if self.cost is None else float(self.cost[self.mutable].astype(np.float64).sum())
        found: Settings = {"l0": cost} if self.cost is None else {"l0": cost, "features": int(n)}
        if self.unit == "range":
            return {**found, "l1": n, "l2": math.sqrt(n), "linf": 1.0}
        reach = self.units.reach[self.mutable]
        return {
            **found,
            "l1": float(reach.sum()),
            "l2": float(np.sqrt(np.square(reach).sum())),
            "linf": float(reach.max()),
        }

    def _one_range(self) -> bool:
        low, high = self.low[self.mutable], self.high[self.mutable]
        return bool((low == low[0]).all() and (high == high[0]).all())
