"""Distribution functions and quantiles, from scipy.special.

scipy is imported where it is called: the app's pages import this room and need none of it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

CONFIDENCE = 0.95
TAIL = (1 - CONFIDENCE) / 2
_LEAST = 1e-30
"""Quantiles of smaller probabilities are those of this one: farther out scipy may give +inf."""


def normal_cdf(z: Any) -> np.ndarray:
    """Probability of a standard normal value of at most `z`."""
    from scipy import special

    return special.ndtr(z)


def normal_quantile(probability: Any) -> np.ndarray:
    """The standard normal value that is exceeded with 1 - `probability`."""
    from scipy import special

    return special.ndtri(probability)


def student_cdf(t: Any, freedom: Any) -> np.ndarray:
    """Probability of a value of at most `t` under Student's t with `freedom` degrees."""
    from scipy import special

    return special.stdtr(freedom, t)


def student_quantile(probability: Any, freedom: Any) -> np.ndarray:
    """Quantile of Student's t; `freedom` may be fractional."""
    from scipy import special

    return special.stdtrit(freedom, np.maximum(probability, _LEAST))


def beta_quantile(first: Any, second: Any, probability: Any) -> np.ndarray:
    """Quantile of the beta distribution with shapes `first` and `second`, both above 0."""
    from scipy import special

    return special.betaincinv(first, second, probability)


def binomial_cdf(hits: Any, n: Any, share: Any) -> np.ndarray:
    """Probability of at most `hits` of `n` cases, each with probability `share`."""
    from scipy import special

    return special.bdtr(hits, n, share)
