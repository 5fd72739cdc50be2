"""Label smoothing: part of every label is spread over all classes."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from core.defenses.asked import Asked, regularized
from core.defenses.defense import Defense
from core.defenses.facts import Facts
from core.model.data import DataFacts
from core.model.training import Spread


class LabelSmoothing(Defense):
    """Targets (1 - strength) one-hot + strength / N."""

    facts: ClassVar = Facts(
        title="label smoothing: part of every label is spread over all classes",
        label="Label smoothing",
        trained="fixed soft targets: part of every label is spread over all classes",
    )
    name: Literal["label-smoothing"] = "label-smoothing"
    strength: float = Field(0.1, gt=0, lt=1)

    def plan(self, data: DataFacts) -> list[Asked]:
        """One network."""
        wrong = self.strength / data.classes
        targets = Spread(right=1 - self.strength + wrong, wrong=wrong)
        return [regularized(self.name, {"strength": self.strength}, targets=targets)]
