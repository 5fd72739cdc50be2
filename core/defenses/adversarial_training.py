"""Adversarial training: the yardstick for the other defences."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from core.attacks.engine.fractions import require_fractions
from core.attacks.families import default_eps
from core.defenses.asked import Asked, regularized
from core.defenses.defense import Defense
from core.defenses.facts import Facts
from core.model.data import DataFacts
from core.model.training import Adversarial


class AdversarialTraining(Defense):
    """Trained on adversarial examples of itself: PGD in a Linf ball, `steps` steps a batch.

    Args: eps: radius, a fraction of each feature's range; None: as for the attacks.
    Source: Madry et al., arXiv 1706.06083.
    """

    facts: ClassVar = Facts(
        title="trained on PGD examples of itself, in a Linf ball: the yardstick",
        label="Adversarial training",
        trained="PGD examples of the network itself: the yardstick",
    )
    name: Literal["adversarial-training"] = "adversarial-training"
    eps: Annotated[float, Field(gt=0, le=1e6)] | None = None
    steps: int = Field(7, ge=1, le=1_000)

    def plan(self, data: DataFacts) -> list[Asked]:
        """One network."""
        eps = self.eps or default_eps("linf", data.shape)
        params = {"eps": eps, "steps": self.steps}
        require_fractions(f"defenses.{self.name}", params, "linf", data)
        return [regularized(self.name, params, targets=Adversarial(eps=eps, steps=self.steps))]
