"""The median of distances of which some are only known to exceed a cap, with an exact interval."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.metrics.intervals.crossed import crossed
from core.metrics.intervals.shares import share_interval


@dataclass(frozen=True)
class Median:
    """Each of the three is a distance of one of the samples; None: above what was searched."""

    value: float | None
    low: float | None
    high: float | None


def median(cells: np.ndarray) -> Median:
    """The least distance within which half of the samples lie, and its 95 % interval.

    The interval holds the distances at which that of the share within them holds a half; so it
    needs no model of the distances, and a sample of which only is known that it lies above the
    cap counts as what it is.

    Args:
        cells: `(samples, seeds)`, distances, infinity where it is above what was searched; NaN
            where a seed has no such sample.
    Raises ValueError without samples.

    Source: Brookmeyer and Crowley, Biometrics 38 (1982), 29-41.
    """
    cells = np.asarray(cells, float)
    known = np.unique(cells[np.isfinite(cells)])
    pairs = int((~np.isnan(cells)).sum())
    if not pairs:
        raise ValueError("a median needs at least one sample")

    def within(distance: float) -> np.ndarray:
        return np.where(np.isnan(cells), np.nan, cells <= distance)

    def share(distance: float) -> float:
        # Sums of thirds are not exact; half a sample is never lost by this.
        return float(crossed(within(distance)[..., None]).mean[0]) + 1e-9

    def ends(distance: float, end: int) -> float:
        return share_interval(within(distance), pairs)[end]

    return Median(
        _first(known, lambda at: share(at) >= 0.5),
        _first(known, lambda at: ends(at, 1) >= 0.5),
        _first(known, lambda at: ends(at, 0) >= 0.5),
    )


def _first(known: np.ndarray, holds: Callable[[float], bool]) -> float | None:
    """The smallest of rising distances at which something holds that goes on holding."""
    low, high = 0, len(known)
    while low < high:
        middle = (low + high) // 2
        if holds(float(known[middle])):
            high = middle
        else:
            low = middle + 1
    return float(known[low]) if low < len(known) else None
