"""Draws of whole samples, and the ends that Efron's BCa method reads from them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from core.metrics.intervals.quantiles import normal_cdf, normal_quantile, student_cdf

DRAWS = 2_000
MORE_DRAWS = 40_000
_MOST_DRAWN = 40_000_000
_KEPT = 4_000_000
_PARTS = 10
_SEEN = 10


def draws_for(samples: int) -> int:
    """The most draws that are spent on an end that decides a word: 40,000, fewer of many samples.

    Args: samples: how many each draw holds.
    """
    return max(DRAWS, min(MORE_DRAWS, _MOST_DRAWN // samples // DRAWS * DRAWS))


def draw_means(values: np.ndarray, draws: int = DRAWS) -> np.ndarray:
    """Means of draws of whole samples, with replacement and from a fixed seed.

    Args: values: float `(samples, columns)`. Returns: `(draws, columns)`, to 12 decimals, because
    the order in which a matrix product adds differs between machines.
    """
    n = len(values)
    drawn = _all_counts(n, draws) if n * draws <= _KEPT else _each_counts(n, draws)
    return np.concatenate([(counts / n) @ values for counts in drawn]).round(12)


@dataclass(frozen=True)
class Drawn:
    """What was drawn of one number for each column.

    Attributes:
        draws: `(draws, columns)`. value: `(columns,)`, the number itself.
        acceleration: `(columns,)`, how fast its standard error changes with it, from the
            jackknife.
    """

    draws: np.ndarray
    value: np.ndarray
    acceleration: np.ndarray

    def ends(self, z: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Lower and upper ends and their Monte-Carlo standard error, each `(columns,)`.

        The error is seen from ten parts of the draws, each with ends of its own.

        Args: z: quantile of the interval, above 0.

        Source: Efron, JASA 82 (1987), "Better bootstrap confidence intervals".
        """
        low, high = self._ends(self.draws, z)
        size = len(self.draws) // _PARTS
        parts = [self._ends(self.draws[i * size : (i + 1) * size], z) for i in range(_PARTS)]
        error = np.std(np.array(parts), axis=0, ddof=1).max(0) / np.sqrt(_PARTS)
        return low, high, error

    def p_value(self, at: np.ndarray, shrunk: float, freedom: Any) -> np.ndarray:
        """Two-sided p-value of the true number being `at`, from the interval that ends there.

        Past the outermost ten draws the tail is taken as normal.

        Args: at: `(columns,)`. shrunk, freedom: Student's quantile is the normal one that the
            draws give times `shrunk`, at these degrees of freedom.
        """
        total = len(self.draws)
        share = _share_below(self.draws, at)
        spread = self.draws.std(0)
        tail = np.divide(at - self.value, spread, out=np.zeros_like(at), where=spread > 0)
        seen = (share * total >= _SEEN) & ((1 - share) * total >= _SEEN)
        z = np.where(seen, normal_quantile(share.clip(1 / total, 1 - 1 / total)), tail)
        bias = _bias(self.draws, self.value)
        moved = (z - bias) / np.maximum(1 + self.acceleration * (z - bias), 0.1)
        return 2 * student_cdf(-np.abs(moved - bias) * shrunk, freedom)

    def _ends(self, draws: np.ndarray, z: Any) -> tuple[np.ndarray, np.ndarray]:
        bias = _bias(draws, self.value)
        ordered = np.sort(draws, axis=0)
        columns = np.arange(draws.shape[1])
        found = []
        for side in (-1, 1):
            off = bias + side * z
            level = normal_cdf(bias + off / np.maximum(1 - self.acceleration * off, 0.1))
            place = (level * len(draws) - 0.5).clip(0, len(draws) - 1)
            under = np.floor(place).astype(int)
            over = np.minimum(under + 1, len(draws) - 1)
            part = place - under
            found.append(ordered[under, columns] * (1 - part) + ordered[over, columns] * part)
        return found[0], found[1]


def acceleration(influence: np.ndarray) -> np.ndarray:
    """A sixth of the skewness of a number's standardized jackknife values.

    Args: influence: `(samples, columns)`, how the number moves with each sample's weight.
    Returns: `(columns,)`, 0 where nothing varies.
    """
    centred = influence - influence.mean(0)
    size = (centred**2).sum(0) ** 1.5
    return np.divide((centred**3).sum(0), 6 * size, out=np.zeros_like(size), where=size > 0)


def _share_below(draws: np.ndarray, value: np.ndarray) -> np.ndarray:
    """Share of draws under a value; those that equal it count half."""
    return (draws < value).mean(0) + 0.5 * (draws == value).mean(0)


def _bias(draws: np.ndarray, value: np.ndarray) -> np.ndarray:
    """Normal quantile at which the number itself stands among its draws."""
    least = 0.5 / len(draws)
    return normal_quantile(_share_below(draws, value).clip(least, 1 - least))


@lru_cache(maxsize=4)
def _all_counts(n: int, draws: int) -> tuple[np.ndarray, ...]:
    return tuple(_each_counts(n, draws))


def _each_counts(n: int, draws: int) -> Iterator[np.ndarray]:
    """How often each sample was drawn: blocks of `(draws, n)`, in a byte a sample."""
    generator = np.random.default_rng(0)
    step = max(1, 2_000_000 // n)
    for start in range(0, draws, step):
        size = min(step, draws - start)
        indices = generator.integers(n, size=(size, n))
        flat = (indices + n * np.arange(size)[:, None]).ravel()
        # A count is 1 on average and n at most; above 255 none is to be expected ever.
        yield np.bincount(flat, minlength=size * n).reshape(size, n).astype(np.uint8)
