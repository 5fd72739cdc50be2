"""Adversarial training: fit a network on the worst inputs that PGD finds near each example.

The yardstick for the other defences. Source: Madry et al., arXiv 1706.06083.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np

from core.data.dataset import Dataset
from core.data.ties import Ties, ties_of
from core.model.training import Adversarial, Schedule
from core.networks import training
from core.networks.gradients import Gradient, gradient_function

STEP = 2.5
"""A step of PGD is this many times eps / steps, so that any point of the ball can be reached."""


def fit(
    model: keras.Model,
    dataset: Dataset,
    ball: Adversarial,
    schedule: Schedule,
    progress: Callable[..., None] = lambda *_, **__: None,
) -> training.History:
    """Train `model` (logits, at T = 1) on adversarial examples of itself; its weights change.

    The radius grows linearly to `ball.eps` over the first third of all batches: at full radius from
    the start, a network of this kind often stays at chance.

    Args:
        ball: in which each example's worst input is looked for.
        schedule: its seed is that of the order and of the random starts.
        progress: called as `progress(done, total, message, loss=, accuracy=)`; may raise.

    Returns: loss and accuracy on adversarial examples, and clean test accuracy, by epoch.
    """
    x, optimizer, epochs = dataset.x_train, schedule.optimizer, schedule.epochs
    targets = training.hard_targets(dataset.y_train, dataset.classes)
    around = Around.of(dataset)
    trained = training.compiled(model, 1.0, optimizer)
    gradient = gradient_function(model, "log-probability")
    labels = targets.argmax(-1)
    generator = np.random.default_rng(schedule.seed)
    size = optimizer.batch_size
    batches = -(-len(x) // size)
    history = training.History()
    for epoch in range(epochs):
        if optimizer.halve_every:
            halvings = epoch // optimizer.halve_every
            trained.optimizer.learning_rate = optimizer.learning_rate * 0.5**halvings
        order = generator.permutation(len(x))
        sums = np.zeros(2)
        for batch in range(batches):
            rows = order[batch * size : (batch + 1) * size]
            grown = min(1.0, 3 * (epoch * batches + batch + 1) / (epochs * batches))
            worst = worst_in_ball(
                gradient,
                x[rows],
                labels[rows],
                ball.eps * grown,
                ball.steps,
                around,
                generator,
            )
            trained.reset_metrics()
            logs = trained.train_on_batch(worst, targets[rows], return_dict=True)
            sums += len(rows) * np.array([logs["loss"], logs["accuracy"]], np.float64)
            progress(
                epoch + (batch + 1) / batches,
                epochs,
                "training on adversarial examples",
                loss=float(logs["loss"]),
                accuracy=float(logs["accuracy"]),
            )
        history.loss.append(float(sums[0] / len(x)))
        history.accuracy.append(float(sums[1] / len(x)))
        predicted = training.logits(model, dataset.x_test).argmax(-1)
        history.test_accuracy.append(float((predicted == dataset.y_test).mean()))
    return history


@dataclass(frozen=True)
class Around:
    """Where the worst input near an example may lie, in the data's own units, each `(n,)`.

    Attributes:
        low, high: bounds. mutable: features that may change. direction: see `Dataset`.
        unit: of the radius; None: each feature's range. ties: of features that cannot move alone.
    """

    low: np.ndarray
    high: np.ndarray
    mutable: np.ndarray
    direction: np.ndarray | None = None
    unit: np.ndarray | None = None
    ties: Ties | None = None

    @classmethod
    def of(cls, dataset: Dataset) -> Around:
        """What the data set says."""
        return cls(
            dataset.low,
            dataset.high,
            dataset.mutable,
            dataset.direction,
            None if dataset.unit == "range" else dataset.units.size.astype(np.float32),
            ties_of(dataset.group, dataset.total, (dataset.low, dataset.high), dataset.mutable),
        )

    @property
    def size(self) -> np.ndarray:
        """What 1 in the unit of the radius is, float32 `(n,)`."""
        return self.high - self.low if self.unit is None else self.unit

    def box(self, clean: np.ndarray, eps: float) -> tuple[np.ndarray, np.ndarray]:
        """Lower and upper limits `(b, n)` within the radius."""
        falls = rises = np.float32(eps) * self.size * np.asarray(self.mutable, np.float32)
        if self.direction is not None:
            falls, rises = falls * (self.direction <= 0), rises * (self.direction >= 0)
        return np.maximum(clean - falls, self.low), np.minimum(clean + rises, self.high)


def worst_in_ball(
    gradient: Gradient,
    x: np.ndarray,
    labels: np.ndarray,
    eps: float,
    steps: int,
    around: Around,
    generator: np.random.Generator,
) -> np.ndarray:
    """PGD on the cross-entropy from a random start in the Linf ball; `(b, *shape)` float32.

    Args: eps: in the unit of `around`.
    """
    clean = x.reshape(len(x), -1)
    low, high = around.box(clean, eps)
    reach = np.float32(eps) * around.size * np.asarray(around.mutable, np.float32)

    def put(points: np.ndarray) -> np.ndarray:
        if around.ties is None:
            return np.clip(points, low, high)
        return around.ties.kept(points, clean, low, high)

    point = put(clean + reach * generator.uniform(-1, 1, clean.shape))
    step = np.float32(STEP * eps / steps) * around.size
    for _ in range(steps):
        _, uphill, _ = gradient(point.astype(np.float32).reshape(x.shape), labels)
        point = put(point - step * np.sign(uphill))
    return point.astype(np.float32).reshape(x.shape)
