"""Unit space: how far every feature stands above its lowest value, in the unit of distances.

The unit is each feature's own range, so that it stands at 0 to 1, or another size: its standard
deviation, or what costs 1. Attacks, distances and budgets live there, so that they mean the same
whatever the data's scale. A pure value over arrays; the network's side of it is
`core.networks.units`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

_ROWS = 4096
"""Inputs converted at once: in float64 they take twice their memory."""


@dataclass(frozen=True)
class Units:
    """Where each feature's range begins and ends, in the data's own units.

    Attributes:
        low, high: float32 `(n,)`; a feature whose both are equal stands at 0 in unit space.
        unit: float64 `(n,)` above 0, what 1 in unit space is in the data's own units; None: the
            range of each feature.
    """

    low: np.ndarray
    high: np.ndarray
    unit: np.ndarray | None = None

    @property
    def identity(self) -> bool:
        """Whether every feature runs from 0 to 1, so that both spaces are the same."""
        return self.unit is None and bool((self.low == 0).all() and (self.high == 1).all())

    @property
    def span(self) -> np.ndarray:
        """Highest minus lowest value of each feature, float64 `(n,)`."""
        return self.high.astype(np.float64) - self.low

    @property
    def size(self) -> np.ndarray:
        """What 1 in unit space is in the data's own units, float64 `(n,)`."""
        return self.span if self.unit is None else self.span / self.reach

    @property
    def reach(self) -> np.ndarray:
        """The highest value of each feature in unit space, float64 `(n,)`, a float32 each."""
        if self.unit is None:
            return np.ones(len(self.low))
        span = self.span
        reach = np.where(span > 0, span / self.unit, 1.0)
        return reach.astype(np.float32).astype(np.float64)

    def to_unit(self, x: np.ndarray) -> np.ndarray:
        """Inputs `(b, *shape)` in the data's units as multiples of the unit, float32."""
        if self.identity:
            return x
        return self._by_rows(x, self._fractions)

    def from_unit(self, u: np.ndarray) -> np.ndarray:
        """Multiples `(b, *shape)` in the data's units, float32, never outside their range.

        0 and `reach` become exactly the lowest and the highest value.
        """
        if self.identity:
            return u
        return self._by_rows(u, self._values)

    def moved(self, original: np.ndarray, end: np.ndarray) -> np.ndarray:
        """Multiples that began at `original`, in the data's units.

        What did not move keeps the value it had, to the last bit.

        Args: original: `(b, *shape)` in the data's units. end: the same shape, in unit space.
        """
        if self.identity:
            return end
        return np.where(end == self.to_unit(original), original, self.from_unit(end))

    def _fractions(self, x: np.ndarray) -> np.ndarray:
        span = self.span
        shares = np.clip((x - self.low.astype(np.float64)) / np.where(span > 0, span, 1), 0, 1)
        return shares if self.unit is None else shares * self.reach

    def _values(self, u: np.ndarray) -> np.ndarray:
        # Not low + u * span, which may miss `high` by a rounding.
        shares = u.astype(np.float64)
        inside = np.clip(shares if self.unit is None else shares / self.reach, 0, 1)
        return (1 - inside) * self.low + inside * self.high

    def _by_rows(self, values: np.ndarray, convert: Callable) -> np.ndarray:
        flat = values.reshape(len(values), -1)
        result = np.empty(flat.shape, np.float32)
        for start in range(0, len(flat), _ROWS):
            result[start : start + _ROWS] = convert(flat[start : start + _ROWS])
        return result.reshape(values.shape)
