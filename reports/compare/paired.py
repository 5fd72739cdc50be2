"""Two runs held against each other sample by sample, where they attacked the same ones."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from core.metrics import robustness
from reports.prose import words

_KEYS = ["defense", "defense_params", "temperature", "attack", "attack_params"]
_FEWEST = 10
"""Samples that two runs must share; an interval over fewer says nothing."""


def differences(first: tuple[dict, pd.DataFrame], second: tuple[dict, pd.DataFrame]) -> list[dict]:
    """Second run minus first, for every network and attack that both hold, on shared samples.

    Args: results and tidy table of each run.

    Returns: objects with the network, the attack, `metric`, `difference`, `low`, `high`, `n`,
    `detected`; empty when the runs share too few samples, or the data are others.
    """
    (one, left), (other, right) = first, second
    checksums = [r.provenance.data.checksum for r in (one, other)]
    if left.empty or right.empty or checksums[0] != checksums[1]:
        return []
    extent = robustness.extent_of(one.provenance.data)
    theirs = {_identity(key): rows for key, rows in right.groupby(_KEYS, sort=False, dropna=False)}
    found = []
    for key, rows in left.groupby(_KEYS, sort=False, dropna=False):
        match = theirs.get(_identity(key))
        if match is None:
            continue
        shared = set(match["sample"]) & set(rows["sample"])
        if len(shared) < _FEWEST:
            continue
        match, rows = (part[part["sample"].isin(shared)] for part in (match, rows))
        attack, attack_params = rows.attack.iloc[0], rows.attack_params.iloc[0]
        budget = float(rows.budget.iloc[0])
        measure = robustness.measure_of(attack, json.loads(attack_params), budget, extent)
        measured = [
            robustness.seeds_averaged(robustness.per_sample(part, measure))
            for part in (match, rows)
        ]
        every = robustness.tries_every_target(json.loads(attack_params))
        metrics = {"success_rate": 1.0} if every else {}
        # An attack inside a ball finds just any example: how far it went says nothing.
        if words.measures_robustness({"attack": attack, "distance": measure.distance}):
            metrics = {"rho": measure.cap / measure.most, **metrics}
        for metric, most in metrics.items():
            paired = robustness.paired_difference(measured[0], measured[1], metric, most)
            found.append({**_named(key), "metric": metric, **paired})
    return found


def _identity(key: Any) -> tuple:
    return tuple("–" if isinstance(part, float) and pd.isna(part) else part for part in key)


def _named(key: Any) -> dict:
    defense, params, temperature, attack, attack_params = key
    return {
        "defense": defense,
        "defense_params": json.loads(params),
        "temperature": None if pd.isna(temperature) else float(temperature),
        "attack": attack,
        "attack_params": json.loads(attack_params),
    }
