"""One network from what its plan says: new weights trained on some targets, or scaled logits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np

from core.data.dataset import Dataset
from core.model.cell import NewNetwork
from core.model.training import Adversarial, ArchitectureSettings, Labels, Spread, Teacher
from core.networks import adversarial_training, architectures, opening, training


def train(
    plan: NewNetwork,
    dataset: Dataset,
    *,
    teacher: keras.Model | None = None,
    own: Path | None = None,
    progress: Callable[..., None] = lambda *_, **__: None,
) -> tuple[keras.Model, training.History]:
    """Train one network; the same seed gives the same initial weights for every defence.

    Args:
        teacher: the network whose soft labels it learns, where the targets are a teacher's.
        own: the user's `.keras` file, where the architecture is one.

    Returns: the network in logits, to be deployed at T = 1, and its history.
    """
    keras.utils.set_random_seed(plan.seed)
    model = _new_weights(plan.architecture, dataset, own)
    if isinstance(plan.targets, Adversarial):
        history = adversarial_training.fit(model, dataset, plan.targets, plan, progress)
        return model, history
    hard = training.hard_targets(dataset.y_train, dataset.classes)
    history = training.fit(
        model,
        dataset.x_train,
        targets_of(plan, dataset, teacher),
        plan,
        hard=hard,
        test=(dataset.x_test, dataset.y_test),
        progress=progress,
    )
    return model, history


def targets_of(plan: NewNetwork, dataset: Dataset, teacher: keras.Model | None) -> np.ndarray:
    """What a network learns of each training input, `(n, classes)`: distributions over classes.

    Raises `ValueError` where a teacher is needed and missing.
    """
    match plan.targets:
        case Labels() | Adversarial():
            return training.hard_targets(dataset.y_train, dataset.classes)
        case Spread(right=right, wrong=wrong):
            return training.spread_targets(dataset.y_train, dataset.classes, right, wrong)
        case Teacher():
            if teacher is None:
                raise ValueError("targets of a teacher need a teacher")
            return training.soft_labels(teacher, dataset.x_train, plan.temperature)


def scaled_logits(network: keras.Model, factor: float) -> keras.Model:
    """The same network with its logits times `factor`: same answers, gradients that underflow."""
    outputs = keras.layers.Rescaling(factor)(network.outputs[0])
    return keras.Model(network.inputs[0], outputs)


def _new_weights(wanted: ArchitectureSettings, dataset: Dataset, own: Path | None) -> keras.Model:
    if own is not None:
        model = opening.from_file(own, dataset.shape, dataset.classes).model
        return architectures.new_weights(model, wanted.dropout)
    if wanted.name is None:
        raise ValueError("an architecture of the user's own needs its file")
    return architectures.build(wanted.name, dataset.shape, dataset.classes, wanted.dropout)
