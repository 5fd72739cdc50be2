"""Dropout: the classical regulariser, at another rate than the network's own."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from core.defenses.asked import Asked, regularized
from core.defenses.defense import Defense
from core.defenses.facts import Facts
from core.model.data import DataFacts


class Dropout(Defense):
    """Hard labels at T = 1, every dropout layer of the network at `rate` (0: none).

    A network without a dropout layer is refused for any rate above 0.
    """

    facts: ClassVar = Facts(
        title="dropout at another rate; its reference is the network without any",
        label="Dropout",
        trained=(
            "dropout at another rate; `architecture: {name: paper-mnist, dropout: 0}` makes the"
            " reference one without any"
        ),
    )
    name: Literal["dropout"] = "dropout"
    rate: float = Field(0.5, ge=0, lt=1)

    def plan(self, data: DataFacts) -> list[Asked]:
        """One network."""
        return [regularized(self.name, {"rate": self.rate}, dropout=self.rate)]
