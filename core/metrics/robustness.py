"""Success rate and robustness (Eq. 11 of DD) from attacked pairs, one value a sample.

A pair is one row: an input that the network gets right (`core.metrics.counted`), a target, what
the attack did. Averages run over whole samples, seeds first within a sample.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.metrics import counted
from core.metrics.intervals.crossed import crossed
from core.metrics.intervals.estimates import mean_estimate
from core.metrics.intervals.shares import share_interval
from core.metrics.shares import by_sample_and_seed
from core.model.base import DISTANCES, Distance
from core.model.data import Extent
from core.model.rows import Spread


@dataclass(frozen=True)
class Measure:
    """How one attack's robustness is measured.

    Args:
        distance: `l0`, `l1`, `l2` or `linf`, the distance that the attack keeps small.
        cap: the largest distance that its budget allows; a sample that no target could move
            counts as this much (censored). Without a budget: `most`.
        most: the largest distance that an attack can go; rho is a share of it, for `l0` a share
            of the features that may change.
    """

    distance: Distance
    cap: float
    most: float


def measure_of(distance: Distance, budget: float | None, extent: Extent) -> Measure:
    """How the robustness under an attack is measured.

    Args:
        distance: that the attack keeps small. budget: the most of it that the attack may spend;
            None where it is not limited. extent: the largest distances that exist.
    """
    most = extent.of(distance)
    return Measure(distance, most if budget is None else min(float(budget), most), most)


def caps(measure: Measure, extent: Extent) -> dict[Distance, float]:
    """What a sample that was not moved counts in each distance: the most the budget allows.

    Args: measure: of the attack.
    """
    n, span, cap, most = extent.count, extent.linf, measure.cap, extent.l0
    # By cost, no number of features follows from a budget.
    few = n if extent.features is not None else cap
    allowed = {
        "l0": {"l0": cap, "l1": few * span, "l2": few**0.5 * span, "linf": span},
        "l1": {"l0": most, "l1": cap, "l2": cap, "linf": cap},
        "l2": {"l0": most, "l1": n**0.5 * cap, "l2": cap, "linf": cap},
        "linf": {"l0": most, "l1": n * cap, "l2": n**0.5 * cap, "linf": cap},
    }[measure.distance]
    return {name: min(allowed[name], extent.of(name)) for name in DISTANCES}


def per_sample(rows: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """One row per (seed, sample) of one network and attack.

    Args:
        rows: `seed, sample, success, status, iterations` and the measure's distance, of inputs
            that the network gets right.

    Returns: columns `seed, sample, success_rate, rho` (fractions), `censored, zero_gradient`
    (bool); without rows none.
    """
    rows = rows.sort_values(["seed", "sample"], kind="stable")
    seed, sample = rows["seed"].to_numpy(), rows["sample"].to_numpy()
    new = (seed[1:] != seed[:-1]) | (sample[1:] != sample[:-1])
    first = np.flatnonzero(np.r_[True, new][: len(rows)])
    success = rows["success"].to_numpy(bool)
    vanished = ((rows["status"] == "zero_gradient") & (rows["iterations"] == 0)).to_numpy()
    reach = np.where(success, rows[measure.distance].to_numpy(float), measure.cap)
    pairs = np.diff(np.r_[first, len(rows)])

    def count(flags: np.ndarray) -> np.ndarray:
        return np.add.reduceat(flags.astype(np.int64), first) if len(first) else first

    nearest = np.minimum.reduceat(reach, first) if len(first) else reach
    return pd.DataFrame(
        {
            "seed": seed[first],
            "sample": sample[first],
            "success_rate": count(success) / pairs,
            "rho": np.minimum(nearest, measure.most) / measure.most,
            "censored": count(success) == 0,
            "zero_gradient": count(vanished) == pairs,
        }
    )


def summarize(rows: pd.DataFrame, measure: Measure, every_target: bool = True) -> dict:
    """Success rate, robustness and their intervals over samples, of one network and attack.

    Args:
        rows, measure: as `per_sample`, and all of `DISTANCES`.
        every_target: False where the targets of a sample stopped at the first success: what
            averages over pairs was then not measured, and is None.

    Returns: JSON values; rates and rho are fractions, None where the network gets no input right;
    `mean_l1`, `mean_l2`, `mean_linf` average the pairs that succeeded.
    """
    samples = per_sample(rows, measure).set_index(["sample", "seed"])
    moved = rows[rows["success"].astype(bool)]
    cap = measure.cap / measure.most
    return {
        "distance": measure.distance,
        "samples": samples.index.unique("sample").size,
        "inputs": counted.inputs(rows),
        "pairs": len(rows),
        "successes": len(moved) if every_target else None,
        **_success(samples["success_rate"], len(rows), every_target),
        **_rho(samples, cap),
        "censored": _share(samples["censored"]),
        "zero_gradient_samples": _share(samples["zero_gradient"]),
        **{
            f"mean_{norm}": float(moved[norm].mean()) if len(moved) and every_target else None
            for norm in ("l1", "l2", "linf")
        },
    }


def _rho(samples: pd.DataFrame, cap: float) -> dict:
    """Robustness with its interval, and the upper end wherever samples lie that did not move."""
    if not len(samples):
        return dict.fromkeys(("rho", "rho_low", "rho_high", "rho_most")) | {"rho_cap": cap}
    near = mean_estimate(by_sample_and_seed(samples["rho"]), 0, cap)
    most = None
    if samples["censored"].any():
        far = samples["rho"].where(~samples["censored"], 1.0)
        most = mean_estimate(by_sample_and_seed(far), 0, 1).high
    return {
        "rho": near.value,
        "rho_low": near.low,
        "rho_high": near.high,
        "rho_most": most,
        "rho_cap": cap,
    }


def _share(values: pd.Series) -> float | None:
    return (
        float(values.astype(float).groupby(level="sample").mean().mean()) if len(values) else None
    )


def _success(shares: pd.Series, pairs: int, every_target: bool) -> dict:
    if not every_target or not len(shares):
        return dict.fromkeys(("success_rate", "success_low", "success_high"))
    table = by_sample_and_seed(shares)
    low, high = share_interval(table, pairs)
    rate = float(crossed(table).mean[0])
    return {"success_rate": rate, "success_low": low, "success_high": high}


def in_every_distance(
    rows: pd.DataFrame, measure: Measure, extent: Extent, every_target: bool = True
) -> dict[Distance, Spread]:
    """Eq. 11 in each distance, in its own units: the mean over samples of the least distance.

    Args: as `summarize`. Returns: by distance; l0 counts features (by their costs where they have
    any), the others are in the unit of distances. Without every target only the attack's own
    distance: a target that was stopped might have been the nearest in another. {} without rows.
    """
    found: dict[Distance, Spread] = {}
    if not len(rows):
        return found
    for name, cap in caps(measure, extent).items():
        if not every_target and name != measure.distance:
            continue
        table = per_sample(rows, Measure(name, cap, extent.of(name)))
        values = by_sample_and_seed(table.set_index(["sample", "seed"])["rho"])
        mean = mean_estimate(values * extent.of(name), 0, extent.of(name))
        found[name] = Spread(mean=mean.value, low=mean.low, high=mean.high)
    return found
