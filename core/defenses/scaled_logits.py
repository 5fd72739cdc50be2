"""A network that is broken on purpose: no sound evaluation may call it robust."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from core.defenses.asked import Asked, Scaled
from core.defenses.defense import Defense
from core.defenses.facts import Facts
from core.model.data import DataFacts


class ScaledLogits(Defense):
    """The undefended network with its logits times `factor`: broken on purpose, never trained."""

    facts: ClassVar = Facts(
        title="the undefended network, logits multiplied: a broken network",
        label="Scaled logits (broken on purpose)",
        trained="nothing: the undefended network with logits times 100, broken on purpose",
        role="broken",
    )
    name: Literal["scaled-logits"] = "scaled-logits"
    factor: float = Field(100.0, gt=0)

    def plan(self, data: DataFacts) -> list[Asked]:
        """The undefended network, changed."""
        return [Asked(Scaled(self.factor), {"factor": self.factor})]
