"""Shares of samples with their intervals, as the checks of an evaluation count them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.metrics.statistics import mean_interval, wilson
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

    Args: values: bool or fractions, indexed by `sample` and any other level.
    Raises ValueError when there is none.
    """
    if not len(values):
        raise ValueError("a share needs at least one sample")
    each = values.astype(float).groupby(level="sample").mean().to_numpy()
    mean = float(each.mean())
    whole = np.isin(each, (0.0, 1.0)).all()
    low, high = wilson(mean, len(each)) if whole else mean_interval(each, 0, 1)
    return Share(mean, low, high, len(each))
