"""What two networks differ in on the inputs that both get right: differences and gains.

Samples are paired, and seeds where the two have any in common. Where no attack moved a sample its
distance is known only to lie between the cap and the largest that exists: an interval's lower end
takes the first network's at the cap and the second's at the largest, its upper end the reverse.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.metrics.intervals.crossed import crossed
from core.metrics.intervals.estimates import Estimate, gain_estimate, mean_estimate
from core.metrics.intervals.paired import paired_shares
from core.metrics.intervals.words import Decision, decided
from core.metrics.shares import by_sample_and_seed


@dataclass(frozen=True)
class Compared:
    """One network's number minus another's, on the same samples.

    Attributes:
        difference: with no sample that was not moved farther than its cap. low, high: its
            interval, which holds wherever such samples may lie.
        n: number of samples. p: p-value of no difference.
        bounded: some sample was moved by no attack.
        word: on which side of 0 it lies. content: what was compared, sample by sample: the same
            where two comparisons are one.
    """

    difference: float
    low: float
    high: float
    n: int
    p: float
    bounded: bool
    word: Decision
    content: bytes

    @property
    def fields(self) -> dict[str, Any]:
        """By the names that it has in results.json."""
        names = ("difference", "low", "high", "n", "p", "bounded")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class Gain:
    """By what share one mean exceeds another; the ends None where nothing bounds it.

    Attributes: error: Monte-Carlo standard error of the ends.
    """

    value: float
    low: float | None
    high: float | None
    error: float


NONE = Gain(0.0, 0.0, 0.0, 0.0)
"""Of a network over itself."""


def difference(
    first: pd.DataFrame, second: pd.DataFrame, column: str, cap: float, most: float
) -> Compared | None:
    """Mean of a distance on one network minus that on another.

    Args:
        first, second: one row a (seed, sample) that the network gets right: `seed, sample,
            censored` and `column`. cap: what a sample counts that was not moved. most: the largest
            distance that exists, in units of `column`.
    Returns: None where no sample is right in both.
    """
    tables = of_both(first, second, column, most)
    if tables is None:
        return None
    (one, one_far), (other, other_far) = tables
    value = one - other
    if not (np.nanmax(one_far - one) > 0 or np.nanmax(other_far - other) > 0):
        found = mean_estimate(value, -cap, cap, threshold=0.0)
        return _compared(found, found, found.value, value, bounded=False)
    least, largest = (
        mean_estimate(values, -most, most, threshold=0.0)
        for values in (one - other_far, one_far - other)
    )
    return _compared(least, largest, float(crossed(value).mean[0]), value, bounded=True)


def success_difference(first: pd.Series, second: pd.Series) -> Compared | None:
    """Share of pairs that one attack reached on a network minus that on another.

    Args: first, second: bool, indexed by `seed, sample` and any other level, of inputs that the
        network gets right.
    Returns: None where no pair is in both.
    """
    if not first.index.unique("seed").isin(second.index.unique("seed")).any():
        return _unlike_seeds(first, second)
    both = pd.DataFrame({"first": first, "second": second}).dropna().astype(bool)
    if not len(both):
        return None
    only = [
        by_sample_and_seed(both["first"] & ~both["second"]),
        by_sample_and_seed(both["second"] & ~both["first"]),
    ]
    (low,), (high,), (p,) = paired_shares(*(each[..., None] for each in only), len(both))
    value = float(crossed(only[0] - only[1]).mean[0])
    low, high = (round(float(end), 12) for end in (low, high))
    content = b"".join(np.ascontiguousarray(each).tobytes() for each in only)
    word = decided(low, high, 0.0)
    return Compared(value, low, high, len(only[0]), float(p), False, word, content)


def _unlike_seeds(first: pd.Series, second: pd.Series) -> Compared | None:
    """Networks of other seeds: what each sample's seeds average."""
    one, other = (each.astype(float).groupby(level="sample").mean() for each in (first, second))
    values = (one - other).dropna().to_numpy()
    if not len(values):
        return None
    found = mean_estimate(values, -1.0, 1.0, threshold=0.0)
    return _compared(found, found, found.value, values, bounded=False)


def gain(
    first: pd.DataFrame, second: pd.DataFrame, column: str, cap: float, most: float
) -> Gain | None:
    """By what share the mean of a distance on one network exceeds that on another.

    Args: as `difference`. Returns: None where no sample is right in both, or `second` averages 0.
    """
    tables = of_both(first, second, column, most)
    if tables is None:
        return None
    (one, one_far), (other, other_far) = tables
    found = gain_estimate(one, other, 0.0, cap, threshold=0.0)
    if found is None:
        return None
    least = largest = found
    if np.nanmax(one_far - one) > 0 or np.nanmax(other_far - other) > 0:
        least = gain_estimate(one, other_far, 0.0, most, threshold=0.0) or found
        largest = gain_estimate(one_far, other, 0.0, most, threshold=0.0) or found
    if not np.isfinite(largest.high):
        return Gain(found.value, None, None, 0.0)
    return Gain(found.value, least.low, largest.high, max(least.error, largest.error))


def increase(found: Gain | None) -> dict[str, float | None]:
    """A gain by the names that it has in results.json."""
    return {
        "rho_increase": None if found is None else found.value,
        "rho_increase_low": None if found is None else found.low,
        "rho_increase_high": None if found is None else found.high,
        "rho_increase_error": None if found is None or found.low is None else found.error,
    }


Tables = tuple[np.ndarray, np.ndarray]
"""`(samples, seeds)`: samples that were not moved at the cap, and at the largest distance."""


def of_both(
    first: pd.DataFrame, second: pd.DataFrame, column: str, most: float
) -> tuple[Tables, Tables] | None:
    """Two networks' numbers over the inputs that both get right, as tables of the same shape.

    The networks of one seed are held against each other; where the two have no seed in common,
    what each gets right of a sample is averaged, as if it were one network.
    """
    sides = [
        pd.DataFrame(
            {"near": each[column], "far": each[column].where(~each["censored"], most)}
        ).set_index(pd.MultiIndex.from_frame(each[["sample", "seed"]]))
        for each in (first, second)
    ]
    if not first["seed"].isin(second["seed"]).any():
        sides = [
            each.groupby(level="sample").mean().assign(seed=0).set_index("seed", append=True)
            for each in sides
        ]
    shared = sides[0].index.intersection(sides[1].index)
    if not len(shared):
        return None
    one, other = (
        (by_sample_and_seed(each["near"].loc[shared]), by_sample_and_seed(each["far"].loc[shared]))
        for each in sides
    )
    return one, other


def _compared(
    least: Estimate, largest: Estimate, value: float, content: np.ndarray, *, bounded: bool
) -> Compared:
    """From the comparison with the smallest and that with the largest distances."""
    deciding, end = (least, least.low) if value > 0 else (largest, largest.high)
    ends = (end, np.inf) if value > 0 else (-np.inf, end)
    turned = deciding.value * value <= 0
    return Compared(
        difference=value,
        low=least.low,
        high=largest.high,
        n=len(content),
        p=1.0 if turned else deciding.p,
        bounded=bounded,
        word=decided(*ends, 0.0, deciding.error),
        content=np.ascontiguousarray(content).tobytes(),
    )
