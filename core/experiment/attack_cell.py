"""Compute an attack cell: one row per attacked pair, and the adversarial examples."""

from __future__ import annotations

import io
from collections.abc import Callable

import keras
import numpy as np
import pandas as pd

from core import attacks, datasets
from core.experiment.tables import store_table
from core.metrics.distances import distances
from core.numerics import denormals_flushed
from core.store.artifacts import ArtifactStore

MAX_KEPT_BYTES = 32 * 2**20
"""Adversarial examples kept of one attack cell, uncompressed: whole samples from the first on."""


def attack(
    payload: dict,
    dataset: datasets.Dataset,
    model: keras.Model,
    artifacts: ArtifactStore,
    progress: Callable[..., None],
) -> dict:
    """Attack every wrong target of the first samples; see `core.experiment.cells.compute`."""
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
        "rows": store_table(rows, artifacts),
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
