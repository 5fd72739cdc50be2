"""The interval of a share over correlated pairs: the exact one at the effective size."""

from __future__ import annotations

import numpy as np

from core.metrics.intervals.crossed import Crossed, crossed
from core.metrics.intervals.exact import exact_ends
from core.metrics.intervals.quantiles import TAIL, student_quantile


def share_interval(cells: np.ndarray, pairs: int) -> tuple[float, float]:
    """Interval of a share over pairs of which those of one sample are alike.

    Args:
        cells: `(samples, seeds)`, the share of a sample's pairs (its targets) that hold, one
            column a seed; NaN where a seed has no value. pairs: number of all pairs.
    Returns: lower and upper end, fractions. Raises ValueError without samples.

    Source: Korn and Graubard, Survey Methodology 24 (1998), see `share_intervals`.
    """
    low, high = share_intervals(np.asarray(cells, float)[..., None], pairs)
    return float(low[0]), float(high[0])


def share_intervals(cells: np.ndarray, pairs: int) -> tuple[np.ndarray, np.ndarray]:
    """`share_interval` of many columns: `(samples, seeds, columns)` give `(columns,)` twice.

    Clopper-Pearson at the size n* = p(1 - p) / variance, a sample being one cluster, corrected
    for the degrees of freedom of the variance; n* is at most the number of pairs. One sample more
    than there are, whose pairs all agree, is counted when the pairs' likeness is measured: where
    few samples differ from the rest the likeness is not known from them, and without it the
    interval covers as little as 88 % (docs/statistics.md). Where all pairs agree n* is the number
    of samples.
    """
    found = crossed(cells)
    share = found.mean.clip(0, 1)
    differ = np.minimum((found.each > 0).sum(0), (found.each < 1).sum(0))
    size = effective_size(found, share * (1 - share), differ, pairs)
    return exact_ends(share * size, size)


def effective_size(
    found: Crossed, spread: np.ndarray, differ: np.ndarray, pairs: int
) -> np.ndarray:
    """How many independent pairs say as much as these.

    Args: found: of the share or difference. spread: its variance over independent pairs, times
        their number. differ: samples that tell of the likeness. pairs: number of all pairs.
    Returns: `(columns,)`, above 0 and at most `pairs`.
    """
    most = pairs / found.samples
    if most <= 1:
        return np.full_like(found.mean, pairs)
    half = found.half()
    plain = student_quantile(1 - TAIL, max(pairs - 1, 1)) ** 2
    effect = np.full_like(half, most)
    # Rounding of sums of ninths must not pass for a variance.
    varies = (spread > 0) & (half > 1e-9)
    np.divide(half**2 * pairs, spread * plain, out=effect, where=varies)
    return pairs / ((differ * np.maximum(effect, 1.0) + most) / (differ + 1))
