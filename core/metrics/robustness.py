"""Success rate and robustness (Eq. 11 of DD) from attacked pairs, one value a sample.

A pair is one row: an input, a target, what the attack did. Averages run over whole samples,
seeds first within a sample.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.metrics.statistics import draw_means, mean_interval, percentiles
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
    n, span, cap = extent.l0, extent.linf, measure.cap
    allowed = {
        "l0": {"l0": cap, "l1": cap * span, "l2": cap**0.5 * span, "linf": span},
        "l1": {"l0": n, "l1": cap, "l2": cap, "linf": cap},
        "l2": {"l0": n, "l1": n**0.5 * cap, "l2": cap, "linf": cap},
        "linf": {"l0": n, "l1": n * cap, "l2": n**0.5 * cap, "linf": cap},
    }[measure.distance]
    return {name: min(allowed[name], extent.of(name)) for name in DISTANCES}


def per_sample(rows: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """One row per (seed, sample) of one network and attack.

    Args:
        rows: `seed, sample, label, predicted_clean, success, status, iterations` and the
            measure's distance.

    Returns: columns `seed, sample, success_rate, rho` (fractions), `censored, zero_gradient,
    clean_right` (bool), `already` (fraction of pairs).
    """
    rows = rows.sort_values(["seed", "sample"], kind="stable")
    seed, sample = rows["seed"].to_numpy(), rows["sample"].to_numpy()
    first = np.flatnonzero(np.r_[True, (seed[1:] != seed[:-1]) | (sample[1:] != sample[:-1])])
    pairs = np.diff(np.r_[first, len(rows)])
    success = rows["success"].to_numpy(bool)
    already = (rows["status"] == "already").to_numpy()
    vanished = ((rows["status"] == "zero_gradient") & (rows["iterations"] == 0)).to_numpy()
    reach = np.where(success, rows[measure.distance].to_numpy(float), measure.cap)
    clean_right = (rows["predicted_clean"] == rows["label"]).to_numpy()

    def count(flags: np.ndarray) -> np.ndarray:
        return np.add.reduceat(flags.astype(np.int64), first)

    # A pair that is a success from the start needs no gradient; the others decide.
    attacked = pairs - count(already)
    return pd.DataFrame(
        {
            "seed": seed[first],
            "sample": sample[first],
            "success_rate": count(success) / pairs,
            "rho": np.minimum(np.minimum.reduceat(reach, first), measure.most) / measure.most,
            "censored": count(success) == 0,
            "zero_gradient": (attacked > 0) & (count(vanished) == attacked),
            "clean_right": clean_right[first],
            "already": count(already) / pairs,
        }
    )


def summarize(rows: pd.DataFrame, measure: Measure, every_target: bool = True) -> dict:
    """Success rate, robustness and their intervals over samples, of one network and attack.

    Args:
        rows, measure: as `per_sample`, and all of `DISTANCES`.
        every_target: False where the targets of a sample stopped at the first success: what
            averages over pairs was then not measured, and is None.

    Returns: JSON values; rates and rho are
    fractions, `mean_l1`, `mean_l2`, `mean_linf` average the pairs that succeeded by changing
    something.
    """
    table = per_sample(rows, measure)
    samples = seeds_averaged(table)
    moved = rows[rows["success"] & (rows["status"] != "already")]
    clean = table[table["clean_right"]]
    cap = measure.cap / measure.most
    rho_low, rho_high = mean_interval(samples["rho"].to_numpy(), 0, cap)
    return {
        "distance": measure.distance,
        "samples": len(samples),
        "pairs": len(rows),
        **_success(samples, every_target),
        "already_rate": float(samples["already"].mean()),
        "rho": float(samples["rho"].mean()),
        "rho_low": rho_low,
        "rho_high": rho_high,
        "rho_cap": cap,
        "rho_clean_only": float(clean["rho"].mean()) if len(clean) else None,
        "censored": float(samples["censored"].mean()),
        "zero_gradient_samples": float(samples["zero_gradient"].mean()),
        **{
            f"mean_{norm}": float(moved[norm].mean()) if len(moved) and every_target else None
            for norm in ("l1", "l2", "linf")
        },
    }


def _success(samples: pd.DataFrame, every_target: bool) -> dict:
    if not every_target:
        return dict.fromkeys(("success_rate", "success_low", "success_high"))
    low, high = mean_interval(samples["success_rate"].to_numpy(), 0, 1)
    rate = float(samples["success_rate"].mean())
    return {"success_rate": rate, "success_low": low, "success_high": high}


def in_every_distance(
    rows: pd.DataFrame, measure: Measure, extent: Extent, every_target: bool = True
) -> dict[Distance, Spread]:
    """Eq. 11 in each distance, in its own units: the mean over samples of the least distance.

    Args: as `summarize`. Returns: by distance; l0 counts features, the
    others are in fractions of each feature's range. Without every target only the attack's own
    distance: a target that was stopped might have been the nearest in another.
    """
    found: dict[Distance, Spread] = {}
    for name, cap in caps(measure, extent).items():
        if not every_target and name != measure.distance:
            continue
        table = per_sample(rows, Measure(name, cap, extent.of(name)))
        values = seeds_averaged(table)["rho"].to_numpy() * extent.of(name)
        low, high = mean_interval(values, 0, extent.of(name))
        found[name] = Spread(mean=float(values.mean()), low=low, high=high)
    return found


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


def relative_increase(
    first: pd.Series, second: pd.Series
) -> tuple[float | None, float | None, float | None]:
    """By what share the mean of `first` exceeds that of `second`, with its interval.

    Args: one value a sample, indexed by sample; only samples in both count, drawn together.
    Returns: increase, low, high; low and high None where a draw leaves nothing to divide by,
    all None where `second` averages 0.
    """
    both = pd.concat([first, second], axis=1, join="inner").to_numpy(float)
    means = both.mean(0)
    if not means[1] > 0:
        return None, None, None
    increase = float(means[0] / means[1] - 1)
    drawn = draw_means(both)
    if not (drawn[:, 1] > 0).all():
        return increase, None, None
    low, high = percentiles(drawn[:, 0] / drawn[:, 1] - 1)
    return increase, float(low), float(high)
