"""One trained network per defence, from what its plan says.

Every defence comes down to a temperature, a kind of targets, and sometimes a teacher or a file; the
plan (core/planning/plan.py) says which, this module carries it out.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np

from core.data.datasets import Dataset
from core.networks import adversarial_training, architectures, training


def train(
    dataset: Dataset,
    *,
    architecture: dict,
    targets: dict,
    temperature: float,
    optimizer: dict,
    epochs: int,
    warm_start: int,
    seed: int,
    teacher: keras.Model | None,
    progress: Callable[..., None],
) -> tuple[keras.Model, training.History]:
    """Train one network.

    Args:
        architecture: `{"name": ...}` or `{"path": Path of a .keras file}`, and `dropout` (a rate)
            where it differs from the network's own.
        targets: `{"kind": "labels"}`, `{"kind": "spread", "right": r, "wrong": w}`,
            `{"kind": "teacher"}` (then `teacher` is a network) or `{"kind": "adversarial",
            "eps": e, "steps": k}`.
        seed: the same seed gives the same initial weights for every defence.

    Returns: the network in logits, to be deployed at T = 1, and its history.
    """
    keras.utils.set_random_seed(seed)
    model = _new_network(architecture, dataset)
    one_hot = training.hard_targets(dataset.y_train, dataset.classes)
    if targets["kind"] == "adversarial":
        history = adversarial_training.fit(
            model,
            dataset.x_train,
            one_hot,
            eps=targets["eps"],
            steps=targets["steps"],
            bounds=(dataset.low, dataset.high),
            mutable=dataset.mutable,
            optimizer=optimizer,
            epochs=epochs,
            test=(dataset.x_test, dataset.y_test),
            seed=seed,
            progress=progress,
        )
        return model, history
    history = training.fit(
        model,
        dataset.x_train,
        _targets(targets, dataset, teacher, temperature, one_hot),
        temperature=temperature,
        optimizer=optimizer,
        epochs=epochs,
        test=(dataset.x_test, dataset.y_test),
        warm_start=(warm_start, one_hot) if warm_start else None,
        progress=progress,
    )
    return model, history


def scaled_logits(network: keras.Model, factor: float) -> keras.Model:
    """The same network with its logits times `factor`: same answers, gradients that underflow."""
    outputs = keras.layers.Rescaling(factor)(network.outputs[0])
    return keras.Model(network.inputs[0], outputs)


def _targets(
    targets: dict,
    dataset: Dataset,
    teacher: keras.Model | None,
    temperature: float,
    one_hot: np.ndarray,
) -> np.ndarray:
    if targets["kind"] == "labels":
        return one_hot
    if targets["kind"] == "spread":
        right, wrong = targets["right"], targets["wrong"]
        return training.spread_targets(dataset.y_train, dataset.classes, right, wrong)
    if teacher is None:
        raise ValueError("targets of a teacher need a teacher")
    return training.soft_labels(teacher, dataset.x_train, temperature)


def _new_network(architecture: dict, dataset: Dataset) -> keras.Model:
    dropout = architecture.get("dropout")
    if "name" in architecture:
        return architectures.build(architecture["name"], dataset.shape, dataset.classes, dropout)
    path = Path(architecture["path"])
    model, _ = architectures.from_file(path, dataset.shape, dataset.classes)
    return architectures.new_weights(model, dropout)
