"""What stands beside the summary: strongest attack, security curves, class matrices, detection.

Pure functions over the tidy table and the done attack cells' metrics; nothing is read here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from core import attacks
from core.canonical import canonical
from core.metrics import curves, matrices, robustness, strongest
from core.metrics.statistics import mean_interval
from core.results.summary import INCREASE, groups, measured, whole

MOST_CLASSES = 20
"""Matrices of more classes than this are not worth a reader's time, nor the space."""

_NETWORK = ("dataset", "defense", "defense_params", "temperature")
_SIZE_OF_BALL = ("eps", "step_size", "budget")


def closest(rows: pd.DataFrame, extent: dict[str, float]) -> list[dict]:
    """Per network and distance: the mean over samples of the least that any attack needed.

    Only attacks that look for the closest example count; one that stays in a ball says nothing
    about distances below its radius.

    Args: extent: the largest distance that two inputs can have, by distance.

    Returns: objects with the network, `distance`, `attacks` (with their shares), `seeds`,
    `samples`, `rho, rho_low, rho_high, rho_cap` (shares of the extent), `rho_increase` with
    `rho_increase_low, rho_increase_high` against `none` (None without it), `mean, low, high`
    (units of the distance), `censored`.
    """
    found, tables = [], []
    for network, distance, part in _by_distance(rows, extent):
        result = strongest.summarize(part, distance)
        table = strongest.strongest(part, distance)
        tables.append(table.groupby("sample", sort=True)["distance"].mean())
        scale = extent[distance]
        found.append(
            {
                **network,
                "distance": distance,
                "seeds": sorted({int(seed) for seed in part["seed"]}),
                "rho": result["mean"] / scale,
                "rho_low": result["low"] / scale,
                "rho_high": result["high"] / scale,
                "rho_cap": result["cap"] / scale,
                **dict.fromkeys(INCREASE),
                **result,
            }
        )
    for entry, table in zip(found, tables, strict=True):
        for other, reference in zip(found, tables, strict=True):
            if other["defense"] == "none" and _same(entry, other, ("dataset", "distance")):
                increase = robustness.relative_increase(table, reference)
                entry.update(zip(INCREASE, increase, strict=True))
    return found


def within_budget(rows: pd.DataFrame, extent: dict[str, float]) -> list[dict]:
    """Per network and budget: the share of samples that stay right under every attack.

    A success of any attack counts, also of one that looked for the closest example, where it
    keeps within the budget. Misclassified samples count as moved.

    Returns: objects with the network, `distance`, `budget`, `attacks` (names that moved a
    sample), `seeds`, `samples`, `robust_accuracy, low, high` (fractions).
    """
    parts: dict[str, tuple[dict, list[pd.DataFrame]]] = {}
    budgets: dict[str, set[tuple[str, float]]] = {}
    for identity, group in groups(rows):
        network = {key: identity[key] for key in _NETWORK}
        parts.setdefault(canonical(network), (network, []))[1].append(group)
        budget = float(group["budget"].iloc[0])
        if not np.isnan(budget):
            distance = measured(identity, group, extent).distance
            budgets.setdefault(canonical(network), set()).add((distance, budget))
    found = []
    for key, (network, tables) in parts.items():
        table = pd.concat(tables, ignore_index=True)
        wrong = table["success"] & (table["predicted"] != table["label"])
        wrong |= table["predicted_clean"] != table["label"]
        for distance, budget in sorted(budgets.get(key, ())):
            moved = wrong & curves.within(table[distance].to_numpy(), budget)
            moved |= table["predicted_clean"] != table["label"]
            stays = 1 - moved.groupby([table["seed"], table["sample"]]).max().astype(float)
            values = stays.groupby(level=1).mean().to_numpy()
            low, high = mean_interval(values, 0, 1)
            found.append(
                {
                    **network,
                    "distance": distance,
                    "budget": whole(budget),
                    "attacks": sorted(set(table.loc[moved, "attack"])),
                    "seeds": sorted({int(seed) for seed in table["seed"]}),
                    "samples": len(values),
                    "robust_accuracy": float(values.mean()),
                    "low": low,
                    "high": high,
                }
            )
    return found


