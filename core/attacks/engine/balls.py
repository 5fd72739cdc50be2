"""The ball in which an example is planted: points within it, and points at its full radius.

Everything is in fractions of each feature's range: features run from 0 to 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.model.base import Distance

SHRUNK = {"l0": 0.95, "l1": 0.95, "l2": 0.95, "linf": 0.9}
"""The farthest that inner points lie from the sample, as a share of the radius.

At 0.9 for `linf`: with inner points closer by, random corners of the ball are often on the planted
side, and the test asks nothing of an attack.
"""


@dataclass(frozen=True)
class Ball:
    """Where an attack looks.

    Attributes:
        distance: in which the radius is meant; `l0` counts features.
        radius: largest distance from the sample, above 0.
        step: the one change that each feature may take, for attacks that know only one (JSMA's
            `theta`); None: anything in the ball.
    """

    distance: Distance
    radius: float
    step: float | None = None

    def inner(
        self, x: np.ndarray, mutable: np.ndarray, count: int, rng: np.random.Generator
    ) -> np.ndarray:
        """Points around a sample, the sample itself the first.

        Half of them lie anywhere within the shrunken ball, half at its border, where an attack
        that only goes far would end up.

        Args: x: `(n,)`, within 0 and 1. mutable: `(n,)` bool. count: at least 1.
        Returns: `(count, n)` float32.
        """
        shares = np.where(np.arange(count) % 2, 1.0, rng.random(count))
        shares[0] = 0.0
        return self._at(x, mutable, shares * SHRUNK[self.distance], rng)

    def border(
        self, x: np.ndarray, mutable: np.ndarray, count: int, rng: np.random.Generator
    ) -> np.ndarray:
        """Points at the full radius, or as far as 0 and 1 let them go.

        Args, Returns: as `inner`.
        """
        return self._at(x, mutable, np.ones(count), rng)

    def holds(self, distances: np.ndarray) -> np.ndarray:
        """Which distances, in the ball's own, lie within it; float32's rounding is forgiven."""
        return distances <= self.radius * (1 + 1e-5)

    def _at(
        self, x: np.ndarray, mutable: np.ndarray, shares: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        """Points at these shares of the radius, in random directions, cut to 0 and 1."""
        x = x.astype(np.float64)
        free = mutable if self.step is None else mutable & (_stepped(x, self.step) != x)
        size = (len(shares), len(x))
        if self.distance == "l0":
            wanted = np.floor(shares * min(self.radius, free.sum()) + 1e-9)
            order = np.where(free, rng.random(size), np.inf).argsort(axis=1).argsort(axis=1)
            values = rng.random(size) if self.step is None else _stepped(x, self.step)
            points = np.where(order < wanted[:, None], values, x)
        elif self.distance == "linf":
            signs = rng.choice([-1.0, 1.0], size)
            spread = rng.uniform(-1, 1, size)
            corner = (shares >= SHRUNK["linf"])[:, None]
            points = x + np.where(corner, signs, spread) * (shares * self.radius)[:, None] * free
        else:
            direction = (
                rng.standard_normal(size) if self.distance == "l2" else rng.laplace(size=size)
            )
            direction = np.where(_leads_out(x, direction), -direction, direction) * free
            order = 2 if self.distance == "l2" else 1
            length = np.maximum(np.linalg.norm(direction, order, axis=1), 1e-12)
            points = x + direction * (shares * self.radius / length)[:, None]
        return np.clip(points, 0, 1).astype(np.float32)


def _stepped(x: np.ndarray, step: float) -> np.ndarray:
    return np.clip(x + step, 0, 1)


def _leads_out(x: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """Where a feature already stands at the end of its range that the direction points to."""
    return ((x <= 0) & (direction < 0)) | ((x >= 1) & (direction > 0))
