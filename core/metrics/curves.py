"""Security curves: success rate against the budget of the attacker. No plotting.

A failed attack never succeeds at any budget; nothing is counted at a cap here.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.metrics.intervals.crossed import crossed
from core.metrics.intervals.shares import share_intervals
from core.model.base import DISTANCES

GRID_POINTS = 60
MOST_STEPS = 200
SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)
"""Of the pairs, of which `quantiles` gives the budget."""
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


def budgets(rows: pd.DataFrame, distance: str, grid: np.ndarray) -> np.ndarray:
    """Where the curve of an attack that looks for the closest example has its points.

    L0 steps only where a pair succeeded: at every such number of features, thinned evenly where
    there are more than 200. Other distances have the grid up to the farthest success, and that.

    Args: rows: as `security_curve`. grid: as `default_grid`. Returns: rising from 0.
    """
    reached = np.unique(rows.loc[rows["success"].astype(bool), distance].to_numpy(np.float64))
    if not len(reached):
        return np.zeros(1)
    if distance != "l0":
        return np.r_[grid[grid < reached[-1]], reached[-1]]
    kept = np.linspace(0, len(reached) - 1, min(len(reached), MOST_STEPS)).round().astype(int)
    return np.unique(np.r_[0.0, reached[kept]])


def quantiles(
    rows: pd.DataFrame, distance: str, shares: Sequence[float] = SHARES
) -> list[float | None]:
    """The smallest budget at which each share of the pairs succeeds; None where it never does.

    A distance of one of the pairs, never one between them. Pairs weigh as in the success rate:
    targets within a sample and seed first, then seeds within a sample.

    Args: rows: as `security_curve`.
    """
    pairs = rows.groupby(["sample", "seed"])["success"].transform("size")
    first = rows.drop_duplicates(["sample", "seed"]).groupby("sample").size()
    weight = 1 / (pairs * rows["sample"].map(first) * len(first)).to_numpy(np.float64)
    won = rows["success"].to_numpy(bool)
    order = np.argsort(rows[distance].to_numpy(np.float64)[won], kind="stable")
    far = rows[distance].to_numpy(np.float64)[won][order]
    total = np.cumsum(weight[won][order])
    # Sums of ninths are not exact; half a pair is never lost by this.
    places = [int(np.searchsorted(total, share - 1e-9)) for share in shares]
    return [float(far[place]) if place < len(far) else None for place in places]


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
