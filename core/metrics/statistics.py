"""Intervals at 95 %: Wilson's for proportions, a bootstrap over whole samples for means."""

import numpy as np
from scipy.stats import norm

DRAWS = 2_000
CONFIDENCE = 0.95
_Z = float(norm.ppf(0.5 + CONFIDENCE / 2))


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
    generator = np.random.default_rng(0)
    step = max(1, 2_000_000 // n)
    means = np.concatenate(
        [
            values[generator.integers(n, size=(min(step, DRAWS - start), n))].mean(1)
            for start in range(0, DRAWS, step)
        ]
    )
    tail = 100 * (1 - CONFIDENCE) / 2
    low, high = np.percentile(means, [tail, 100 - tail])
    return float(low), float(high)
