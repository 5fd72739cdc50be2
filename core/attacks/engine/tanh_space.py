"""Minimising without constraints what has bounds: x = tanh(w) scaled to them, and Adam on w."""

import numpy as np

from core.attacks.engine.domain import Domain
from core.attacks.engine.pairs import PointSlots

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


class Adam:
    """Adam over the slots of an attack, each slot with its own count of steps.

    Args:
        slots: the attack's state, which moves the moments along with the pairs.
        learning_rate: as in the paper; the other constants are its defaults.

    Source: Kingma & Ba, arXiv 1412.6980, Algorithm 1.
    """

    BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-8

    def __init__(self, slots: PointSlots, learning_rate: float):
        self.learning_rate = learning_rate
        self.mean = slots.slot_array(np.float32, slots.n)
        self.square = slots.slot_array(np.float32, slots.n)
        self.taken = slots.slot_array(np.int64)

    def reset(self, rows: np.ndarray) -> None:
        """Forget the moments of these slots."""
        self.mean[rows], self.square[rows], self.taken[rows] = 0, 0, 0

    def step(self, w: np.ndarray, gradient: np.ndarray) -> None:
        """Move `w` `(k, n)`, the variables of the first k slots, in place."""
        k = len(w)
        mean, square, taken = self.mean[:k], self.square[:k], self.taken[:k]
        taken += 1
        mean *= self.BETA_1
        mean += (1 - self.BETA_1) * gradient
        square *= self.BETA_2
        square += (1 - self.BETA_2) * np.square(gradient)
        # Both moments start at 0; dividing by this takes that out of them.
        mean_scale = (1 / (1 - self.BETA_1**taken)).astype(np.float32)[:, None]
        square_scale = (1 / (1 - self.BETA_2**taken)).astype(np.float32)[:, None]
        step = mean * (mean_scale * np.float32(self.learning_rate))
        step /= np.sqrt(square * square_scale) + np.float32(self.EPSILON)
        w -= step
