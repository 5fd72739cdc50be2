"""Minimising without constraints what has bounds: x = tanh(w) scaled to them."""

import numpy as np

from core.attacks.engine.domain import Domain

_SHRINK = np.float32(0.999999)
"""Keeps w finite, and its gradient above zero, where a feature lies on a bound (authors' code)."""


class TanhSpace:
    """The change of variables of Carlini and Wagner over the bounds of each feature.

    Source: arXiv 1608.04644, section V-B.
    """

    def __init__(self, limits: Domain):
        self.limits = limits
        low, high = limits.low.astype(np.float64), limits.high.astype(np.float64)
        self.middle = ((high + low) / 2).astype(np.float32)
        self.half = ((high - low) / 2).astype(np.float32)
        self.free = limits.mutable & (self.half > 0)

    def w_of(self, x: np.ndarray) -> np.ndarray:
        """Return w `(b, n)` float32 of points `(b, n)`; 0 for features that cannot change."""
        half = np.where(self.free, self.half, 1)
        unit = np.where(self.free, (x - self.middle) / half, 0)
        return np.arctanh(np.clip(unit, -1, 1) * _SHRINK).astype(np.float32)

    def points(self, w: np.ndarray, clean: np.ndarray) -> np.ndarray:
        """Return the points `(b, n)` of w, exactly within the bounds; others stay clean."""
        x = np.clip(self.middle + self.half * np.tanh(w), self.limits.low, self.limits.high)
        return np.where(self.free, x, clean)

    def by_w(self, w: np.ndarray, by_x: np.ndarray) -> np.ndarray:
        """Return the gradient with respect to w, given that with respect to the points."""
        slope = self.half * (1 - np.square(np.tanh(w)))
        return by_x * np.where(self.free, slope, np.float32(0))
