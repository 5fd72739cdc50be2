"""Two runs held against each other sample by sample, where they attacked the same ones."""

from __future__ import annotations

import json
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.metrics import robustness
from core.model.base import Count, Number
from core.model.results import Results
from core.model.subject import OfAttack
from reports.prose.distances import measures_robustness
from reports.prose.reading import Metric

Loaded = tuple[Results, pd.DataFrame]
"""Results and the tidy table of a run."""

_KEYS = ["defense", "defense_params", "temperature", "attack", "attack_params"]
_FEWEST = 10
"""Samples that two runs must share; an interval over fewer says nothing."""


class Paired(OfAttack):
    """One run minus another under an attack on a network, paired by sample.

    Attributes: n: samples that both runs hold. detected: the interval leaves out 0.
    """

    metric: Metric
    difference: Number
    low: Number
    high: Number
    n: Count
    detected: bool


@dataclass(frozen=True)
class _Attack:
    """What decides whether an attack measures robustness."""

    attack: str
    distance: str


def differences(first: Loaded, second: Loaded) -> list[Paired]:
    """Second run minus first, for every network and attack that both hold, on shared samples.

    Empty when the runs share too few samples, or the data are others.
    """
    (one, left), (other, right) = first, second
    if left.empty or right.empty or one.data.checksum != other.data.checksum:
        return []
    extent = one.data.extent.model_dump()
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
        attack, params = rows["attack"].iloc[0], json.loads(rows["attack_params"].iloc[0])
        budget = float(rows["budget"].iloc[0])
        measure = robustness.measure_of(attack, params, budget, extent)
        measured = [
            robustness.seeds_averaged(robustness.per_sample(part, measure))
            for part in (match, rows)
        ]
        metrics = {"success_rate": 1.0} if robustness.tries_every_target(params) else {}
        # An attack inside a ball finds just any example: how far it went says nothing.
        if measures_robustness(_Attack(attack, measure.distance)):
            metrics = {"rho": measure.cap / measure.most, **metrics}
        for metric, most in metrics.items():
            paired = robustness.paired_difference(measured[0], measured[1], metric, most)
            found.append(Paired.model_validate({**_named(key), "metric": metric, **paired}))
    return found


def _identity(key: Any) -> tuple[Hashable, ...]:
    return tuple("–" if isinstance(part, float) and pd.isna(part) else part for part in key)


def _named(key: Any) -> dict[str, Any]:
    defense, params, temperature, attack, attack_params = key
    return {
        "defense": defense,
        "defense_params": json.loads(params),
        "temperature": None if pd.isna(temperature) else float(temperature),
        "attack": attack,
        "attack_params": json.loads(attack_params),
    }
