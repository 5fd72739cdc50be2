"""Defences as a spec describes them. Pure description: nothing here trains."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from core.settings import Part

Temperature = Annotated[float, Field(gt=0, le=10_000)]
Temperatures = Annotated[list[Temperature], Field(min_length=1, max_length=50)]


class Undefended(Part):
    """Hard labels at T = 1; or, with `file`, a trained network taken as the reference."""

    name: Literal["none"]
    file: str | None = None


class Distillation(Part):
    """Defensive distillation: teacher and student at T, the student deployed at T = 1."""

    name: Literal["distillation"]
    temperatures: Temperatures


class TemperatureControl(Part):
    """Hard labels at T, deployed at 1, never distilled: the control, and the teacher."""

    name: Literal["temperature"]
    temperatures: Temperatures


class SoftLabels(Part):
    """Targets of `confidence` for the label and `rest` for every other class.

    `rest` defaults to (1 - confidence) / (N - 1); another value must sum to 1 as well, which is
    checked when the number of classes N is known.
    """

    name: Literal["soft-labels"]
    confidence: float = Field(0.9, gt=0, le=1)
    rest: float | None = Field(None, ge=0, lt=1)


class LabelSmoothing(Part):
    """Targets (1 - strength) one-hot + strength / N."""

    name: Literal["label-smoothing"]
    strength: float = Field(0.1, gt=0, lt=1)


class Dropout(Part):
    """Hard labels at T = 1, every dropout layer of the network at `rate` (0: none).

    A network without a dropout layer is refused for any rate above 0.
    """

    name: Literal["dropout"]
    rate: float = Field(0.5, ge=0, lt=1)


class WeightDecay(Part):
    """Hard labels at T = 1, all weights but biases shrunk by learning rate x `strength` a step.

    Decoupled decay, which for SGD is the classical L2 penalty. Source: Loshchilov and Hutter,
    arXiv 1711.05101.
    """

    name: Literal["weight-decay"]
    strength: float = Field(0.01, gt=0, le=100)


class AdversarialTraining(Part):
    """Trained on adversarial examples of itself: PGD in a Linf ball, `steps` steps a batch.

    Args: eps: radius, a fraction of each feature's range; None: as for the attacks.
    Source: Madry et al., arXiv 1706.06083.
    """

    name: Literal["adversarial-training"]
    eps: Annotated[float, Field(gt=0, le=1e6)] | None = None
    steps: int = Field(7, ge=1, le=1_000)


class Given(Part):
    """A trained network from a `.keras` file, attacked as it is."""

    name: Literal["given"]
    file: str


class ScaledLogits(Part):
    """The undefended network with its logits times `factor`: broken on purpose, never trained."""

    name: Literal["scaled-logits"]
    factor: float = Field(100.0, gt=0)


Defense = Annotated[
    Undefended
    | Distillation
    | TemperatureControl
    | SoftLabels
    | LabelSmoothing
    | Dropout
    | WeightDecay
    | AdversarialTraining
    | Given
    | ScaledLogits,
    Field(discriminator="name"),
]
