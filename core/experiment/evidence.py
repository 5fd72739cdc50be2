"""What stands beside the summary: strongest attack, security curves, class matrices, detection.

Pure functions over the tidy table and the done attack cells' metrics; nothing is read here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from core.experiment.summary import groups, measured
from core.metrics import curves, matrices, strongest
from core.spec import canonical

MOST_CLASSES = 20
"""Matrices of more classes than this are not worth a reader's time, nor the space."""

_NETWORK = ("dataset", "defense", "defense_params", "temperature")
_SIZE_OF_BALL = ("eps", "step_size", "budget")


def strongest_attacks(rows: pd.DataFrame, extent: dict[str, float]) -> list[dict]:
    """Per network and distance: the mean over samples of the least that any attack needed.

    Args: extent: the largest distance that two inputs can have, by distance.

    Returns: objects with the network, `distance`, `attacks` (with their shares), `samples`,
    `rho, rho_low, rho_high, rho_cap` (shares of the extent), `rho_increase` against `none`,
    `mean, low, high` (units of the distance), `moved` (share of samples that any attack moved
    away from their label), `censored`.
    """
    found = []
    for network, distance, part in _by_distance(rows, extent):
        result = strongest.summarize(part, distance)
        scale = extent[distance]
        found.append(
            {
                **network,
                "distance": distance,
                "rho": result["mean"] / scale,
                "rho_low": result["low"] / scale,
                "rho_high": result["high"] / scale,
                "rho_cap": result["cap"] / scale,
                "rho_increase": None,
                "moved": 1 - result["censored"],
                **result,
            }
        )
    for entry in found:
        reference = next((e for e in found if _is_reference(e, entry)), None)
        if reference and reference["rho"] > 0:
            entry["rho_increase"] = entry["rho"] / reference["rho"] - 1
    return found


def security_curves(rows: pd.DataFrame, extent: dict[str, float]) -> list[dict]:
    """Success rate against budget, of each attack on each network.

    The same attack at several sizes of its ball gives one curve: a pair counts from the smallest
    size at which it succeeded.

    Returns: objects with the network, `attack`, `attack_params` (without the size of the ball),
    `distance` and the lists `budget, success_rate, low, high`, each as long as the others.
    """
    found = []
    for identity, distance, part in _by_attack(rows, extent):
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
    (lists of rows, None where nothing was attacked or moved); [] for more than 20 classes.
    """
    if classes > MOST_CLASSES:
        return []
    found = []
    for identity, group in groups(rows):
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
    """Rows of each network under all attacks that keep one distance small, with their caps."""
    parts: dict[str, tuple[dict, str, list[pd.DataFrame]]] = {}
    for identity, group in groups(rows):
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


def _is_reference(candidate: dict, entry: dict) -> bool:
    return candidate["defense"] == "none" and all(
        candidate[key] == entry[key] for key in ("dataset", "distance")
    )


def _rows(matrix: np.ndarray) -> list[list[Any]]:
    return [
        [None if np.isnan(value) else round(float(value), 6) for value in row] for row in matrix
    ]
