"""Two runs held against each other sample by sample, where they attacked the same ones."""

from __future__ import annotations

import pandas as pd

from core.evaluation.attacked import Attacked
from core.evaluation.evaluation import Evaluation
from core.metrics import robustness
from core.model.data import DataFacts
from reports.prose import words

_FEWEST = 10
"""Samples that two runs must share; an interval over fewer says nothing."""


def differences(first: tuple[dict, pd.DataFrame], second: tuple[dict, pd.DataFrame]) -> list[dict]:
    """Second run minus first, for every network and attack that both hold, on shared samples.

    Args: results and tidy table of each run.

    Returns: objects with the network, the attack, `metric`, `difference`, `low`, `high`, `n`,
    `detected`; empty when the runs share too few samples, or the data are others.
    """
    (one, left), (other, right) = first, second
    checksums = [r["provenance"]["data"]["checksum"] for r in (one, other)]
    if left.empty or right.empty or checksums[0] != checksums[1]:
        return []
    extent = DataFacts.model_validate(one["provenance"]["data"]).extent
    theirs = {(o.network, o.setting): o.rows for o in Evaluation.of(right, extent).attacked}
    found = []
    for mine in Evaluation.of(left, extent).attacked:
        rows, match = mine.rows, theirs.get((mine.network, mine.setting))
        if match is None:
            continue
        shared = set(match["sample"]) & set(rows["sample"])
        if len(shared) < _FEWEST:
            continue
        measure, every = mine.measure, mine.every_target
        measured = [
            robustness.seeds_averaged(
                robustness.per_sample(part[part["sample"].isin(shared)], measure)
            )
            for part in (match, rows)
        ]
        metrics = {"success_rate": 1.0} if every else {}
        # An attack inside a ball finds just any example: how far it went says nothing.
        if words.measures_robustness({"attack": mine.attack, "distance": measure.distance}):
            metrics = {"rho": measure.cap / measure.most, **metrics}
        for metric, most in metrics.items():
            paired = robustness.paired_difference(measured[0], measured[1], metric, most)
            found.append({**_named(mine), "metric": metric, **paired})
    return found


def _named(one: Attacked) -> dict:
    return {
        "defense": one.defense,
        "defense_params": one.network.params,
        "temperature": one.network.temperature,
        "attack": one.attack,
        "attack_params": one.params,
    }
