"""Which inputs an attack is measured on: those that the network gets right. The only place."""

from __future__ import annotations

import numpy as np
import pandas as pd


def right(rows: pd.DataFrame) -> np.ndarray:
    """Whether the network answers the unperturbed input of each row with its label.

    An input that is wrong from the start was not attacked, whatever stands in its rows: it counts
    in no rate, mean, curve, matrix or detector, and is counted beside them. Robust accuracy alone
    counts it, as lost.

    Args: rows: `label, predicted_clean`. Returns: bool `(rows,)`.
    """
    return (rows["predicted_clean"] == rows["label"]).to_numpy(bool)


def inputs(rows: pd.DataFrame) -> int:
    """Number of inputs of these rows; each network of a seed counts by itself.

    Args: rows: `seed, sample`.
    """
    return len(rows[["seed", "sample"]].drop_duplicates())
