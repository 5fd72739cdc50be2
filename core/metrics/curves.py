"""Security curves: success rate against the budget of the attacker. No plotting.

A failed attack never succeeds at any budget; nothing is counted at a cap here.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.metrics.intervals.crossed import crossed
from core.metrics.intervals.shares import share_intervals
from core.model.base import DISTANCES

GRID_POINTS = 60
ROUNDING = 1e-5
"""Relative slack of a budget: an attack that steps exactly to it lands beside it in float32."""


def default_grid(distance: str, n_features: int, scale: float = 1.0) -> np.ndarray:
    """Budgets from 0 to the largest distance that two inputs can have.

    Spaced by cubes, because the budgets that matter lie near 0: of 784 features, the step at an
    L0 of 20 is 4.

    Args:
        distance: one of `DISTANCES`. n_features: of one input.
        scale: highest minus lowest value of a feature; L0 does not depend on it.

    Returns: float64 `(points,)`, increasing from 0; whole numbers for L0.
    Raises ValueError for another distance.
    """
    if distance not in DISTANCES:
        raise ValueError(f"distance must be one of {DISTANCES}, got {distance!r}")
    largest = {
        "l0": float(n_features),
        "l1": scale * n_features,
        "l2": scale * np.sqrt(n_features),
        "linf": scale,
    }[distance]
    grid = largest * (np.arange(GRID_POINTS + 1) / GRID_POINTS) ** 3
    return np.unique(np.ceil(grid)) if distance == "l0" else grid


def within(distances: np.ndarray, budget: float) -> np.ndarray:
    """Whether each distance is at most the budget, float32 rounding forgiven.

    Args: distances: `(pairs,)`, in the units of `budget`. Returns: bool `(pairs,)`.
    """
    return np.asarray(distances) <= budget * (1 + ROUNDING) + 1e-7


def security_curve(
    rows: pd.DataFrame, distance: str, grid: np.ndarray, any_target: bool = False
) -> pd.DataFrame:
    """Success rate at every budget, of one attack on one network.

    Args:
        rows: `seed, sample, label, predicted, success` and the column `distance`; one row an
            attacked pair, targeted or untargeted, of inputs that the network gets right.
        distance: one of `DISTANCES`. grid: budgets in its units.
        any_target: False counts pairs (the attacker must reach the target of the pair); True
            counts samples moved away from their label by whichever target.

    Returns: columns `budget, success_rate, low, high` (fractions) and `samples`; intervals as
    those of a success rate.
    Raises ValueError without rows.

    Source: Biggio & Roli, Pattern Recognition 84 (2018), "security evaluation curves".
    """
    if not len(rows):
        raise ValueError("a security curve needs at least one attacked pair")
    counts = rows["success"].to_numpy(bool)
    if any_target:
        counts = counts & (rows["predicted"] != rows["label"]).to_numpy()
    reached = np.where(counts, rows[distance].to_numpy(np.float64), np.inf)
    order = np.lexsort((rows["seed"], rows["sample"]))
    sample, seed = rows["sample"].to_numpy()[order], rows["seed"].to_numpy()[order]
    new_sample = np.r_[True, sample[1:] != sample[:-1]]
    first = np.flatnonzero(new_sample | np.r_[True, seed[1:] != seed[:-1]])
    hits = np.stack([within(reached[order], budget) for budget in grid], axis=1).astype(float)
    combine = np.maximum if any_target else np.add
    by_seed = combine.reduceat(hits, first)
    if not any_target:
        by_seed /= np.diff(np.r_[first, len(hits)])[:, None]
    seeds, column = np.unique(seed[first], return_inverse=True)
    cells = np.full((int(new_sample.sum()), len(seeds), len(grid)), np.nan)
    cells[np.cumsum(new_sample)[first] - 1, column] = by_seed
    low, high = share_intervals(cells, len(first) if any_target else len(hits))
    return pd.DataFrame(
        {
            "budget": np.asarray(grid, float),
            "success_rate": crossed(cells).mean,
            "low": low,
            "high": high,
            "samples": len(cells),
        }
    )
