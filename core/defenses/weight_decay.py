"""Weight decay: the other classical regulariser."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from core.defenses.asked import Asked, regularized
from core.defenses.defense import Defense
from core.defenses.facts import Facts
from core.model.data import DataFacts


class WeightDecay(Defense):
    """Hard labels at T = 1, all weights but biases shrunk by learning rate x `strength` a step.

    Decoupled decay, which for SGD is the classical L2 penalty. Source: Loshchilov and Hutter,
    arXiv 1711.05101.
    """

    facts: ClassVar = Facts(
        title="weights shrink a little at every step",
        label="Weight decay",
        trained="weights that shrink a little at every step",
    )
    name: Literal["weight-decay"] = "weight-decay"
    strength: float = Field(0.01, gt=0, le=100)

    def plan(self, data: DataFacts) -> list[Asked]:
        """One network."""
        return [regularized(self.name, {"strength": self.strength}, weight_decay=self.strength)]
