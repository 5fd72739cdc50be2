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
