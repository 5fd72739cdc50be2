"""Which words an interval allows: a side of a threshold, and Holm's correction for many."""

from __future__ import annotations

from typing import Literal

import numpy as np

Decision = Literal["below", "above", "not decided", "borderline"]

NEAR = 10.0
"""An end counts as decided only this many Monte-Carlo errors away from a threshold."""

LEVEL = 0.05
"""Chance at which a report without any effect may hold a word that says there is one."""


def decided(low: float, high: float, threshold: float, error: float = 0.0) -> Decision:
    """On which side of a threshold the whole interval lies.

    `below`: its upper end is under the threshold; `above`: its lower end is over it;
    `borderline`: another draw of the bootstrap might move an end across it, because the end's
    Monte-Carlo error is more than a tenth of its distance from the threshold; else `not decided`.

    Args: low, high: ends of the interval. error: Monte-Carlo standard error of the ends, in
        their units; 0 where nothing was drawn. An end on the threshold decides nothing.
    Raises ValueError for ends in the wrong order or an error below 0.
    """
    if not low <= high or not error >= 0:
        raise ValueError(f"expected low <= high and an error of 0 or more: {low}, {high}, {error}")
    near = min(abs(low - threshold), abs(high - threshold))
    if error > 0 and near < NEAR * error:
        return "borderline"
    if high < threshold:
        return "below"
    return "above" if low > threshold else "not decided"


def holm(p_values: list[float]) -> list[float]:
    """P-values corrected for how many are judged together: each is at most its own chance of a
    false word among all.

    Returns: adjusted p-values in the order given, each at least as large as it was; a word may
    be said where it is at most `LEVEL`.
    Raises ValueError for a value outside [0, 1].

    Source: Holm, Scandinavian Journal of Statistics 6 (1979).
    """
    values = np.asarray(p_values, float)
    if not ((values >= 0) & (values <= 1)).all():
        raise ValueError(f"p-values lie between 0 and 1, got {p_values}")
    order = np.argsort(values, kind="stable")
    scaled = values[order] * np.arange(len(values), 0, -1)
    adjusted = np.empty_like(values)
    adjusted[order] = np.maximum.accumulate(np.minimum(scaled, 1.0)) if len(values) else scaled
    return adjusted.tolist()
