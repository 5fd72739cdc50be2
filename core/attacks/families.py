"""What attacks of one kind share: a ball around the input, its gradient, or the closest example."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from core.attacks.attack import Attack
from core.attacks.engine.ascent import Loss
from core.attacks.engine.balls import Ball
from core.model.base import Distance, Settings
from core.model.data import DataFacts

LossName = Literal["margin", "log-odds", "logit", "log-probability", "probability"]
Norm = Literal["linf", "l2"]
Eps = Annotated[float, Field(gt=0, le=1e6)] | None
Steps = Annotated[int, Field(ge=1, le=100_000)]

DEFAULT_EPS = {
    ("linf", "grey"): 0.25,
    ("linf", "colour"): 8 / 255,
    ("linf", "table"): 0.1,
    ("l2", "grey"): 2.0,
    ("l2", "colour"): 0.5,
    ("l2", "table"): 0.5,
}
"""Budget in units of the data's scale where a spec gives none; 0.25 on grey images as in WFG."""

USUAL_FEATURES = 0.145
"""Share of the features that an attack may usually change, as JSMA's (arXiv 1511.07528)."""

ADAPTIVE_LOSSES = ("margin", "log-odds", "logit", "log-probability")


def default_eps(norm: str, shape: Sequence[int]) -> float:
    """The radius of the ball where a spec gives none, for images or tables of this shape."""
    kind = "table" if len(shape) == 1 else "grey" if shape[-1] == 1 else "colour"
    return DEFAULT_EPS[norm, kind]


def usual_radius(distance: Distance, data: DataFacts) -> float:
    """How far attacks with a limit usually may go: features for `l0`, else `default_eps`.

    Args: distance: `l0`, `l2` or `linf`.
    """
    if distance == "l0":
        return max(2, int(USUAL_FEATURES * data.changeable))
    return default_eps(distance, data.shape)


class BallAttack(Attack):
    """An attack inside a ball of radius `eps` around the input.

    Args:
        targeted: whether a pair has a class to reach, rather than one to leave.
        norm: `linf` or `l2`, of the ball.
        eps: radius, a fraction of each feature's range; None: by the kind of data.
    """

    targeted: bool = False
    norm: Norm = "linf"
    eps: Eps = None

    @property
    def aims(self) -> bool:
        """Whether it is targeted."""
        return self.targeted

    @property
    def distance(self) -> Distance:
        """The norm of the ball."""
        return self.norm

    def radius(self, shape: Sequence[int]) -> float:
        """The radius of the ball around inputs of this shape, in units of the data's scale."""
        return default_eps(self.norm, shape) if self.eps is None else self.eps

    def budget_for(self, data: DataFacts) -> float:
        """The radius of the ball on these data."""
        return self.radius(data.shape)

    def params_for(self, data: DataFacts) -> Settings:
        """Every setting, with the radius of the ball on these data."""
        return {**super().params_for(data), "eps": self.radius(data.shape)}


class GradientAttack(BallAttack):
    """An attack inside a ball that follows the gradient of `loss`.

    Args:
        loss: what is raised for the target, or lowered for the label to leave, of
            softmax(z / attack_temperature): the paper's attacker is `probability`, an adaptive
            one `margin` or `log-odds`, which do not vanish.
        attack_temperature: T of softmax(z / T) and of the other losses, above 0.
    """

    loss: LossName = "margin"
    attack_temperature: float = Field(1.0, gt=0, le=10_000)

    @property
    def adaptive(self) -> bool:
        """Whether the loss does not vanish where the probability of a class does.

        The log-probability of a label to leave does: once the label is certain.
        """
        vanishes = self.loss == "log-probability" and not self.targeted
        return self.loss in ADAPTIVE_LOSSES and not vanishes

    @property
    def followed(self) -> Loss:
        """The loss whose gradient is followed."""
        return Loss(self.loss, self.attack_temperature)


class SteppedAttack(GradientAttack):
    """An attack inside a ball that takes many steps of one length.

    Args:
        steps: most steps of a run, at least 1.
        step_size: their length in the norm; None: 2.5 eps / steps.
    """

    steps: Steps = 20
    step_size: Eps = None

    def step_length(self, shape: Sequence[int]) -> float:
        """The length of a step on inputs of this shape, in units of the data's scale."""
        return 2.5 * self.radius(shape) / self.steps if self.step_size is None else self.step_size

    def params_for(self, data: DataFacts) -> Settings:
        """Every setting, with radius and length of a step on these data."""
        return {**super().params_for(data), "step_size": self.step_length(data.shape)}


class ClosestAttack(Attack):
    """An attack without a budget that looks for the closest adversarial example.

    Args:
        targeted: whether a pair has a class to reach, rather than one to leave.
    """

    targeted: bool = True

    @property
    def aims(self) -> bool:
        """Whether it is targeted."""
        return self.targeted

    def ball_for(self, data: DataFacts) -> Ball:
        """It has no budget; examples are planted where attacks with one usually find theirs."""
        return Ball(self.distance, usual_radius(self.distance, data))
