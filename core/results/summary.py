"""From attacked pairs to one object per defence and attack, and their paired differences.

Pure functions over the tidy table; nothing is read here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pandas as pd

from core.canonical import canonical
from core.metrics import robustness


def summary(rows: pd.DataFrame, networks: list[dict], extent: dict[str, float]) -> list[dict]:
    """One object per (dataset, defense, parameters, temperature, attack, parameters).

    Args: extent: the largest distance that two inputs can have, by distance.
    """
    entries, tables = [], []
    for identity, group in groups(rows):
        measure = measured(identity, group, extent)
        every = robustness.tries_every_target(identity["attack_params"])
        seeds = list(dict.fromkeys(group["seed"].tolist()))
        mine = [_network(networks, identity, seed) for seed in seeds]
        per_seed = []
        for seed, network in zip(seeds, mine, strict=True):
            one = robustness.summarize(group[group["seed"] == seed], measure, every)
            rates = {key: one[key] for key in ("success_rate", "rho")}
            per_seed.append({"seed": seed, "accuracy": network["accuracy"], **rates})
        samples = robustness.seeds_averaged(robustness.per_sample(group, measure))
        tables.append(samples["rho"])
        entries.append(
            {
                **identity,
                "seeds": seeds,
                "budget": _budget(group),
                "accuracy": float(np.mean([network["accuracy"] for network in mine])),
                "mean_confidence": float(np.mean([n["mean_confidence"] for n in mine])),
                **robustness.summarize(group, measure, every),
                "robustness": robustness.in_every_distance(group, measure, extent, every),
                **dict.fromkeys(INCREASE),
                "per_seed": per_seed,
            }
        )
    for entry, table in zip(entries, tables, strict=True):
        for other, reference in zip(entries, tables, strict=True):
            if other["defense"] == "none" and _same_attack(entry, other):
                increase = robustness.relative_increase(table, reference)
                entry.update(zip(INCREASE, increase, strict=True))
    return entries


INCREASE = ("rho_increase", "rho_increase_low", "rho_increase_high")


def differences(rows: pd.DataFrame, extent: dict[str, float]) -> list[dict]:
    """Each defence minus `none`, and distillation minus its control, paired by sample."""
    attacked = list(groups(rows))
    tables = [
        robustness.seeds_averaged(robustness.per_sample(group, measured(identity, group, extent)))
        for identity, group in attacked
    ]
    found = []
    for (identity, group), table in zip(attacked, tables, strict=True):
        for (other, _), against in zip(attacked, tables, strict=True):
            if not _comparable(identity, other):
                continue
            measure = measured(identity, group, extent)
            metrics = {"rho": measure.cap / measure.most, "success_rate": 1.0}
            if not robustness.tries_every_target(identity["attack_params"]):
                del metrics["success_rate"]
            for metric, most in metrics.items():
                paired = robustness.paired_difference(table, against, metric, most)
                found.append({**identity, "against": other["defense"], "metric": metric, **paired})
    return found


def _comparable(identity: dict, other: dict) -> bool:
    if not _same_attack(identity, other) or identity["defense"] == "none":
        return False
    control = identity["defense"] == "distillation" and other["defense"] == "temperature"
    return other["defense"] == "none" or (
        control and identity["temperature"] == other["temperature"]
    )


def _same_attack(one: dict, other: dict) -> bool:
    return all(one[key] == other[key] for key in ("dataset", "attack", "attack_params"))


def groups(rows: pd.DataFrame) -> Iterator[tuple[dict, pd.DataFrame]]:
    """Rows of one attack on one defence, all seeds together, and what they are rows of."""
    keys = ["dataset", "defense", "defense_params", "temperature", "attack", "attack_params"]
    for _, group in rows.groupby(keys, sort=False, dropna=False):
        dataset, defense, params, temperature, attack, attack_params = group[keys].iloc[0]
        yield (
            {
                "dataset": dataset,
                "defense": defense,
                "defense_params": json.loads(params),
                "temperature": None if pd.isna(temperature) else float(temperature),
                "attack": attack,
                "attack_params": json.loads(attack_params),
            },
            group,
        )


def measured(identity: dict, group: pd.DataFrame, extent: dict[str, float]) -> robustness.Measure:
    """How the robustness of one group is measured."""
    params, budget = identity["attack_params"], _budget(group)
    return robustness.measure_of(identity["attack"], params, budget, extent)


def _budget(group: pd.DataFrame) -> int | float | None:
    """In features a whole number, else in fractions of each feature's range; None for no budget."""
    budget = float(group["budget"].iloc[0])
    if np.isnan(budget):
        return None
    return whole(budget)


def whole(budget: float) -> int | float:
    """A number of features as an integer; a radius that is none stays as it is."""
    return int(budget) if float(budget).is_integer() else budget


def _network(networks: list[dict], identity: dict, seed: int) -> dict:
    return next(
        n
        for n in networks
        if n["seed"] == seed
        and (n["defense"], n["temperature"]) == (identity["defense"], identity["temperature"])
        and canonical(n["params"]) == canonical(identity["defense_params"])
    )
