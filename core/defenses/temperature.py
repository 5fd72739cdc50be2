"""The control of distillation: its temperature alone, without a teacher."""

from __future__ import annotations

from typing import ClassVar, Literal

from core.defenses.asked import Asked, on_labels
from core.defenses.defense import Defense, Temperatures
from core.defenses.facts import Facts
from core.model.data import DataFacts


class TemperatureControl(Defense):
    """Hard labels at T, deployed at 1, never distilled: the control, and the teacher."""

    facts: ClassVar = Facts(
        title="trained at T on hard labels, deployed at T = 1, never distilled (the control)",
        label="Temperature control",
        trained="hard labels at T, deployed at T = 1: the control",
        role="control",
    )
    name: Literal["temperature"] = "temperature"
    temperatures: Temperatures

    def plan(self, data: DataFacts) -> list[Asked]:
        """One network a temperature."""
        return [Asked(on_labels(at), temperature=at) for at in self.temperatures]
