"""Fixed soft labels: what distillation teaches, without a teacher."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from core.defenses.asked import Asked, regularized
from core.defenses.defense import Defense
from core.defenses.facts import Facts
from core.errors import UserError
from core.model.data import DataFacts
from core.model.training import Spread


class SoftLabels(Defense):
    """Targets of `confidence` for the label and `rest` for every other class.

    `rest` defaults to (1 - confidence) / (N - 1); another value must sum to 1 as well, which is
    checked when the number of classes N is known.
    """

    facts: ClassVar = Facts(
        title="fixed soft labels: the right class gets the confidence, the others the rest",
        label="Soft labels",
        trained="fixed soft targets: the confidence for the label, the rest for the others",
    )
    name: Literal["soft-labels"] = "soft-labels"
    confidence: float = Field(0.9, gt=0, le=1)
    rest: float | None = Field(None, ge=0, lt=1)

    def plan(self, data: DataFacts) -> list[Asked]:
        """One network; refused where the targets are no distribution over these classes."""
        fitting = (1 - self.confidence) / (data.classes - 1)
        rest = fitting if self.rest is None else self.rest
        total = self.confidence + rest * (data.classes - 1)
        if abs(total - 1) > 1e-6:
            raise UserError(
                f"defenses.soft-labels: confidence {self.confidence:g} and rest {rest:g} for"
                f" {data.classes - 1} other classes sum to {total:g}, which is no distribution;"
                f" leave rest out, or give {fitting:.6g}",
                2,
            )
        params = {"confidence": self.confidence}
        if self.rest is not None:
            params["rest"] = self.rest
        return [regularized(self.name, params, targets=Spread(right=self.confidence, wrong=rest))]
