"""Compute a train cell: a network from new weights, from a file, or from another network."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd

from core.cells.examination import examine
from core.data.dataset import Dataset
from core.model.base import Settings
from core.model.cell import GivenNetwork, NewNetwork, ScaledLogits
from core.networks import new_network, opening, scales, training, trusted
from core.store.artifacts import ArtifactStore
from core.store.tables import store_table

LAYERS, LAMBDAS = "trusted_layers", "trusted_lambdas"
"""Roles of artifacts with code of the operator's: a Python file; the network's own file."""


@dataclass(frozen=True)
class Stored:
    """A network that an earlier cell stored. Args: code: artifacts with code that it needs."""

    model: keras.Model
    code: Mapping[str, str]


def train(
    payload: NewNetwork | GivenNetwork | ScaledLogits,
    dataset: Dataset,
    parent: Stored | None,
    artifacts: ArtifactStore,
    progress: Callable[..., None],
) -> Settings:
    """Make the network that the plan says; see `core.cells.cells.compute`.

    Args: parent: the teacher, or the network whose logits are scaled.
    """
    history, notes = None, []
    code: Mapping[str, str] = {}
    match payload:
        case GivenNetwork():
            model, notes = _given(payload, dataset, artifacts)
            code = _needed(payload)
        case ScaledLogits():
            if parent is None:
                raise ValueError("scaled-logits needs the undefended network")
            model = new_network.scaled_logits(parent.model, payload.factor)
            code = parent.code
        case NewNetwork():
            file = payload.architecture.artifact
            own = None if file is None else artifacts.path(file)
            teacher = None if parent is None else parent.model
            model, history = new_network.train(
                payload, dataset, teacher=teacher, own=own, progress=progress
            )
    examined = examine(model, dataset).model_dump()
    metrics: Settings = {**examined, "train_accuracy": None, "epochs": 0}
    stored = {"network": _store_network(model, artifacts), **code}
    if history is not None:
        epochs = np.arange(1, len(history.loss) + 1)
        frame = pd.DataFrame({"epoch": epochs, **vars(history)})
        stored["history"] = store_table(frame, artifacts)
        metrics["epochs"] = len(history.loss)
        metrics["train_accuracy"] = _accuracy(model, dataset.x_train, dataset.y_train)
    metrics["notes"] = notes
    return {"artifacts": stored, "metrics": metrics}


def _given(
    payload: GivenNetwork, dataset: Dataset, artifacts: ArtifactStore
) -> tuple[keras.Model, list[str]]:
    """The network of a file, so that it takes the data as they are, and what was changed."""
    reading = payload.reading
    opened = opening.from_file(
        artifacts.path(payload.network),
        dataset.shape,
        dataset.classes,
        title=payload.title,
        reading=reading,
        code=_defined(reading.trusted, artifacts),
    )
    return scales.on_scale(opened.model, reading, dataset.units), list(opened.notes)


def stored_network(roles: Mapping[str, str], artifacts: ArtifactStore) -> Stored:
    """A network that an earlier cell stored. Args: roles: its artifacts, sha256 by role."""
    code = {role: roles[role] for role in (LAYERS, LAMBDAS) if role in roles}
    defined = _defined(code.get(LAYERS), artifacts)
    path = artifacts.path(roles["network"])
    return Stored(trusted.load(path, defined, lambdas=LAMBDAS in code), code)


def _needed(payload: GivenNetwork) -> Mapping[str, str]:
    """Artifacts with code that the operator trusts and without which the network does not open."""
    reading = payload.reading
    layers = {} if reading.trusted is None else {LAYERS: reading.trusted}
    return {**layers, LAMBDAS: payload.network} if reading.lambdas else layers


def _defined(artifact: str | None, artifacts: ArtifactStore) -> Mapping[str, Any]:
    """What the operator's file defines, stored when the run was planned; nothing without one."""
    if artifact is None:
        return {}
    return trusted.definitions(artifacts.path(artifact), "the file of --trust")


def _accuracy(model: keras.Model, x: np.ndarray, y: np.ndarray) -> float:
    return float((training.logits(model, x).argmax(-1) == y).mean())


def _store_network(model: keras.Model, artifacts: ArtifactStore) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.keras"
        model.save(path)
        return artifacts.put_file(path, ".keras")
