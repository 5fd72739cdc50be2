"""Random draws of attacks; every pair has a stream of its own, so that batches change nothing."""

import numpy as np


def stream(seed: int, sample: int, target: int) -> np.random.Generator:
    """Return the stream of draws of one (sample, target) pair."""
    return np.random.default_rng([seed, sample, target])


def in_ball(rng: np.random.Generator, mutable: np.ndarray, norm: str, eps: float) -> np.ndarray:
    """Draw one perturbation, uniform in the ball of radius eps over the mutable features.

    Args:
        mutable: `(n,)` bool; the others stay 0.
        norm: `"linf"` or `"l2"`.
        eps: radius, in units of the data's scale.

    Returns:
        `(n,)` float32.
    """
    free = int(np.count_nonzero(mutable))
    delta = np.zeros(len(mutable), np.float32)
    if norm == "linf":
        delta[mutable] = rng.uniform(-eps, eps, free)
    elif free:
        direction = rng.standard_normal(free)
        # The volume of a ball grows with the radius to the power of its dimension.
        radius = eps * rng.random() ** (1 / free)
        delta[mutable] = direction * (radius / np.linalg.norm(direction))
    return delta
