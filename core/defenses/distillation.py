"""Defensive distillation: a student learns a teacher's soft labels, both at temperature T."""

from __future__ import annotations

from typing import ClassVar, Literal

from core.defenses.asked import Asked, Trained, on_labels
from core.defenses.defense import Defense, Temperatures
from core.defenses.facts import Facts
from core.model.data import DataFacts
from core.model.training import Teacher


class Distillation(Defense):
    """Teacher and student are trained at T, the student is deployed at T = 1.

    The teacher is the network of `temperature` at the same T. Source: Papernot et al., arXiv
    1511.04508.
    """

    facts: ClassVar = Facts(
        title="defensive distillation: teacher and student at T, deployed at T = 1",
        label="Distillation",
        trained="teacher and student at T, deployed at T = 1",
    )
    name: Literal["distillation"] = "distillation"
    temperatures: Temperatures

    def plan(self, data: DataFacts) -> list[Asked]:
        """One student a temperature."""
        return [Asked(_student(at), temperature=at) for at in self.temperatures]


def _student(temperature: float) -> Trained:
    return Trained(
        f"distillation, T = {temperature:g}",
        temperature,
        targets=Teacher(),
        teacher=on_labels(temperature),
    )
