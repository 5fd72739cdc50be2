"""Shares of samples with their intervals, and tables of samples by seeds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.metrics.intervals.crossed import crossed
from core.metrics.intervals.shares import share_interval
from core.wording import percent


@dataclass(frozen=True)
class Share:
    """A share of samples with its 95 % interval (fractions) and the number of samples."""

    value: float
    low: float
    high: float
    n: int

    @property
    def text(self) -> str:
        """For sentences: `3 % of 100 samples`, `none of 100 samples`."""
        return f"{percent(self.value) if self.value else 'none'} of {self.n} samples"


def share_of(values: pd.Series) -> Share:
    """Share of samples for which something holds, seeds and targets averaged within a sample.

    Args: values: bool or fractions, indexed by `sample` and any other level, `seed` among them.
    Raises ValueError when there is none.
    """
    if not len(values):
        raise ValueError("a share needs at least one sample")
    table = by_sample_and_seed(values)
    low, high = share_interval(table, len(values))
    return Share(float(crossed(table).mean[0]), low, high, len(table))


def by_sample_and_seed(values: pd.Series) -> np.ndarray:
    """`(samples, seeds)`, samples and seeds in rising order; NaN where a seed has no such sample.

    Args: values: indexed by `sample` and any other level; what lies under one sample and seed is
        averaged. Without a level `seed` there is one seed.
    """
    known = values.astype(float)
    if "seed" not in known.index.names:
        return known.groupby(level="sample").mean().to_numpy()[:, None]
    return known.groupby(level=["sample", "seed"]).mean().unstack("seed").to_numpy()
