"""One number with its interval: a mean, a paired difference, a gain; drawn until it is clear."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.metrics.intervals.bootstrap import DRAWS, draws_for
from core.metrics.intervals.means import Ends, gain_ends, mean_ends
from core.metrics.intervals.words import Decision, decided

_DIGITS = 12
"""To which ends are rounded: libraries differ in the last places."""


@dataclass(frozen=True)
class Estimate:
    """A number with its interval at 95 %.

    Attributes:
        value: the number. low, high: its interval; infinity where nothing bounds it.
        error: Monte-Carlo standard error of the ends. p: p-value of the number being 0.
    """

    value: float
    low: float
    high: float
    error: float
    p: float

    def against(self, threshold: float) -> Decision:
        """On which side of a threshold it lies, as `core.metrics.intervals.words.decided`."""
        return decided(self.low, self.high, threshold, self.error)


def mean_estimate(
    cells: np.ndarray, least: float, most: float, threshold: float | None = None
) -> Estimate:
    """A mean over samples, or a mean of differences paired by sample.

    Args:
        cells: `(samples, seeds)`, NaN where a seed has no value of a sample; `(samples,)` of one.
        least, most: the smallest and the largest value that exists.
        threshold: with which a word compares it: drawn anew, up to 40,000 times, where 2,000 draws
            leave it borderline.
    Raises ValueError without samples.
    """
    table = _columns(cells)
    return _until_clear(lambda draws: mean_ends(table, least, most, draws), len(table), threshold)


def gain_estimate(
    first: np.ndarray,
    second: np.ndarray,
    least: float,
    most: float,
    threshold: float | None = None,
) -> Estimate | None:
    """By what share the mean of `first` exceeds that of `second` on the same samples.

    Args: first, second: as `cells` of `mean_estimate`, the same samples and seeds, from `least`,
        0 or more, to `most`. threshold: as there.
    Returns: None where `second` averages 0.
    """
    one, other = _columns(first), _columns(second)
    if not np.nanmax(other) > 0:
        return None
    return _until_clear(
        lambda draws: gain_ends(one, other, least, most, draws), len(one), threshold
    )


def _columns(cells: np.ndarray) -> np.ndarray:
    cells = np.asarray(cells, float)
    return cells.reshape(len(cells), -1, 1)


def _until_clear(made: Callable[[int], Ends], samples: int, threshold: float | None) -> Estimate:
    found = _one(made(DRAWS))
    more = draws_for(samples)
    if threshold is None or more == DRAWS or found.against(threshold) != "borderline":
        return found
    return _one(made(more))


def _one(ends: Ends) -> Estimate:
    ends_and_error = (ends.value, ends.low, ends.high, ends.error)
    return Estimate(*(round(float(part[0]), 12) for part in ends_and_error), float(ends.p[0]))
