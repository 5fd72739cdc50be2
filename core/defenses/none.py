"""No defence: the reference that all others are held against."""

from __future__ import annotations

from typing import ClassVar, Literal

from core.defenses.asked import Asked, FromFile, on_labels
from core.defenses.defense import Defense
from core.defenses.facts import Facts
from core.model.data import DataFacts


class Undefended(Defense):
    """Hard labels at T = 1; or, with `file`, a trained network taken as the reference."""

    facts: ClassVar = Facts(
        title="undefended: hard labels, T = 1",
        label="Undefended",
        trained="hard labels at T = 1",
        role="reference",
    )
    name: Literal["none"] = "none"
    file: str | None = None

    @property
    def network_file(self) -> str | None:
        """The trained network that is the reference."""
        return self.file

    def plan(self, data: DataFacts) -> list[Asked]:
        """One network, trained or given."""
        return [Asked(FromFile(self.file) if self.file else on_labels())]
