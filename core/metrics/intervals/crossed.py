"""The mean over samples and seeds, and how far it may be off when both are drawn anew.

Every network of a seed meets the same samples: samples and seeds are crossed, and averaging seeds
within a sample leaves the luck of training out of an interval.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.metrics.intervals.quantiles import TAIL, student_cdf, student_quantile

_HALVINGS = 50
_LEAST_P = 1e-30


@dataclass(frozen=True)
class Crossed:
    """A mean over samples of the mean over seeds; arrays have one entry a column.

    Attributes:
        samples: number of samples. seeds: number of seeds.
        each: `(samples, columns)`, seeds averaged within a sample.
        mean: of `each`. of_samples, of_seeds: variance of the mean from drawing samples anew, and
            from drawing seeds anew (0 with one seed).
    """

    samples: int
    seeds: int
    each: np.ndarray
    mean: np.ndarray
    of_samples: np.ndarray
    of_seeds: np.ndarray

    def half(self, tail: float | np.ndarray = TAIL) -> np.ndarray:
        """Half the width of Student's interval that leaves `tail` on each side, `(columns,)`."""
        samples = _reach(tail, max(self.samples - 1, 1), self.of_samples)
        if self.seeds == 1:
            return np.sqrt(samples)
        return np.sqrt(samples + _reach(tail, self.seeds - 1, self.of_seeds))

    def p_value(self, distance: np.ndarray) -> np.ndarray:
        """Two-sided p-value of the mean being this far, `(columns,)`, from its true value."""
        far = np.abs(distance)
        if self.seeds == 1:
            with np.errstate(divide="ignore", invalid="ignore"):
                off = np.where(far > 0, far / np.sqrt(self.of_samples), 0.0)
            return np.minimum(2 * student_cdf(-off, max(self.samples - 1, 1)), 1.0)
        low, high = np.full(far.shape, np.log(_LEAST_P)), np.zeros(far.shape)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            inside = far <= self.half(np.exp(middle) / 2)
            low, high = np.where(inside, middle, low), np.where(inside, high, middle)
        return np.exp(high)


def _reach(tail: float | np.ndarray, freedom: int, variance: np.ndarray) -> np.ndarray:
    """Student's quantile squared times the variance; 0 where nothing varies."""
    quantile = np.broadcast_to(student_quantile(tail, freedom), variance.shape)
    return np.multiply(quantile**2, variance, out=np.zeros_like(variance), where=variance > 0)


def crossed(cells: np.ndarray) -> Crossed:
    """Mean of a table of samples by seeds, and its variance.

    With one seed the statement is about this network only. With several, the mean also varies
    with the seeds, by the variance of the seeds' own means, known from few: each part counts with
    Student's quantile at its own degrees of freedom, samples - 1 and seeds - 1. What a seed does
    to single samples is in both parts, so that the interval is rather too wide. A bootstrap that
    draws seeds anew as well sees two thirds of the variance between 3 seeds and takes it for
    known: docs/statistics.md shows how seldom it covers.

    Args: cells: `(samples, seeds)` or `(samples, seeds, columns)`; NaN where a seed has no value
        of a sample. Every sample needs one.
    Raises ValueError without samples.

    Sources: samples crossed with seeds as cases are with readers: Hillis, Statistics in Medicine
    26 (2007); a quantile for each part: Cochran, Biometrics 20 (1964); the bootstrap that is not
    used: Owen, Annals of Applied Statistics 1 (2007).
    """
    cells = np.asarray(cells, float)
    cells = cells[..., None] if cells.ndim == 2 else cells
    n = len(cells)
    there = ~np.isnan(cells)
    if not there.size or not there.any(1).all():
        raise ValueError("an interval needs at least one sample, each with a value of some seed")
    each = np.nansum(cells, 1) / there.sum(1)
    mean = each.mean(0)
    nothing = np.zeros_like(mean)
    of_samples = each.var(0, ddof=1) / n if n > 1 else nothing
    # Seeds that have values of some samples only are compared on what those samples average.
    known = there.any(0).all(-1)
    seeds = max(int(known.sum()), 1)
    if seeds == 1:
        return Crossed(n, 1, each, mean, of_samples, nothing)
    apart = np.nansum(cells - each[:, None], 0)[known] / there.sum(0)[known]
    return Crossed(n, seeds, each, mean, of_samples, apart.var(0, ddof=1) / seeds)
