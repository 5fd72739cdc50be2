"""Success rate and robustness (Eq. 11 of DD) from attacked pairs, one value a sample.

A pair is one row: an input that the network gets right (`core.metrics.counted`), a target, what
the attack did. Averages run over whole samples, seeds first within a sample.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.metrics import counted
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
    samples = seeds_averaged(per_sample(rows, measure))
    moved = rows[rows["success"].astype(bool)]
    cap = measure.cap / measure.most
    return {
        "distance": measure.distance,
        "samples": len(samples),
        "inputs": counted.inputs(rows),
        "pairs": len(rows),
        "successes": len(moved) if every_target else None,
        **_success(samples, every_target),
        **dict(zip(("rho", "rho_low", "rho_high"), _mean(samples["rho"], cap), strict=True)),
        "rho_cap": cap,
        "censored": _share(samples["censored"]),
        "zero_gradient_samples": _share(samples["zero_gradient"]),
        **{
            f"mean_{norm}": float(moved[norm].mean()) if len(moved) and every_target else None
            for norm in ("l1", "l2", "linf")
        },
    }


def _mean(values: pd.Series, most: float) -> tuple[float | None, float | None, float | None]:
    """The mean of one value a sample with its interval; None without any."""
    if not len(values):
        return None, None, None
    return float(values.mean()), *mean_interval(values.to_numpy(float), 0, most)


def _share(values: pd.Series) -> float | None:
    return float(values.mean()) if len(values) else None


def _success(samples: pd.DataFrame, every_target: bool) -> dict:
    found = _mean(samples["success_rate"], 1) if every_target else (None, None, None)
    return dict(zip(("success_rate", "success_low", "success_high"), found, strict=True))


def in_every_distance(
    rows: pd.DataFrame, measure: Measure, extent: Extent, every_target: bool = True
) -> dict[Distance, Spread]:
    """Eq. 11 in each distance, in its own units: the mean over samples of the least distance.

    Args: as `summarize`. Returns: by distance; l0 counts features, the
    others are in fractions of each feature's range. Without every target only the attack's own
    distance: a target that was stopped might have been the nearest in another. {} without rows.
    """
    found: dict[Distance, Spread] = {}
    if not len(rows):
        return found
    for name, cap in caps(measure, extent).items():
        if not every_target and name != measure.distance:
            continue
        table = per_sample(rows, Measure(name, cap, extent.of(name)))
        values = seeds_averaged(table)["rho"].to_numpy() * extent.of(name)
        low, high = mean_interval(values, 0, extent.of(name))
        found[name] = Spread(mean=float(values.mean()), low=low, high=high)
    return found


def seeds_averaged(table: pd.DataFrame) -> pd.DataFrame:
    """Average the numbers of a table over seeds: one row a sample, indexed by it.

    Args: table: one row a (seed, sample), as `per_sample`.
    """
    numbers = table.drop(columns="seed").groupby("sample", sort=True)
    return numbers.mean(numeric_only=True)


def of_both(first: pd.DataFrame, second: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two networks' numbers over the inputs that both get right, one row a sample.

    The networks of one seed are held against each other; where the two have no seed in common,
    what each gets right of a sample counts.

    Args: first, second: one row a (seed, sample) that the network gets right, as `per_sample`.
    Returns: both as `seeds_averaged`, of the same samples.
    """
    if first["seed"].isin(second["seed"]).any():
        shared = first[["seed", "sample"]].merge(second[["seed", "sample"]])
        first, second = first.merge(shared), second.merge(shared)
    one, other = seeds_averaged(first), seeds_averaged(second)
    both = one.index.intersection(other.index)
    return one.loc[both], other.loc[both]


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
    all None where `second` averages 0, or no sample is in both.
    """
    both = pd.concat([first, second], axis=1, join="inner").to_numpy(float)
    means = both.mean(0) if len(both) else np.zeros(2)
    if not means[1] > 0:
        return None, None, None
    increase = float(means[0] / means[1] - 1)
    drawn = draw_means(both)
    if not (drawn[:, 1] > 0).all():
        return increase, None, None
    low, high = percentiles(drawn[:, 0] / drawn[:, 1] - 1)
    return increase, float(low), float(high)
