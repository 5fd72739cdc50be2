"""Features that cannot move alone: one-hot groups and features that keep their sum.

Attacks walk through values in between; this puts points where such features can be. It knows the
unperturbed sample, and whatever cannot be kept otherwise goes back to it. Pure numpy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.data.rules import members

SLACK = 1e-5
"""How far a sum may drift by float32's rounding, as a share of the largest range of its features"""
_HALVINGS = 60


@dataclass(frozen=True)
class Ties:
    """Which features are tied, and where they may stand.

    Attributes:
        groups: columns of each one-hot group that can change: one stands at `high`, the others
            at `low`.
        totals: features of each sum.
        low, high: `(n,)` float32, bounds of every feature.
        size: `(n,)` float64, what 1 in these coordinates is in those in which sums are kept.
    """

    groups: tuple[np.ndarray, ...]
    totals: tuple[np.ndarray, ...]
    low: np.ndarray
    high: np.ndarray
    size: np.ndarray

    @property
    def grouped(self) -> np.ndarray:
        """The columns of groups, bool `(n,)`."""
        found = np.zeros(len(self.low), bool)
        for columns in self.groups:
            found[columns] = True
        return found

    @property
    def summed(self) -> np.ndarray:
        """The features of sums, bool `(n,)`."""
        found = np.zeros(len(self.low), bool)
        for features in self.totals:
            found[features] = True
        return found

    def kept(
        self, points: np.ndarray, clean: np.ndarray, lower: np.ndarray, upper: np.ndarray
    ) -> np.ndarray:
        """The points `(b, n)` nearby at which groups are one-hot and sums as in their samples.

        A group takes the column that stands highest, as a share of its range; its own where no
        other stands as high, or the limits let none change. Sums are restored in the nearest
        point (L2) within the limits, so that none goes further from its sample.

        Args: clean: `(b, n)`, the samples. lower, upper: `(b, n)`, limits that hold the samples.
        Returns: `(b, n)` float32; a point that is right already stays as it is.
        """
        kept = np.clip(points, lower, upper).astype(np.float32)
        for columns in self.groups:
            kept[:, columns] = self._one_hot(kept, clean, lower, upper, columns)
        for features in self.totals:
            self._restore(kept, clean, lower, upper, features)
        return kept

    def on_steps(self, points: np.ndarray, clean: np.ndarray, step: np.ndarray) -> np.ndarray:
        """Points whose features stand on their steps, with sums restored by whole steps.

        Each goes back towards its sample, the farthest feature first. Args: step: `(n,)`; a sum
        whose features are continuous stays as it is.
        """
        points = points.copy()
        for features in self.totals:
            spacing = float(step[features[0]])
            if not spacing:
                continue
            start = clean[:, features].astype(np.float64)
            steps = np.round((points[:, features] - start) / spacing).astype(np.int64)
            before = steps.copy()
            off = steps.sum(axis=1)
            while (rows := np.flatnonzero(off)).size:
                sign = np.sign(off[rows])
                farthest = (steps[rows] * sign[:, None]).argmax(axis=1)
                steps[rows, farthest] -= sign
                off[rows] -= sign
            moved = (start + steps * spacing).astype(np.float32)
            moved = np.where(steps == 0, clean[:, features], moved)
            moved = np.clip(moved, self.low[features], self.high[features])
            points[:, features] = np.where(steps == before, points[:, features], moved)
        return points

    def _one_hot(self, points, clean, lower, upper, columns):
        low, high = self.low[columns], self.high[columns]
        rows = np.arange(len(points))
        share = (points[:, columns].astype(np.float64) - low) / (high.astype(np.float64) - low)
        own = (clean[:, columns] - low).argmax(axis=1)
        leaves = lower[rows, columns[own]] <= low[own]
        takes = (upper[:, columns] >= high) & leaves[:, None] & (share > 0)
        takes[rows, own] = False
        others = np.where(takes, share, -np.inf)
        best = others.argmax(axis=1)
        changes = others[rows, best] >= np.where(np.isfinite(share[rows, own]), share[rows, own], 0)
        taken = np.broadcast_to(low, share.shape).copy()
        taken[rows, best] = high[best]
        return np.where(changes[:, None], taken, clean[:, columns])

    def _restore(self, points, clean, lower, upper, features):
        """Put points back, in place, where a sum is off: to x - l size, cut to the limits.

        That is the nearest point of the sum; l is found by halving, as the sum falls with it.
        """
        size, start = self.size[features], clean[:, features].astype(np.float64)
        moved = points[:, features] - start
        slack = SLACK * float((size * (self.high[features] - self.low[features])).max())
        rows = np.flatnonzero(np.abs(moved @ size) > slack / 2)
        if not rows.size:
            return
        moved, start = moved[rows], start[rows]
        down = np.minimum(lower[np.ix_(rows, features)] - start, 0)
        up = np.maximum(upper[np.ix_(rows, features)] - start, 0)
        least, most = ((moved - up) / size).min(axis=1), ((moved - down) / size).max(axis=1)
        for _ in range(_HALVINGS):
            middle = (least + most) / 2
            over = np.clip(moved - middle[:, None] * size, down, up) @ size > 0
            least, most = np.where(over, middle, least), np.where(over, most, middle)
        nearest = np.clip(moved - most[:, None] * size, down, up)
        ends = np.clip(
            (start + nearest).astype(np.float32), *self._limits(lower, upper, rows, features)
        )
        points[np.ix_(rows, features)] = np.where(nearest == 0, clean[np.ix_(rows, features)], ends)

    @staticmethod
    def _limits(lower, upper, rows, features):
        place = np.ix_(rows, features)
        return lower[place], upper[place]


def ties_of(
    group: np.ndarray | None,
    total: np.ndarray | None,
    bounds: tuple[np.ndarray, np.ndarray],
    mutable: np.ndarray,
    size: np.ndarray | None = None,
) -> Ties | None:
    """The ties among features that can change; None where there are none.

    Args: group, total, mutable: as `Dataset` has them. bounds: low and high. size: None: 1.
    """
    low, high = bounds
    groups = tuple(columns for columns in members(group) if mutable[columns].all())
    totals = tuple(features[mutable[features]] for features in members(total))
    totals = tuple(features for features in totals if len(features))
    if not groups and not totals:
        return None
    return Ties(groups, totals, low, high, np.ones(len(low)) if size is None else size)
