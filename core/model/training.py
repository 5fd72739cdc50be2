"""How one network is trained: its architecture, what it learns from, and the schedule."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from core.model.base import Number, Share, Text, Value

Positive = Annotated[int, Field(ge=1)]


class ArchitectureSettings(Value):
    """A network before its weights.

    Attributes:
        name: of a known architecture; None where `artifact` says which.
        artifact: sha256 of a stored `.keras` file, whose weights are drawn anew.
        dropout: rate of its dropout layers; None: as built.
    """

    name: Text | None = None
    artifact: Text | None = None
    dropout: Share | None = None


class OptimizerSettings(Value):
    """Steps of the optimizer.

    Attributes:
        momentum: of SGD; None for Adam. batch_size: inputs a step.
        halve_every: epochs after which the learning rate is halved; None: never.
        weight_decay: decoupled decay of all weights but biases; None: none.
    """

    optimizer: Literal["adam", "sgd"]
    learning_rate: Number
    momentum: Number | None = None
    batch_size: Positive
    halve_every: Positive | None = None
    weight_decay: Number | None = None


class Labels(Value):
    """One-hot rows of the labels: hard targets."""

    kind: Literal["labels"] = "labels"


class Spread(Value):
    """Rows with `right` for the label and `wrong` for every other class."""

    kind: Literal["spread"] = "spread"
    right: Share
    wrong: Share


class Teacher(Value):
    """The parent network's softmax(z / T) at the temperature of the training: soft labels."""

    kind: Literal["teacher"] = "teacher"


class Adversarial(Value):
    """Hard labels of adversarial examples of the network itself, by PGD in a Linf ball.

    Attributes: eps: radius, a fraction of each feature's range. steps: of PGD for each batch.
    """

    kind: Literal["adversarial"] = "adversarial"
    eps: Number
    steps: Positive


Targets = Annotated[Labels | Spread | Teacher | Adversarial, Field(discriminator="kind")]
"""What a network learns from."""


class Schedule(Value):
    """How long and at which temperature a network is trained.

    Attributes:
        temperature: T of the softmax in the loss. epochs: at T.
        warm_start: epochs at T = 1 on hard labels before them.
        seed: of the initial weights and of the order of the inputs.
    """

    temperature: Number = 1.0
    optimizer: OptimizerSettings
    epochs: Positive
    warm_start: Annotated[int, Field(ge=0)] = 0
    seed: int = 0
