"""The exact interval of a share: one yes or no for each independent case."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.metrics.intervals.quantiles import TAIL, beta_quantile


def clopper_pearson(hits: float, n: float) -> tuple[float, float]:
    """Interval of a share of which `hits` of `n` independent cases were seen.

    It covers at least as often as it says, for every share and every n.

    Args: hits: 0 to n; hits and n may be fractional where n is an effective size.
    Returns: lower and upper end, fractions. Raises ValueError without a case, or for hits that
    are not among them.

    Source: Clopper and Pearson, Biometrika 26 (1934).
    """
    if not n > 0 or not 0 <= hits <= n:
        raise ValueError(f"an interval needs at least one case and hits of 0 to n: {hits} of {n}")
    low, high = exact_ends(hits, n)
    return float(low), float(high)


def exact_ends(hits: Any, n: Any) -> tuple[np.ndarray, np.ndarray]:
    """`clopper_pearson` of whole arrays; nothing is checked."""
    hits, n = np.broadcast_arrays(np.asarray(hits, float), np.asarray(n, float))
    missed = np.maximum(n - hits, 0.0)
    some, short = hits > 0, missed > 0
    low = beta_quantile(np.where(some, hits, 1.0), missed + 1, TAIL)
    high = beta_quantile(hits + 1, np.where(short, missed, 1.0), 1 - TAIL)
    return np.where(some, low, 0.0), np.where(short, high, 1.0)
