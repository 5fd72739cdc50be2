"""Intervals at 95 %: Wilson's for proportions, a bootstrap over whole samples for means."""

from collections.abc import Iterator
from functools import lru_cache
from statistics import NormalDist  # scipy.stats takes a second to import, in every page of the app

import numpy as np

DRAWS = 2_000
CONFIDENCE = 0.95
_KEPT_SAMPLES = 20_000
_Z = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)


def wilson(share: float, n: int) -> tuple[float, float]:
    """Wilson's score interval of a proportion `share` among `n` independent cases.

    Source: Wilson, JASA 22 (1927). Raises ValueError when n is 0.
    """
    if n <= 0:
        raise ValueError("an interval needs at least one case")
    centre = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * np.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    return float(max(0.0, centre - half)), float(min(1.0, centre + half))


def mean_interval(values: np.ndarray, least: float, most: float) -> tuple[float, float]:
    """Interval of the mean of one value a sample, each within [least, most].

    Percentile bootstrap over whole samples (2,000 draws, fixed seed), because the targets of one
    sample are correlated. Where all samples agree a bootstrap has no width, and Wilson's interval
    for n = samples, stretched to [least, most], takes its place.

    Args: values: float `(samples,)`, without NaN.
    """
    n = len(values)
    if np.ptp(values) == 0:
        low, high = wilson((float(values[0]) - least) / (most - least), n)
        return least + low * (most - least), least + high * (most - least)
    low, high = percentiles(draw_means(values[:, None]))[:, 0]
    return float(low), float(high)


def mean_intervals(values: np.ndarray, least: float, most: float) -> np.ndarray:
    """`mean_interval` of many columns at once, each over the same draws of samples.

    Args: values: float `(samples, columns)`, without NaN. Returns: `(columns, 2)`.
    """
    found = np.empty((values.shape[1], 2))
    agree = np.ptp(values, axis=0) == 0
    for column in np.flatnonzero(agree):
        found[column] = mean_interval(values[:, column], least, most)
    if not agree.all():
        found[~agree] = percentiles(draw_means(values[:, ~agree])).T
    return found


def draw_means(values: np.ndarray) -> np.ndarray:
    """Means of 2,000 draws of whole samples, with replacement and from a fixed seed.

    Args: values: float `(samples, columns)`. Returns: `(2000, columns)`, to 12 decimals, because
    the order in which a matrix product adds differs between machines.
    """
    n = len(values)
    drawn = _all_counts(n) if n <= _KEPT_SAMPLES else _each_counts(n)
    return np.concatenate([(counts / n) @ values for counts in drawn]).round(12)


def percentiles(draws: np.ndarray) -> np.ndarray:
    """Lower and upper end of the 95 % interval of bootstrap draws along the first axis."""
    tail = 100 * (1 - CONFIDENCE) / 2
    return np.percentile(draws, [tail, 100 - tail], axis=0)


@lru_cache(maxsize=4)
def _all_counts(n: int) -> tuple[np.ndarray, ...]:
    return tuple(_each_counts(n))


def _each_counts(n: int) -> Iterator[np.ndarray]:
    """How often each sample was drawn: blocks of `(draws, n)`, in a byte a sample."""
    generator = np.random.default_rng(0)
    step = max(1, 2_000_000 // n)
    for start in range(0, DRAWS, step):
        indices = generator.integers(n, size=(min(step, DRAWS - start), n))
        draws = len(indices)
        flat = (indices + n * np.arange(draws)[:, None]).ravel()
        # A count is 1 on average and n at most; above 255 none is to be expected ever.
        yield np.bincount(flat, minlength=draws * n).reshape(draws, n).astype(np.uint8)
