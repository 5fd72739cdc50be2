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
        self.range = _Range(limits.low, limits.high, limits.mutable)

    def _at(self, clean: np.ndarray) -> "_Range":
        """Where samples `(b, n)` may go: up to their own values where a feature has a direction."""
        if self.limits.direction is None:
            return self.range
        return _Range(*self.limits.box(clean), self.limits.mutable)

    def free(self, clean: np.ndarray) -> np.ndarray:
        """The features of samples `(b, n)` that can change, bool `(b, n)`."""
        return np.broadcast_to(self._at(clean).free, clean.shape)

    def w_of(self, clean: np.ndarray) -> np.ndarray:
        """Return w `(b, n)` float32 of samples `(b, n)`; 0 for features that cannot change."""
        at = self._at(clean)
        half = np.where(at.free, at.half, 1)
        unit = np.where(at.free, (clean - at.middle) / half, 0)
        return np.arctanh(np.clip(unit, -1, 1) * _SHRINK).astype(np.float32)

    def points(self, w: np.ndarray, clean: np.ndarray) -> np.ndarray:
        """Return the points `(b, n)` of w, exactly within the bounds; others stay clean."""
        at = self._at(clean)
        x = np.clip(at.middle + at.half * np.tanh(w), at.low, at.high)
        return np.where(at.free, x, clean)

    def by_w(self, w: np.ndarray, by_x: np.ndarray, clean: np.ndarray) -> np.ndarray:
        """Return the gradient with respect to w, given that with respect to the points."""
        at = self._at(clean)
        slope = at.half * (1 - np.square(np.tanh(w)))
        return by_x * np.where(at.free, slope, np.float32(0))


class _Range:
    """Lower and upper limits, for all samples or one each, and what follows from them."""

    def __init__(self, low: np.ndarray, high: np.ndarray, mutable: np.ndarray):
        self.low, self.high = low, high
        wide_low, wide_high = low.astype(np.float64), high.astype(np.float64)
        self.middle = ((wide_high + wide_low) / 2).astype(np.float32)
        self.half = ((wide_high - wide_low) / 2).astype(np.float32)
        self.free = mutable & (self.half > 0)
