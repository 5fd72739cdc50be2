"""The ball in which an example is planted: points within it, and points at its full radius.

Everything is in unit space: features run from 0 to 1, or as far as a `Domain` says.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.attacks.engine.domain import Domain
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
        self,
        x: np.ndarray,
        mutable: np.ndarray,
        count: int,
        rng: np.random.Generator,
        where: Domain | None = None,
    ) -> np.ndarray:
        """Points around a sample, the sample itself the first.

        Half of them lie anywhere within the shrunken ball, half at its border, where an attack
        that only goes far would end up.

        Args:
            x: `(n,)`, within 0 and 1. mutable: `(n,)` bool. count: at least 1.
            where: where features may go, if they do not all run both ways from 0 to 1 for
                themselves; features of a sum then stay in an L0 ball, where none moves alone.

        Returns: `(count, n)` float32.
        """
        shares = np.where(np.arange(count) % 2, 1.0, rng.random(count))
        shares[0] = 0.0
        return self._at(x, shares * SHRUNK[self.distance], rng, where or _plain(mutable))

    def border(
        self,
        x: np.ndarray,
        mutable: np.ndarray,
        count: int,
        rng: np.random.Generator,
        where: Domain | None = None,
    ) -> np.ndarray:
        """Points at the full radius, or as far as 0 and 1 let them go.

        Args, Returns: as `inner`.
        """
        return self._at(x, np.ones(count), rng, where or _plain(mutable))

    def holds(self, distances: np.ndarray) -> np.ndarray:
        """Which distances, in the ball's own, lie within it; float32's rounding is forgiven."""
        return distances <= self.radius * (1 + 1e-5)

    def _at(self, x: np.ndarray, shares: np.ndarray, rng: np.random.Generator, where: Domain):
        """Points at these shares of the radius, in random directions, cut to where they may be."""
        own = x.astype(np.float32)
        low, high = (each[0] for each in where.box(own[None]))
        x = x.astype(np.float64)
        free = low < high
        stepped = None
        if self.step is not None:
            stride = 1.0 if where.stride is None else where.stride
            stepped = np.clip(x + self.step * stride, low, high)
            free &= stepped != x
        size = (len(shares), len(x))
        if self.distance == "l0":
            chosen = self._chosen(own, free, shares, rng, where)
            values = low + rng.random(size) * (high - low) if stepped is None else stepped
            if where.ties is not None:
                values = np.where(where.ties.grouped & free, high, values)
            points = np.where(chosen, values, x)
        elif self.distance == "linf":
            signs = rng.choice([-1.0, 1.0], size)
            spread = rng.uniform(-1, 1, size)
            corner = (shares >= SHRUNK["linf"])[:, None]
            points = x + np.where(corner, signs, spread) * (shares * self.radius)[:, None] * free
        else:
            direction = (
                rng.standard_normal(size) if self.distance == "l2" else rng.laplace(size=size)
            )
            out = ((x <= low) & (direction < 0)) | ((x >= high) & (direction > 0))
            direction = np.where(out, -direction, direction) * free
            order = 2 if self.distance == "l2" else 1
            length = np.maximum(np.linalg.norm(direction, order, axis=1), 1e-12)
            points = x + direction * (shares * self.radius / length)[:, None]
        points = np.clip(points, low, high).astype(np.float32)
        if where.ties is None:
            return points
        clean = np.broadcast_to(own, points.shape)
        box = (np.broadcast_to(low, points.shape), np.broadcast_to(high, points.shape))
        if self.distance == "linf":
            box = where.linf_box(clean, self.radius)
        return where.joined(points, clean, box, self.radius if self.distance == "l2" else None)

    def _chosen(self, x, free, shares, rng, where):
        """Which features change, as many as a share of the radius pays, bool `(count, n)`.

        A category is changed by one of its columns; of a sum no feature moves alone.
        """
        cost = np.ones(len(x)) if where.cost is None else where.cost
        price = cost.copy()
        if where.ties is not None:
            free = free & ~where.ties.summed
            for columns in where.ties.groups:
                price[columns] += cost[columns[x[columns].argmax()]]
        wanted = shares * min(self.radius, float(price[free].sum())) + 1e-9
        order = np.where(free, rng.random((len(shares), len(x))), np.inf).argsort(axis=1)
        paid = np.cumsum(np.where(free, price, 0)[order], axis=1) <= wanted[:, None]
        chosen = np.zeros(paid.shape, bool)
        np.put_along_axis(chosen, order, paid, axis=1)
        return chosen & free


def _plain(mutable: np.ndarray) -> Domain:
    """Features that run both ways from 0 to 1, each for itself."""
    n = len(mutable)
    return Domain(np.zeros(n, np.float32), np.ones(n, np.float32), mutable)
