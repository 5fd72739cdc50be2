"""Where an attacked sample may go: bounds, immutable features, directions, balls around the sample.

All of it becomes one box for each pair, lower and upper limits that `np.clip` keeps exactly: an
immutable feature's two limits are its own value. What features share, `ties` keeps.
"""

from dataclasses import dataclass

import numpy as np

from core.attacks.engine.question import Limits
from core.data.rules import changeable
from core.data.ties import Ties, ties_of
from core.errors import UserError


@dataclass(frozen=True)
class Domain:
    """The values that features may take.

    Attributes:
        low, high: `(n,)` float32, bounds of each feature.
        mutable: `(n,)` bool, the features that an attack may change.
        direction: `(n,)` ints, as in `Limits`; None: every feature may go both ways.
        ties: of features that cannot move alone; None: there are none.
        cost: `(n,)` float64, what a changed feature counts in L0; None: 1.
        stride: `(n,)` float32, of which JSMA's theta is a fraction; None: 1.
    """

    low: np.ndarray
    high: np.ndarray
    mutable: np.ndarray
    direction: np.ndarray | None = None
    ties: Ties | None = None
    cost: np.ndarray | None = None
    stride: np.ndarray | None = None

    def open_to(self, sign: float) -> np.ndarray:
        """The features `(n,)` bool that may rise (sign above 0) or fall (below)."""
        if self.direction is None:
            return self.mutable
        return self.mutable & (self.direction * np.sign(sign) >= 0)

    def box(self, clean: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return lower and upper limits `(b, n)` float32 of samples `(b, n)` float32."""
        falls, rises = self.open_to(-1), self.open_to(1)
        return np.where(falls, self.low, clean), np.where(rises, self.high, clean)

    def joined(
        self,
        points: np.ndarray,
        clean: np.ndarray,
        box: tuple[np.ndarray, np.ndarray],
        l2: float | None = None,
    ) -> np.ndarray:
        """Points `(b, n)` with tied features where they can be; as they are where none is tied.

        Args:
            clean: `(b, n)` float32, their samples. box: lower and upper limits, each `(b, n)`.
            l2: radius that must not be left. A group changes as a whole: where the ball is too
                small for all changes of a point, its groups stay.
        """
        if self.ties is None:
            return points
        kept = self.ties.kept(points, clean, *box)
        if l2 is None:
            return kept
        far = np.linalg.norm((kept - clean).astype(np.float64), axis=1) > l2 * (1 + 1e-6)
        if far.any():
            back = np.where(self.ties.grouped, clean[far], points[far])
            back = self.ties.kept(back, clean[far], box[0][far], box[1][far])
            kept[far] = np.clip(into_l2_ball(back, clean[far], l2), box[0][far], box[1][far])
        return kept

    def changed(self, points: np.ndarray, clean: np.ndarray) -> np.ndarray:
        """L0 of points `(b, n)`: the features that were changed, each by its cost, `(b,)`."""
        moved = points != clean
        if self.cost is None:
            return np.count_nonzero(moved, axis=1)
        return moved @ self.cost

    def linf_box(self, clean: np.ndarray, eps: float) -> tuple[np.ndarray, np.ndarray]:
        """Return `box` cut with the Linf ball of radius eps around the samples.

        The limits are rounded towards the sample, so that no point within them lies further away
        than eps, computed exactly.
        """
        lower, upper = self.box(clean)
        exact = clean.astype(np.float64)
        below, above = (exact - eps).astype(np.float32), (exact + eps).astype(np.float32)
        below = np.where(exact - below > eps, np.nextafter(below, np.float32(np.inf)), below)
        above = np.where(above - exact > eps, np.nextafter(above, np.float32(-np.inf)), above)
        return np.maximum(lower, below), np.minimum(upper, above)


def domain(x: np.ndarray, limits: Limits) -> Domain:
    """Check the limits of an attack against the samples it starts from.

    Args:
        x: `(m, *shape)` unperturbed samples, n features each.
        limits: where they may go.

    Raises:
        UserError: if samples leave the bounds or `mutable` has another number of features.
    """
    n, mutable = int(np.prod(x.shape[1:])), limits.mutable
    if mutable is not None and np.size(mutable) != n:
        raise UserError(
            f"mutable must say for each of the {n} features whether it may be changed; "
            f"it has {np.size(mutable)} entries"
        )
    low, high = (
        np.broadcast_to(np.asarray(bound, np.float32).ravel(), n)
        for bound in (limits.low, limits.high)
    )
    # As float32, which is what the network gets.
    flat = x.reshape(len(x), n).astype(np.float32, copy=False)
    if not ((flat >= low) & (flat <= high)).all():
        raise UserError(
            f"samples must lie within the bounds, from {low.min()} to {high.max()}; "
            f"they reach from {flat.min()} to {flat.max()}"
        )
    free = np.ones(n, bool) if mutable is None else np.asarray(mutable, bool).ravel()
    group, total, size = limits.group, limits.total, limits.size
    free = changeable(free, group, total)
    return Domain(
        low,
        high,
        free,
        limits.direction,
        ties_of(group, total, (low, high), free, size),
        None if limits.cost is None else np.asarray(limits.cost, np.float64),
        None if size is None or (high - low == 1).all() else high - low,
    )


@dataclass(frozen=True)
class Room:
    """Where one sample may go.

    Attributes:
        clean: `(n,)` float32, the sample. where: the domain. lower, upper: `(n,)` float32.
    """

    clean: np.ndarray
    where: Domain
    lower: np.ndarray
    upper: np.ndarray

    def put(self, points: np.ndarray) -> np.ndarray:
        """Points `(k, n)` where they may be, clipped and joined."""
        points = np.clip(points, self.lower, self.upper)
        if self.where.ties is None:
            return points
        clean, lower, upper = (
            np.broadcast_to(each, points.shape) for each in (self.clean, self.lower, self.upper)
        )
        return self.where.joined(points, clean, (lower, upper))


def room(where: Domain, clean: np.ndarray, eps: float | None = None) -> Room:
    """The room of a sample `(n,)` float32; within the Linf ball of radius eps where one is given"""
    box = where.box(clean[None]) if eps is None else where.linf_box(clean[None], eps)
    return Room(clean, where, box[0][0], box[1][0])


def into_l2_ball(points: np.ndarray, clean: np.ndarray, eps: float) -> np.ndarray:
    """Draw points `(b, n)` back to L2 distance eps from their samples, along the straight line.

    Within float32's rounding. Clipping the result to the samples' box brings no coordinate further
    from the sample, so that ball and box hold together.
    """
    delta = points - clean
    norm = np.linalg.norm(delta.astype(np.float64), axis=1, keepdims=True)
    outside = norm > eps
    return np.where(outside, clean + delta * (eps / np.where(outside, norm, 1.0)), points).astype(
        np.float32
    )


def steepest(gradient: np.ndarray, norm: str) -> np.ndarray:
    """Return the direction of length 1 in the norm along which the gradient rises most.

    Args:
        gradient: `(b, n)`. A row of zeros stays a row of zeros.
        norm: `"linf"`: the signs; `"l2"`: the gradient over its length.
    """
    if norm == "linf":
        return np.sign(gradient)
    # Gradients of probabilities can be so small that their squares underflow: scale them first.
    largest = np.abs(gradient).max(axis=1, keepdims=True, initial=0.0)
    scaled = gradient / np.where(largest > 0, largest, 1)
    length = np.linalg.norm(scaled, axis=1, keepdims=True)
    return scaled / np.where(length > 0, length, 1)
