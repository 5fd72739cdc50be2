"""The difference of two shares over the same cases: what one holds where the other does not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from core.metrics.intervals.crossed import crossed
from core.metrics.intervals.quantiles import (
    TAIL,
    normal_cdf,
    normal_quantile,
    student_cdf,
    student_quantile,
)
from core.metrics.intervals.shares import effective_size

_HALVINGS = 50


def tango(only_first: float, only_second: float, n: float) -> tuple[float, float]:
    """Score interval of the difference of two shares of the same `n` cases, first minus second.

    It leaves out 0 exactly where McNemar's test (without a correction) says so, and where both
    agree on every case it is 0 with an end of 3.7 % on each side at n = 100.

    Args: only_first, only_second: cases that hold for one side alone; they and n may be
        fractional where n is an effective size.
    Returns: lower and upper end, fractions. Raises ValueError without a case, or for more
    differing cases than there are.

    Source: Tango, Statistics in Medicine 17 (1998).
    """
    if not n > 0 or min(only_first, only_second) < 0 or only_first + only_second > n * (1 + 1e-9):
        raise ValueError(
            f"expected a case or more and no more that differ: {only_first}, {only_second} of {n}"
        )
    low, high = tango_ends(only_first, only_second, n)
    return float(low), float(high)


def tango_ends(only_first: Any, only_second: Any, n: Any) -> tuple[np.ndarray, np.ndarray]:
    """`tango` of whole arrays; nothing is checked."""
    b, c, n = (np.asarray(one, float) for one in np.broadcast_arrays(only_first, only_second, n))
    value = (b - c) / n
    high = _end(b, c, n, value, np.ones_like(value))
    low = _end(b, c, n, value, -np.ones_like(value))
    return low, high


def _end(
    b: np.ndarray, c: np.ndarray, n: np.ndarray, inside: np.ndarray, outside: np.ndarray
) -> np.ndarray:
    """The difference at which the score passes the quantile, by halving."""
    z = normal_quantile(1 - TAIL)
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2
        held = np.abs(_score(b, c, n, middle)) <= z
        inside, outside = np.where(held, middle, inside), np.where(held, outside, middle)
    return inside


def _score(b: np.ndarray, c: np.ndarray, n: np.ndarray, difference: np.ndarray) -> np.ndarray:
    """How many standard errors the observed difference lies from a supposed one."""
    a = 2 * n
    linear = -b - c + (2 * n - b + c) * difference
    constant = -c * difference * (1 - difference)
    root = np.sqrt(np.maximum(linear**2 - 4 * a * constant, 0))
    likely = (root - linear) / (2 * a)
    variance = np.maximum(n * (2 * likely + difference * (1 - difference)), 0)
    gap = b - c - n * difference
    with np.errstate(divide="ignore", invalid="ignore"):
        score = gap / np.sqrt(variance)
    return np.where(np.abs(gap) < 1e-12 * n, 0.0, score)


def mcnemar(only_first: Any, only_second: Any) -> np.ndarray:
    """P-value of no difference: the score of `tango` at 0.

    Returns: two-sided, in (0, 1]; 1 where nothing differs.

    Source: McNemar, Psychometrika 12 (1947).
    """
    b, c = np.asarray(only_first, float), np.asarray(only_second, float)
    differ = b + c
    score = np.divide(np.abs(b - c), np.sqrt(differ), out=np.zeros_like(differ), where=differ > 0)
    return 2 * normal_cdf(-score)


def paired_shares(
    only_first: np.ndarray, only_second: np.ndarray, pairs: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ends of the difference of two shares over the same correlated pairs, and its p-value.

    Tango's score interval at the effective size of the difference, which is found as that of a
    share (`core.metrics.intervals.shares`).

    Args:
        only_first, only_second: `(samples, seeds, columns)`, the share of a sample's pairs that
            hold for one side alone; NaN where a seed has none. pairs: number of all pairs.
    Returns: lower ends, upper ends, p-values, each `(columns,)`.

    Source: Tango (1998); effective size after Korn and Graubard (1998).
    """
    first, second = crossed(only_first), crossed(only_second)
    found = crossed(np.asarray(only_first, float) - np.asarray(only_second, float))
    spread = first.mean + second.mean - found.mean**2
    differ = ((first.each > 0) | (second.each > 0)).sum(0)
    size = effective_size(found, spread, differ, pairs)
    low, high = tango_ends(first.mean * size, second.mean * size, size)
    # Without the seeds' part: it has few degrees of freedom, and tells at each level by its own.
    alone = replace(found, seeds=1)
    size = effective_size(alone, spread, differ, pairs)
    p = alone_p = mcnemar(first.mean * size, second.mean * size)
    freedom = max(found.samples - 1, 1)
    if pairs > found.samples:
        score = student_quantile(alone_p / 2, max(pairs - 1, 1))
        p = 2 * student_cdf(score, freedom)
    if found.seeds > 1:
        far = -student_quantile(p / 2, freedom) * np.sqrt(found.of_samples)
        p = np.where(far > 0, found.p_value(far), p)
    return low, high, p
