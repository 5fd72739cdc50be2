"""Compute one cell in a child process: settle the backend, load what it needs, hand it on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

from core.cells.attack_cell import attack
from core.cells.plant_cell import plant
from core.cells.settling import require
from core.cells.train_cell import stored_network, train
from core.data import stored
from core.data.dataset import Dataset
from core.model.base import Settings
from core.model.cell import AttackPayload, PlantPayload, read
from core.store.artifacts import ArtifactStore


def compute(
    kind: str,
    payload: Settings,
    parents: Mapping[str, Settings],
    artifacts: ArtifactStore,
    progress: Callable[..., None],
) -> Settings:
    """Compute a cell and store what it gives.

    Args:
        kind, payload: see `core.model.cell`, as the ledger keeps them.
        parents: key -> output of that cell.

    Returns: `{"artifacts": {role: sha256}, "metrics": {...}}`.
    Raises `UserError` when this process cannot compute what was planned.
    """
    task = read(kind, payload)
    require(task.environment)
    dataset = _dataset(str(artifacts.path(task.data.artifact)))
    opened = {key: stored_network(out["artifacts"], artifacts) for key, out in parents.items()}
    networks = {key: one.model for key, one in opened.items()}
    match task:
        case AttackPayload():
            source = None if task.source is None else networks[task.source]
            return attack(task, dataset, networks[task.network], source, artifacts, progress)
        case PlantPayload():
            return plant(task, dataset, networks[task.network], progress)
        case _:
            parent = next(iter(opened.values()), None)
            return train(task, dataset, parent, artifacts, progress)


@lru_cache(maxsize=2)
def _dataset(path: str) -> Dataset:
    return stored.from_bytes(Path(path))
