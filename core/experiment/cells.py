"""Compute one cell: train a network, or attack one. Only children import this; it imports Keras."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import keras
import numpy as np
import pandas as pd

from core import architectures, attacks, datasets, defenses, diagnostics, training
from core.errors import UserError
from core.metrics.distances import distances
from core.metrics.statistics import wilson
from core.numerics import denormals_flushed
from core.store.artifacts import ArtifactStore

MAX_KEPT_BYTES = 32 * 2**20
"""Adversarial examples kept of one attack cell, uncompressed: whole samples from the first on."""


def compute(
    kind: str,
    payload: dict,
    parents: dict[str, dict],
    artifacts: ArtifactStore,
    progress: Callable[..., None],
) -> dict:
    """Compute a cell and store what it gives.

    Args: see `core.experiment.plan.Cell`; parents: key -> output of that cell.
    Returns: `{"artifacts": {role: sha256}, "metrics": {...}}`.
    Raises `UserError` when this process cannot compute what was planned.
    """
    _check_environment(payload["environment"])
    dataset = _dataset(str(artifacts.path(payload["data"]["artifact"])))
    parent = next(iter(parents.values()), None)
    network = _stored_network(parent, artifacts) if parent else None
    if kind == "train":
        return _train(payload, dataset, network, artifacts, progress)
    return _attack(payload, dataset, network, artifacts, progress)


def _train(payload, dataset, parent, artifacts, progress) -> dict:
    history, notes = None, []
    if payload["task"] == "given":
        path = artifacts.path(payload["network"])
        model, notes = architectures.from_file(path, dataset.shape, dataset.classes)
        notes = [note.replace(path.name, payload["title"]) for note in notes]
    elif payload["task"] == "scaled-logits":
        model = defenses.scaled_logits(parent, payload["factor"])
    else:
        architecture = dict(payload["architecture"])
        if "artifact" in architecture:
            architecture = {"path": artifacts.path(architecture["artifact"])}
        model, history = defenses.train(
            dataset,
            architecture=architecture,
            targets=payload["targets"],
            temperature=payload["temperature"],
            optimizer=payload["optimizer"],
            epochs=payload["epochs"],
            warm_start=payload["warm_start"],
            seed=payload["seed"],
            teacher=parent,
            progress=progress,
        )
    metrics = _clean_metrics(model, dataset)
    stored = {"network": _store_network(model, artifacts)}
    if history is not None:
        epochs = np.arange(1, len(history.loss) + 1)
        frame = pd.DataFrame({"epoch": epochs, **vars(history)})
        stored["history"] = _store_table(frame, artifacts)
        metrics["epochs"] = len(history.loss)
        metrics["train_accuracy"] = _accuracy(model, dataset.x_train, dataset.y_train)
    metrics["notes"] = notes
    return {"artifacts": stored, "metrics": metrics}


def _attack(payload, dataset, model, artifacts, progress) -> dict:
    order = datasets.class_balanced_order(dataset.y_test)[: payload["samples"]]
    x, labels = dataset.x_test[order], dataset.y_test[order]
    every = np.arange(dataset.classes)
    target = np.concatenate([every[every != label] for label in labels])
    sample = np.repeat(np.arange(len(x)), dataset.classes - 1)
    result = attacks.run(
        payload["attack"],
        model,
        x,
        sample,
        target,
        bounds=(dataset.low, dataset.high),
        mutable=dataset.mutable,
        params=payload["params"],
        progress=lambda done, total: progress(done, total, "attacking"),
    )
    rows = pd.DataFrame(
        {
            "sample": order[sample],
            "label": labels[sample],
            "target": target,
            "predicted_clean": result.predicted_clean,
            "predicted": result.predicted,
            "success": result.success,
            "status": result.status,
            **_distances(x, sample, result.adversarial),
            "iterations": result.iterations,
        }
    )
    kept = _kept_pairs(len(sample), dataset.classes - 1, int(np.prod(dataset.shape)))
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        sample=order[sample[:kept]],
        target=target[:kept],
        original=x[np.unique(sample[:kept])],
        adversarial=result.adversarial[:kept],
    )
    stored = {
        "rows": _store_table(rows, artifacts),
        "adversarial": artifacts.put_bytes(buffer.getvalue(), ".npz"),
    }
    metrics = {
        "pairs": len(rows),
        "kept_pairs": kept,
        "denormals_flushed": denormals_flushed(),
    }
    return {"artifacts": stored, "metrics": metrics}


def _distances(x: np.ndarray, sample: np.ndarray, adversarial: np.ndarray) -> dict:
    chunks = [
        distances(x[sample[start : start + 4096]], adversarial[start : start + 4096])
        for start in range(0, len(sample), 4096)
    ]
    return {norm: np.concatenate([chunk[norm] for chunk in chunks]) for norm in chunks[0]}


def _kept_pairs(pairs: int, targets: int, n_features: int) -> int:
    samples = max(1, MAX_KEPT_BYTES // (4 * n_features * targets))
    return min(pairs, samples * targets)


def _clean_metrics(model: keras.Model, dataset: datasets.Dataset) -> dict:
    scores = training.logits(model, dataset.x_test).astype(np.float64)
    scores -= scores.max(-1, keepdims=True)
    probabilities = np.exp(scores) / np.exp(scores).sum(-1, keepdims=True)
    accuracy = float((scores.argmax(-1) == dataset.y_test).mean())
    chance = float(np.bincount(dataset.y_test).max() / len(dataset.y_test))
    low, high = wilson(accuracy, len(dataset.y_test))
    return {
        "accuracy": accuracy,
        "accuracy_low": low,
        "accuracy_high": high,
        "mean_confidence": float(probabilities.max(-1).mean()),
        "chance": chance,
        "trained": diagnostics.trained(accuracy, len(dataset.y_test), chance),
        "parameters": architectures.parameters(model),
        "train_accuracy": None,
        "epochs": 0,
    }


def _accuracy(model: keras.Model, x: np.ndarray, y: np.ndarray) -> float:
    return float((training.logits(model, x).argmax(-1) == y).mean())


def _store_network(model: keras.Model, artifacts: ArtifactStore) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.keras"
        model.save(path)
        return artifacts.put_file(path, ".keras")


def _stored_network(output: dict, artifacts: ArtifactStore) -> keras.Model:
    path = artifacts.path(output["artifacts"]["network"])
    return keras.saving.load_model(path, compile=False, safe_mode=True)


def _store_table(frame: pd.DataFrame, artifacts: ArtifactStore) -> str:
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False)
    return artifacts.put_bytes(buffer.getvalue(), ".parquet")


@lru_cache(maxsize=2)
def _dataset(path: str) -> datasets.Dataset:
    return datasets.from_bytes(Path(path))


@lru_cache(maxsize=1)
def _settle() -> None:
    """Deterministic kernels and a fixed thread count, once a process, before the first cell."""
    name = keras.backend.backend()
    if name == "tensorflow":
        import tensorflow as tf

        tf.config.experimental.enable_op_determinism()
        for gpu in tf.config.list_physical_devices("GPU"):
            tf.config.experimental.set_memory_growth(gpu, True)
    elif name == "torch":
        import torch

        torch.use_deterministic_algorithms(True, warn_only=True)


def _device_kind() -> str:
    name = keras.backend.backend()
    if name == "tensorflow":
        import tensorflow as tf

        return "gpu" if tf.config.list_physical_devices("GPU") else "cpu"
    if name == "jax":
        import jax

        return "cpu" if jax.default_backend() == "cpu" else "gpu"
    import torch

    return "gpu" if torch.cuda.is_available() else "cpu"


def _check_environment(planned: dict) -> None:
    _settle()
    # set_random_seed comes with each training; attacks draw nothing.
    found = keras.backend.backend()
    if found != planned["backend"]:
        raise UserError(
            f"this cell was planned for {planned['backend']}, but the process runs {found};"
            " stop the worker, set KERAS_BACKEND and resume the run"
        )
    expected = "cpu" if planned["device"] == "cpu" else "gpu"
    if _device_kind() != expected:
        raise UserError(
            f"this cell was planned for {planned['device']}, but {found} sees only a"
            f" {_device_kind()}; `python -m core doctor` shows why"
        )
