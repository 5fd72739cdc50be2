"""Success rate and robustness (Eq. 11 of DD) from attacked pairs, one value a sample.

A pair is one row: an input, a target, what the attack did. Averages run over whole samples,
seeds first within a sample.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.metrics.statistics import mean_interval


def per_sample(rows: pd.DataFrame, budget: int, n_features: int) -> pd.DataFrame:
    """One row per (seed, sample) of one network and attack.

    Args:
        rows: `seed, sample, label, predicted_clean, success, status, l0, iterations`.
        budget: features that the attack may change; a sample that no target could move counts
            as this many (censored). n_features: of one input.

    Returns: columns `seed, sample, success_rate, rho` (fractions), `censored, zero_gradient,
    clean_right` (bool), `already` (fraction of pairs).
    """
    already = rows["status"] == "already"
    vanished = (rows["status"] == "zero_gradient") & (rows["iterations"] == 0)
    frame = rows.assign(
        distance=np.where(rows["success"], rows["l0"], budget) / n_features,
        already=already,
        clean_right=rows["predicted_clean"] == rows["label"],
        attacked=~already,
        vanished=vanished,
    )
    groups = frame.groupby(["seed", "sample"], sort=True)
    table = groups.agg(
        success_rate=("success", "mean"),
        rho=("distance", "min"),
        moved=("success", "max"),
        already=("already", "mean"),
        clean_right=("clean_right", "first"),
        attacked=("attacked", "sum"),
        vanished=("vanished", "sum"),
    ).reset_index()
    table["censored"] = ~table["moved"].astype(bool)
    # A pair that is a success from the start needs no gradient; the others decide.
    table["zero_gradient"] = (table["attacked"] > 0) & (table["vanished"] == table["attacked"])
    return table[
        [
            "seed",
            "sample",
            "success_rate",
            "rho",
            "censored",
            "zero_gradient",
            "clean_right",
            "already",
        ]
    ]


def summarize(rows: pd.DataFrame, budget: int, n_features: int) -> dict:
    """Success rate, robustness and their intervals over samples, of one network and attack.

    Args: as `per_sample`, and `l1, l2, linf`. Returns: JSON values; rates and rho are fractions,
    `mean_l1`, `mean_l2`, `mean_linf` average the pairs that succeeded by changing something.
    """
    table = per_sample(rows, budget, n_features)
    samples = seeds_averaged(table)
    moved = rows[rows["success"] & (rows["status"] != "already")]
    clean = table[table["clean_right"]]
    success_low, success_high = mean_interval(samples["success_rate"].to_numpy(), 0, 1)
    cap = budget / n_features
    rho_low, rho_high = mean_interval(samples["rho"].to_numpy(), 0, cap)
    return {
        "samples": len(samples),
        "pairs": len(rows),
        "success_rate": float(samples["success_rate"].mean()),
        "success_low": success_low,
        "success_high": success_high,
        "already_rate": float(samples["already"].mean()),
        "rho": float(samples["rho"].mean()),
        "rho_low": rho_low,
        "rho_high": rho_high,
        "rho_clean_only": float(clean["rho"].mean()) if len(clean) else None,
        "censored": float(samples["censored"].mean()),
        "zero_gradient_samples": float(samples["zero_gradient"].mean()),
        **{
            f"mean_{norm}": float(moved[norm].mean()) if len(moved) else None
            for norm in ("l1", "l2", "linf")
        },
    }


def seeds_averaged(table: pd.DataFrame) -> pd.DataFrame:
    """Average a `per_sample` table over seeds: one row a sample, indexed by it."""
    columns = ["success_rate", "rho", "censored", "zero_gradient", "already"]
    return table.groupby("sample", sort=True)[columns].mean()


def paired_difference(first: pd.DataFrame, second: pd.DataFrame, metric: str, most: float) -> dict:
    """Mean of `first` minus `second`, paired by sample, with its interval.

    Args:
        first, second: as `seeds_averaged`; only samples in both count.
        metric: `rho` or `success_rate`. most: the largest value that the metric can take.

    Returns: `difference, low, high, n, detected` (the interval leaves out 0).
    """
    values = (first[metric] - second[metric]).dropna().to_numpy()
    low, high = mean_interval(values, -most, most)
    return {
        "difference": float(values.mean()),
        "low": low,
        "high": high,
        "n": len(values),
        "detected": bool(low > 0 or high < 0),
    }
