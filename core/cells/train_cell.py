"""Compute a train cell: a network from new weights, from a file, or from another network."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pandas as pd

from core.cells.examination import examine
from core.data.dataset import Dataset
from core.model.base import Settings
from core.model.cell import GivenNetwork, NewNetwork, ScaledLogits
from core.networks import architectures, new_network, training
from core.store.artifacts import ArtifactStore
from core.store.tables import store_table


def train(
    payload: NewNetwork | GivenNetwork | ScaledLogits,
    dataset: Dataset,
    parent: keras.Model | None,
    artifacts: ArtifactStore,
    progress: Callable[..., None],
) -> Settings:
    """Make the network that the plan says; see `core.cells.cells.compute`.

    Args: parent: the teacher, or the network whose logits are scaled.
    """
    history, notes = None, []
    match payload:
        case GivenNetwork():
            path = artifacts.path(payload.network)
            model, notes = architectures.from_file(path, dataset.shape, dataset.classes)
            notes = [note.replace(path.name, payload.title) for note in notes]
        case ScaledLogits():
            if parent is None:
                raise ValueError("scaled-logits needs the undefended network")
            model = new_network.scaled_logits(parent, payload.factor)
        case NewNetwork():
            file = payload.architecture.artifact
            own = None if file is None else artifacts.path(file)
            model, history = new_network.train(
                payload, dataset, teacher=parent, own=own, progress=progress
            )
    examined = examine(model, dataset).model_dump()
    metrics: Settings = {**examined, "train_accuracy": None, "epochs": 0}
    stored = {"network": _store_network(model, artifacts)}
    if history is not None:
        epochs = np.arange(1, len(history.loss) + 1)
        frame = pd.DataFrame({"epoch": epochs, **vars(history)})
        stored["history"] = store_table(frame, artifacts)
        metrics["epochs"] = len(history.loss)
        metrics["train_accuracy"] = _accuracy(model, dataset.x_train, dataset.y_train)
    metrics["notes"] = notes
    return {"artifacts": stored, "metrics": metrics}


def _accuracy(model: keras.Model, x: np.ndarray, y: np.ndarray) -> float:
    return float((training.logits(model, x).argmax(-1) == y).mean())


def _store_network(model: keras.Model, artifacts: ArtifactStore) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.keras"
        model.save(path)
        return artifacts.put_file(path, ".keras")
