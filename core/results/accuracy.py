"""How each network's accuracy differs from the undefended one's, on the same test inputs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core.metrics.answers import unpacked
from core.metrics.intervals.paired import tango
from core.model.network import AccuracyChange
from core.model.planned import PlannedNetwork, RunPlan
from core.store.records import CellRow


def accuracy_changes(plan: RunPlan, cells: Mapping[str, CellRow]) -> dict[str, AccuracyChange]:
    """By key of its cell: a network's accuracy minus that of the undefended one of its seed.

    Absent where one of the two is not done, or comes from a version that kept no answers.
    """
    right = {network.key: _right(plan, cells.get(network.key)) for network in plan.networks}
    undefended: dict[int, PlannedNetwork] = {
        network.seed: network for network in plan.networks if network.identity.undefended
    }
    found = {}
    for network in plan.networks:
        other = undefended.get(network.seed)
        if other is None or other.key == network.key:
            continue
        mine, theirs = right[network.key], right[other.key]
        if mine is not None and theirs is not None:
            found[network.key] = change(mine, theirs)
    return found


def change(mine: np.ndarray, theirs: np.ndarray) -> AccuracyChange:
    """The difference of two networks' accuracies. Args: bool `(n,)`, right on each input."""
    gained, lost = int((mine & ~theirs).sum()), int((theirs & ~mine).sum())
    low, high = tango(gained, lost, len(mine))
    return AccuracyChange(
        gained=gained, lost=lost, difference=(gained - lost) / len(mine), low=low, high=high
    )


def _right(plan: RunPlan, cell: CellRow | None) -> np.ndarray | None:
    text = None if cell is None or cell.state != "done" else cell.metrics.get("answers")
    return None if text is None else unpacked(text, plan.data.n_test)
