"""A network as it is: the user's own, whatever was done to defend it."""

from __future__ import annotations

from typing import ClassVar, Literal

from core.defenses.asked import Asked, FromFile
from core.defenses.defense import Defense
from core.defenses.facts import Facts
from core.model.data import DataFacts


class Given(Defense):
    """A trained network from a `.keras` file, attacked as it is."""

    facts: ClassVar = Facts(
        title="a trained network from a file, attacked as it is",
        label="Network as given",
        trained="nothing: your network as it is",
        role="given",
    )
    name: Literal["given"] = "given"
    file: str

    @property
    def network_file(self) -> str:
        """The trained network."""
        return self.file

    def plan(self, data: DataFacts) -> list[Asked]:
        """That network."""
        return [Asked(FromFile(self.file))]
