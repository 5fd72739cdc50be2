"""Robust accuracy: what stays right within a budget, the misclassified counted as lost.

The only numbers in which inputs count that were wrong from the start.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.metrics import counted
from core.metrics.curves import within
from core.metrics.shares import Share, share_of
from core.model.base import Distance


def moved(rows: pd.DataFrame, distance: Distance, budget: float) -> np.ndarray:
    """Whether each pair moved an input that was right away from its label, within the budget.

    Args: rows: of one network under any attacks, misclassified inputs among them: `label,
    predicted_clean, predicted, success` and the column named by `distance`.
    """
    wrong = rows["success"].to_numpy(bool) & (rows["predicted"] != rows["label"]).to_numpy()
    return counted.right(rows) & wrong & within(rows[distance].to_numpy(float), budget)


def stays(rows: pd.DataFrame, distance: Distance, budget: float) -> Share:
    """Share of samples that stay right, with its interval.

    Args: as `moved`, and `seed, sample`.

    Source: Croce et al., RobustBench, arXiv 2010.09670.
    """
    lost = pd.Series(moved(rows, distance, budget) | ~counted.right(rows), index=rows.index)
    return share_of(1 - lost.groupby([rows["seed"], rows["sample"]]).max().astype(float))
