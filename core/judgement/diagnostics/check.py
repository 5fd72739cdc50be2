"""The result of one check, and how far noise goes. No check lives here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.metrics.statistics import mean_interval, wilson
from core.wording import percent

PASS, FAIL, NOT_RUN = "pass", "fail", "not run"

SLACK = 0.05
"""A check that counts samples fails when surely more than this share of them speaks against it."""

ENOUGH = 0.2
"""And it passes only when surely less than this share does: 16 samples without one that does."""

MOST = 0.5
"""Where a coarse answer is enough: more than half."""


@dataclass(frozen=True)
class Check:
    """Outcome of one check: `result` is `pass`, `fail` or `not run`."""

    check: str
    result: str
    number: float | None
    sentence: str


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


def judged(name: str, against: Share, good: str, bad: str, few: str) -> Check:
    """A check that counts the samples that speak against something.

    It fails when surely more than `SLACK` of them do, passes when surely less than `ENOUGH` do,
    and is not run when the samples are too few to tell.

    Args: good, bad: sentences. few: what the check was about, for "too few samples to tell".
    """
    if against.low > SLACK:
        return Check(name, FAIL, against.value, bad)
    if against.high < ENOUGH:
        return Check(name, PASS, against.value, good)
    sentence = (
        f"{against.n} samples are too few to tell {few} ({percent(against.value)}, surely between"
        f" {percent(against.low)} and {percent(against.high)}); attack more (samples)."
    )
    return Check(name, NOT_RUN, against.value, sentence)
