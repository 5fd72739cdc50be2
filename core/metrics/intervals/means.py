"""Intervals of a mean over samples and of the gain of one mean over another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.metrics.intervals.bootstrap import DRAWS, Drawn, acceleration, draw_means
from core.metrics.intervals.crossed import Crossed, crossed
from core.metrics.intervals.exact import exact_ends
from core.metrics.intervals.quantiles import TAIL, binomial_cdf, student_quantile

FEW = 5
"""Fewer samples than this that depart from what all others hold do not show how they vary."""


@dataclass(frozen=True)
class Ends:
    """Intervals of many columns, each array `(columns,)`.

    Attributes:
        value: the number itself. low, high: its interval.
        error: Monte-Carlo standard error of the ends; 0 where no draw decides them.
        p: p-value of the number being 0 (of a gain: the means being equal).
    """

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    error: np.ndarray
    p: np.ndarray


def mean_ends(cells: np.ndarray, least: float, most: float, draws: int = DRAWS) -> Ends:
    """Interval of a mean over samples, or of a mean difference paired by sample.

    The outer ends of two intervals: the BCa bootstrap over whole samples, at Student's quantiles,
    and Student's own. The first follows the skewness of the values, the second holds with few
    samples. With several seeds the first is stretched around the mean as the second is, which has
    the seeds drawn too.

    Where at most four samples depart from a value that all others hold, nothing shows how those
    vary that were not seen: then the exact upper end of the share that departs, times how far it
    may, is the interval. Two sides that agree on all of 100 samples differ by 0, and by at most
    3.6 % of the largest difference that exists.

    Args:
        cells: `(samples, seeds, columns)`, NaN where a seed has no value of a sample.
        least, most: the smallest and the largest value that exists. draws: of the bootstrap.

    Sources: Efron, JASA 82 (1987); Student's quantiles within the bootstrap: Hesterberg, The
    American Statistician 69 (2015), section 5; seeds: `core.metrics.intervals.crossed`.
    """
    found = crossed(cells)
    drawn = Drawn(draw_means(found.each, draws), found.mean.round(12), acceleration(found.each))
    made = _ends(found, drawn)
    few, low, high, p = _few_depart(found.each, least, most)
    return Ends(
        found.mean,
        np.where(few, low, made.low.clip(least, most)),
        np.where(few, high, made.high.clip(least, most)),
        np.where(few, 0.0, made.error),
        np.where(few, p, made.p),
    )


def gain_ends(
    first: np.ndarray, second: np.ndarray, least: float, most: float, draws: int = DRAWS
) -> Ends:
    """By what share the mean of `first` exceeds that of `second` on the same samples.

    As `mean_ends`, on the scale of the logarithm of the ratio: one plus the gain.

    Args: first, second: `(samples, seeds, columns)` of the same samples, values from `least`, 0 or
        more, to `most`. draws: of the bootstrap.
    Returns: value NaN where `second` averages 0; ends 0 - 1 and infinity where nothing bounds it.

    Source: Fieller's problem; BCa of a ratio: Efron and Tibshirani (1993), chapter 14.
    """
    one, other = crossed(first), crossed(second)
    divisor = np.where(other.mean > 0, other.mean, np.nan)
    ratio = one.mean / divisor
    relative = (np.asarray(first, float) - ratio * np.asarray(second, float)) / divisor
    found = crossed(np.where(np.isnan(divisor), 0.0, relative))
    columns = found.mean.size
    both = draw_means(np.concatenate([one.each, other.each], axis=1), draws)
    with np.errstate(divide="ignore", invalid="ignore"):
        drawn = np.log(both[:, :columns] / both[:, columns:]).round(12)
        value = np.log(ratio)
        steps = Crossed(
            *(found.samples, found.seeds, found.each / ratio, value),
            *(found.of_samples / ratio**2, found.of_seeds / ratio**2),
        )
    empty = ~np.isfinite(drawn).all(0) | ~np.isfinite(value)
    safe = Drawn(np.where(empty, 0.0, drawn), np.where(empty, 0.0, value.round(12)), _skew(steps))
    made = _ends(steps, safe)
    low, high = np.exp(made.low) - 1, np.exp(made.high) - 1
    few, few_low, few_high = _few_of_either(one.each, other.each, least, most)
    low, high = np.where(few, few_low, low), np.where(few, few_high, high)
    p = np.where(few, np.where((low > 0) | (high < 0), 2 * TAIL, 1.0), made.p)
    error = np.where(few, 0.0, made.error * np.exp(np.maximum(made.high, 0)))
    empty &= ~few
    return Ends(
        ratio - 1,
        np.where(empty, -1.0, low),
        np.where(empty, np.inf, high),
        np.where(empty, 0.0, error),
        np.where(empty, 1.0, p),
    )


def _skew(steps: Crossed) -> np.ndarray:
    return acceleration(np.nan_to_num(steps.each))


def _ends(found: Crossed, drawn: Drawn) -> Ends:
    """The outer of the bootstrap's and Student's ends, with the p-value of 0."""
    n, value = found.samples, found.mean
    freedom = max(n - 1, 1)
    plain = student_quantile(1 - TAIL, freedom)
    grown = np.sqrt(n / freedom)
    low, high, error = drawn.ends(grown * plain)
    half, alone = found.half(), plain * np.sqrt(found.of_samples)
    stretch = np.divide(half, alone, out=np.ones_like(half), where=alone > 0)
    by_draws = value - (value - low) * stretch, value + (high - value) * stretch
    outer = (by_draws[0] < value - half) | (by_draws[1] > value + half)
    p = drawn.p_value(np.zeros_like(value), 1 / grown, freedom)
    if found.seeds > 1:
        p = found.p_value(-student_quantile(p / 2, freedom) * np.sqrt(found.of_samples))
    return Ends(
        value,
        np.minimum(by_draws[0], value - half),
        np.maximum(by_draws[1], value + half),
        np.where(outer, error * stretch, 0.0),
        np.maximum(found.p_value(value), p).clip(0, 1),
    )


def _few_depart(
    each: np.ndarray, least: float, most: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Where nearly all samples hold one value: that, the ends, and the p-value of 0.

    Args: each: `(samples, columns)`. The common value is the median, which more than half hold.
    """
    n = len(each)
    common = np.median(each, axis=0)
    departing = (np.abs(each - common) > 1e-12 * max(abs(least), abs(most))).sum(0)
    few = (departing < FEW) & (2 * departing < n)
    _, share = exact_ends(departing, n)
    low, high = common - share * (common - least), common + share * (most - common)
    edge = np.where(common > 0, least, most)
    reach = np.abs(common - edge)
    needed = np.divide(np.abs(common), reach, out=np.ones_like(reach), where=reach > 0)
    p = np.minimum(2 * binomial_cdf(departing, n, needed.clip(0, 1)), 1.0)
    return few, low, high, np.where((common == 0) | (edge * common >= 0), 1.0, p)


def _few_of_either(
    first: np.ndarray, second: np.ndarray, least: float, most: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where nearly all samples hold one value on a side, or the same on both: the gain's ends."""
    sides = [_few_depart(each, least, most) for each in (first, second)]
    same, low, high, _ = _few_depart(first - second, least - most, most - least)
    same &= np.median(first - second, axis=0) == 0
    few = sides[0][0] | sides[1][0] | same
    if not few.any():
        return few, np.zeros(len(few)), np.zeros(len(few))
    bounds = []
    for each, (rare, under, over, _) in zip((first, second), sides, strict=True):
        usual = mean_ends(each[:, None, :], least, most)
        bounds.append((np.where(rare, under, usual.low), np.where(rare, over, usual.high)))
    ((first_low, first_high), (second_low, second_high)) = bounds
    with np.errstate(divide="ignore", invalid="ignore"):
        largest = np.where(second_low > 0, first_high / second_low - 1, np.inf)
        smallest = np.where(second_high > 0, first_low / second_high - 1, -1.0)
        mean = second.mean(0)
        apart = [
            np.where(mean > 0, end / mean, sign * np.inf) for end, sign in ((low, -1), (high, 1))
        ]
    return few, np.where(same, apart[0], smallest), np.where(same, apart[1], largest)
