"""Where an attacked sample may go: bounds, immutable features, balls around the sample.

All of it becomes one box for each pair, lower and upper limits that `np.clip` keeps exactly: an
immutable feature's two limits are its own value.
"""

from dataclasses import dataclass

import numpy as np

from core.attacks.engine.question import Limits
from core.errors import UserError


@dataclass(frozen=True)
class Domain:
    """The values that features may take.

    Attributes:
        low, high: `(n,)` float32, bounds of each feature.
        mutable: `(n,)` bool, the features that an attack may change.
    """

    low: np.ndarray
    high: np.ndarray
    mutable: np.ndarray

    def box(self, clean: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return lower and upper limits `(b, n)` float32 of samples `(b, n)` float32."""
        return np.where(self.mutable, self.low, clean), np.where(self.mutable, self.high, clean)

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
    return Domain(low, high, free)


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