def security_curves(rows: pd.DataFrame, extent: dict[str, float]) -> list[dict]:
    """Success rate against budget, of each attack on each network.

    The same attack at several sizes of its ball gives one curve: a pair counts from the smallest
    size at which it succeeded. None where a sample's targets stopped at the first success.

    Returns: objects with the network, `attack`, `attack_params` (without the size of the ball),
    `distance` and the lists `budget, success_rate, low, high`, each as long as the others.
    """
    found = []
    for identity, distance, part in _by_attack(rows, extent):
        if not robustness.tries_every_target(identity["attack_params"]):
            continue
        grid = curves.default_grid(distance, int(extent["l0"]), extent["linf"])
        if not part["success"].any():
            continue
        reach = part.loc[part["success"], distance].max()
        grid = grid[: int(np.searchsorted(grid, reach)) + 2]
        curve = curves.security_curve(part, distance, grid)
        points = {key: [round(float(v), 6) for v in curve[key]] for key in _CURVE}
        found.append({**identity, "distance": distance, **points})
    return found


_CURVE = ("budget", "success_rate", "low", "high")


def class_matrices(rows: pd.DataFrame, extent: dict[str, float], classes: int) -> list[dict]:
    """Source by target class: how often each attack succeeds, and how far it has to go.

    Returns: objects with the network, the attack, `distance`, `success_rate` and `distortion`
    (lists of rows, None where nothing was attacked or moved); [] for more than 20 classes. None
    where a sample's targets stopped at the first success.
    """
    if classes > MOST_CLASSES:
        return []
    found = []
    for identity, group in groups(rows):
        if not robustness.tries_every_target(identity["attack_params"]):
            continue
        distance = measured(identity, group, extent).distance
        result = matrices.class_matrices(group, distance, classes)
        found.append(
            {
                **identity,
                "distance": distance,
                "success_rate": _rows(result.success_rate),
                "distortion": _rows(result.distortion),
            }
        )
    return found


def _by_distance(
    rows: pd.DataFrame, extent: dict[str, float]
) -> Iterator[tuple[dict, str, pd.DataFrame]]:
    """Rows of each network under all attacks that look for the closest example, by distance."""
    parts: dict[str, tuple[dict, str, list[pd.DataFrame]]] = {}
    for identity, group in groups(rows):
        if not attacks.facts(identity["attack"]).looks_for_closest:
            continue
        measure = measured(identity, group, extent)
        network = {key: identity[key] for key in _NETWORK}
        entry = parts.setdefault(
            canonical([network, measure.distance]), (network, measure.distance, [])
        )
        entry[2].append(group.assign(cap=measure.cap))
    for network, distance, tables in parts.values():
        yield network, distance, pd.concat(tables, ignore_index=True)


def _by_attack(
    rows: pd.DataFrame, extent: dict[str, float]
) -> Iterator[tuple[dict, str, pd.DataFrame]]:
    """One row a pair of each network and attack, whatever the size of the attack's ball."""
    parts: dict[str, tuple[dict, str, list[pd.DataFrame]]] = {}
    for identity, group in groups(rows):
        params = {k: v for k, v in identity["attack_params"].items() if k not in _SIZE_OF_BALL}
        named = {**identity, "attack_params": params}
        distance = measured(identity, group, extent).distance
        entry = parts.setdefault(canonical(named), (named, distance, []))
        entry[2].append(group)
    for named, distance, tables in parts.values():
        table = pd.concat(tables, ignore_index=True)
        if len(tables) > 1:
            order = table.assign(reach=np.where(table["success"], table[distance], np.inf))
            order = order.sort_values("reach", kind="stable")
            table = order.drop_duplicates(["seed", "sample", "target"])
        yield named, distance, table


def _same(one: dict, other: dict, keys: tuple[str, ...]) -> bool:
    return all(one[key] == other[key] for key in keys)


def _rows(matrix: np.ndarray) -> list[list[Any]]:
    return [
        [None if np.isnan(value) else round(float(value), 6) for value in row] for row in matrix
    ]
