"""Unit space: every feature as the fraction of its own range at which it stands, 0 to 1.

Attacks, distances and budgets live there, so that they mean the same whatever the data's scale. A
pure value over arrays; the network's side of it is `core.networks.units`.
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
    """

    low: np.ndarray
    high: np.ndarray

    @property
    def identity(self) -> bool:
        """Whether every feature runs from 0 to 1, so that both spaces are the same."""
        return bool((self.low == 0).all() and (self.high == 1).all())

    @property
    def span(self) -> np.ndarray:
        """Highest minus lowest value of each feature, float64 `(n,)`."""
        return self.high.astype(np.float64) - self.low

    def to_unit(self, x: np.ndarray) -> np.ndarray:
        """Inputs `(b, *shape)` in the data's units as fractions of each range, float32."""
        if self.identity:
            return x
        return self._by_rows(x, self._fractions)

    def from_unit(self, u: np.ndarray) -> np.ndarray:
        """Fractions `(b, *shape)` in the data's units, float32, never outside their range.

        0 and 1 become exactly the lowest and the highest value.
        """
        if self.identity:
            return u
        return self._by_rows(u, self._values)

    def moved(self, original: np.ndarray, end: np.ndarray) -> np.ndarray:
        """Fractions that began at `original`, in the data's units.

        What did not move keeps the value it had, to the last bit.

        Args: original: `(b, *shape)` in the data's units. end: the same shape, fractions.
        """
        if self.identity:
            return end
        return np.where(end == self.to_unit(original), original, self.from_unit(end))

    def _fractions(self, x: np.ndarray) -> np.ndarray:
        span = self.span
        return np.clip((x - self.low.astype(np.float64)) / np.where(span > 0, span, 1), 0, 1)

    def _values(self, u: np.ndarray) -> np.ndarray:
        # Not low + u * span, which may miss `high` by a rounding.
        inside = np.clip(u.astype(np.float64), 0, 1)
        return (1 - inside) * self.low + inside * self.high

    def _by_rows(self, values: np.ndarray, convert: Callable) -> np.ndarray:
        flat = values.reshape(len(values), -1)
        result = np.empty(flat.shape, np.float32)
        for start in range(0, len(flat), _ROWS):
            result[start : start + _ROWS] = convert(flat[start : start + _ROWS])
        return result.reshape(values.shape)
