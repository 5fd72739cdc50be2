"""The strongest attack on each sample: the mean of minima, not the minimum of means.

An attacker picks the attack for the input at hand, so each sample counts with the smallest
distance that any attack found for it. Averaging each attack first and taking the best of them
would call a network more robust than it is.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.metrics.curves import within
from core.metrics.intervals.estimates import mean_estimate
from core.metrics.intervals.median import Median, median
from core.metrics.shares import by_sample_and_seed
from core.model.rows import Strongest

NEAR = 1e-6
"""Relative difference below which two attacks found the same distance."""


def strongest(rows: pd.DataFrame, distance: str) -> pd.DataFrame:
    """Smallest distance at which any attack moved a sample away from its label.

    Args:
        rows: of one network (all seeds) under any number of attacks, of inputs that the network
            gets right: `seed, sample, label, predicted, success, attack_id, attack,
            attack_params`, the column named by `distance`, and `cap`: what a sample counts as
            that the attack could not move; NaN of an attack that does not look for the closest
            example in this distance, whose failures say nothing of it.
        distance: `l0`, `l1`, `l2` or `linf`. Any attack's points may be measured in it.

    A success proves that its distance is enough, whatever the attack looked for: those inside a
    ball count with how far they went.

    Returns: one row a (seed, sample) that any attack looked for the closest example of: `seed,
    sample, distance, censored` (no attack moved it within the largest cap, which is its distance
    then, since an attack with that cap failed there), `attacks` (number that tried), `attack_id,
    attack, attack_params` of the first strongest (None when censored), `ties` (attacks that found
    that distance; 0 when censored).
    Raises ValueError where no attack looked for the closest.

    Source: Carlini et al., arXiv 1902.06705, section 4 (per-example attack).
    """
    best = _by_attack(rows, distance)
    keys = ["seed", "sample"]
    groups = best.groupby(keys, sort=True)
    nearest = groups["distance"].transform("min")
    tied = np.isfinite(nearest) & (best["distance"] <= nearest * (1 + NEAR))
    table = groups.agg(distance=("distance", "min"), cap=("cap", "max"), attacks=("cap", "size"))
    winners = best[tied].groupby(keys, sort=True)
    first = winners[["attack_id", "attack", "attack_params"]].first()
    table = table.join(first).join(winners.size().rename("ties"))
    table["ties"] = table["ties"].fillna(0).astype(int)
    table["censored"] = ~np.isfinite(table["distance"])
    table["distance"] = table["distance"].where(~table["censored"], table["cap"])
    names = ["attack_id", "attack", "attack_params"]
    table[names] = table[names].astype(object).where(~table["censored"], None)
    columns = ["seed", "sample", "distance", "censored", "attacks", *names, "ties"]
    return table.reset_index()[columns]


@dataclass(frozen=True)
class Minima:
    """The mean of the minima over samples, in units of the distance.

    Attributes:
        low, high: of the mean. upper: its upper end wherever the samples lie that no attack moved;
            None: there are none. median: within which half of the samples are moved. censored:
            fraction of samples that no attack moved. cap: the largest, what such a sample counts.
        tied: fraction of those moved on which two attacks or more found that distance; None: no
            sample was moved. attacks: in the order of the rows.
    """

    samples: int
    mean: float
    low: float
    high: float
    upper: float | None
    median: Median
    censored: float
    cap: float
    tied: float | None
    attacks: list[Strongest]


def summarize(rows: pd.DataFrame, distance: str, most: float) -> Minima:
    """Mean of the minima with its interval, and how often each attack was the strongest.

    Args: rows, distance: as `strongest`. most: the largest distance that exists.

    Of each attack that looks for the closest, `mean` is of this attack alone; a sample that it
    could not move counts as the largest cap, so that attacks compare. `strongest` is the fraction
    of the moved samples on which it found the smallest distance; ties are shared, so the fractions
    sum to 1; None when there is no such sample.
    """
    best = _by_attack(rows, distance)
    table = strongest(rows, distance)
    cap = float(best["cap"].max())
    each = table.set_index(["sample", "seed"])
    mean, upper = mean_estimate(by_sample_and_seed(each["distance"]), 0, cap), None
    if table["censored"].any():
        far = each["distance"].where(~each["censored"], most)
        upper = mean_estimate(by_sample_and_seed(far), 0, most).high
    reached = each["distance"].where(~each["censored"], np.inf)
    moved = table[~table["censored"]]
    decided = best.merge(moved[["seed", "sample", "distance", "ties"]], on=["seed", "sample"])
    won = decided["distance_x"] <= decided["distance_y"] * (1 + NEAR)
    shares = (won / decided["ties"]).groupby(decided["attack_id"]).sum()
    alone = best.assign(counted=best["distance"].clip(upper=cap))
    attacks = []
    for identity, group in alone.groupby("attack_id", sort=False):
        means = group.groupby("sample")["counted"].mean()
        looked = group["cap"].notna().any()
        attacks.append(
            Strongest(
                attack_id=str(identity),
                attack=group["attack"].iloc[0],
                attack_params=json.loads(group["attack_params"].iloc[0]),
                samples=len(means),
                mean=float(means.mean()) if looked else None,
                strongest=float(shares.get(identity, 0.0) / len(moved)) if len(moved) else None,
            )
        )
    return Minima(
        samples=table["sample"].nunique(),
        mean=mean.value,
        low=mean.low,
        high=mean.high,
        upper=upper,
        median=median(by_sample_and_seed(reached)),
        censored=float(table.groupby("sample")["censored"].mean().mean()),
        cap=cap,
        tied=float((moved["ties"] > 1).mean()) if len(moved) else None,
        attacks=attacks,
    )


def _by_attack(rows: pd.DataFrame, distance: str) -> pd.DataFrame:
    """One row a (attack, seed, sample): the smallest distance, inf where it was not moved.

    Only of samples that an attack looked for the closest example of, and within the largest cap.
    """
    if not rows["cap"].notna().any():
        raise ValueError("the strongest attack needs at least one that looks for the closest")
    moved = rows["success"].astype(bool) & (rows["predicted"] != rows["label"])
    frame = rows.assign(distance=np.where(moved, rows[distance].astype(float), np.inf))
    best = (
        frame.groupby(["attack_id", "seed", "sample"], sort=False)
        .agg(
            attack=("attack", "first"),
            attack_params=("attack_params", "first"),
            distance=("distance", "min"),
            cap=("cap", "max"),
        )
        .reset_index()
    )
    cap = best.groupby(["seed", "sample"])["cap"].transform("max")
    beyond = ~within(best["distance"].to_numpy(), cap.to_numpy())
    return best.assign(distance=best["distance"].mask(beyond, np.inf))[cap.notna()]
