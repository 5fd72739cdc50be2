"""Fit a network at a temperature, on labels or on a teacher's soft labels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import keras
import numpy as np

from core.model.training import OptimizerSettings, Schedule

BATCH = 256
VALUES_AT_ONCE = 2**22
"""Features of all inputs that a network is asked about at once, so that large images fit."""
STEPS_PER_EXECUTION = {"tensorflow": 16, "jax": 16, "torch": 1}
"""Training steps between two returns to Python; Keras refuses more than one on torch."""


@dataclass
class History:
    """Loss and accuracy after each epoch; warm-start epochs come first."""

    loss: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)
    test_accuracy: list[float] = field(default_factory=list)


def hard_targets(labels: np.ndarray, classes: int) -> np.ndarray:
    """One-hot rows, float32 `(n, classes)`."""
    return np.eye(classes, dtype=np.float32)[labels]


def spread_targets(labels: np.ndarray, classes: int, right: float, wrong: float) -> np.ndarray:
    """Rows with `right` for the label and `wrong` for every other class, `(n, classes)`."""
    rows = np.full((len(labels), classes), wrong, np.float32)
    rows[np.arange(len(labels)), labels] = right
    return rows


def soft_labels(teacher: keras.Model, x: np.ndarray, temperature: float) -> np.ndarray:
    """The teacher's softmax(z / T) on `x`, float32 `(n, classes)`. Source: DD, section IV."""
    scaled = logits(teacher, x).astype(np.float64) / temperature
    scaled -= scaled.max(-1, keepdims=True)
    exponentials = np.exp(scaled)
    return (exponentials / exponentials.sum(-1, keepdims=True)).astype(np.float32)


def logits(model: keras.Model, x: np.ndarray) -> np.ndarray:
    """Logits of `x`, `(n, classes)`, in batches."""
    at_once = max(1, min(BATCH, VALUES_AT_ONCE // int(np.prod(x.shape[1:]))))
    return np.asarray(model.predict(x, batch_size=at_once, verbose=0))


def fit(
    model: keras.Model,
    x: np.ndarray,
    targets: np.ndarray,
    schedule: Schedule,
    *,
    test: tuple[np.ndarray, np.ndarray],
    hard: np.ndarray | None = None,
    progress: Callable[..., None] = lambda *_, **__: None,
) -> History:
    """Train `model` (logits) by cross-entropy through softmax(z / T); its weights change.

    Args:
        targets: distributions over classes, `(n, classes)`.
        hard: one-hot rows, `(n, classes)`, for the warm start; needed where there is one.
        test: inputs and labels, only watched.
        progress: called as `progress(done, total, message, loss=, accuracy=)`; may raise.
    """
    history = History()
    optimizer = schedule.optimizer
    total = schedule.epochs + schedule.warm_start
    parts = [(schedule.epochs, schedule.temperature, targets)]
    if schedule.warm_start:
        if hard is None:
            raise ValueError("a warm start needs hard targets")
        parts.insert(0, (schedule.warm_start, 1.0, hard))
    for count, at, rows in parts:
        trained = compiled(model, at, optimizer, STEPS_PER_EXECUTION[keras.backend.backend()])
        callbacks = [_Report(progress, history, total, len(x), optimizer.batch_size)]
        if optimizer.halve_every:
            callbacks.append(_halve(optimizer.learning_rate, optimizer.halve_every))
        watched = hard_targets(test[1], rows.shape[1])
        trained.fit(
            **_fed(x, rows, optimizer.batch_size, test[0], watched),
            epochs=count,
            callbacks=callbacks,
            verbose=0,
        )
    return history


def compiled(
    model: keras.Model, temperature: float, optimizer: OptimizerSettings, steps: int = 1
) -> keras.Model:
    """The same weights with z / T as output, ready to be trained, `steps` at a time."""
    on_tensorflow = keras.backend.backend() == "tensorflow"
    outputs = model.outputs[0]
    if temperature != 1:
        outputs = keras.layers.Rescaling(1.0 / temperature)(outputs)
    scaled = keras.Model(model.inputs[0], outputs)
    if on_tensorflow:
        from core.networks import tensorflow_training

        scaled = tensorflow_training.biases_apart(scaled)
    scaled.compile(
        optimizer=new_optimizer(optimizer),
        loss=keras.losses.CategoricalCrossentropy(from_logits=True),
        metrics=[keras.metrics.CategoricalAccuracy(name="accuracy")],
        steps_per_execution=steps,
        jit_compile=False if on_tensorflow else "auto",
    )
    return scaled


def _fed(x, rows, size: int, watched_x, watched_rows) -> dict:
    """Arguments of Keras's `fit` for what is trained on and what is watched."""
    if keras.backend.backend() != "tensorflow":
        return {
            "x": x,
            "y": rows,
            "batch_size": size,
            "validation_data": (watched_x, watched_rows),
            "validation_batch_size": BATCH,
        }
    from core.networks.tensorflow_training import batches

    return {
        "x": batches(x, rows, size, shuffle=True),
        "shuffle": False,
        "validation_data": batches(watched_x, watched_rows, BATCH, shuffle=False),
    }


def new_optimizer(settings: OptimizerSettings) -> keras.optimizers.Optimizer:
    """Adam or SGD with momentum; weight decay, where there is one, leaves biases alone."""
    rate, decay = settings.learning_rate, settings.weight_decay
    if settings.optimizer == "adam":
        made = keras.optimizers.Adam(rate, weight_decay=decay)
    else:
        made = keras.optimizers.SGD(rate, momentum=settings.momentum or 0.0, weight_decay=decay)
    if decay:
        made.exclude_from_weight_decay(var_names=["bias"])
    return made


def _halve(rate: float, every: int) -> keras.callbacks.Callback:
    return keras.callbacks.LearningRateScheduler(lambda epoch: rate * 0.5 ** (epoch // every))


class _Report(keras.callbacks.Callback):
    """Passes progress on and keeps the history."""

    def __init__(self, progress, history: History, epochs: int, n: int, batch_size: int):
        super().__init__()
        self.send, self.history, self.epochs = progress, history, epochs
        self.steps = -(-n // batch_size)

    def on_train_batch_end(self, batch, logs=None):
        # With several steps an execution, Keras counts past the last batch of an epoch.
        done = len(self.history.loss) + min(1.0, (batch + 1) / self.steps)
        self.send(done, self.epochs, "training", **_numbers(logs, ("loss", "accuracy")))

    def on_epoch_end(self, epoch, logs=None):
        logs = logs or {}
        self.history.loss.append(float(logs["loss"]))
        self.history.accuracy.append(float(logs["accuracy"]))
        self.history.test_accuracy.append(float(logs["val_accuracy"]))


def _numbers(logs: Mapping[str, float] | None, names: tuple[str, ...]) -> dict[str, float]:
    return {name: float(logs[name]) for name in names if logs and name in logs}
