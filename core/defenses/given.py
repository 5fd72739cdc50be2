"""A network as it is: the user's own, whatever was done to defend it."""

from __future__ import annotations

from typing import ClassVar, Literal

from core.defenses.asked import Asked, FromFile
from core.defenses.defense import Defense
from core.defenses.facts import Facts
from core.model.data import DataFacts
from core.model.reading import ScaleName


class Given(Defense):
    """A trained network from a `.keras` or `.h5` file, attacked as it is.

    `output` names the one that holds the class scores, where there are several. `scale` says which
    values it takes (`stored`: as in the data's file; `unit`: 0 to 1; `signed`: -1 to 1;
    `bytes`: 0 to 255); without it that is found out.
    """

    facts: ClassVar = Facts(
        title="a trained network from a file, attacked as it is",
        label="Network as given",
        trained="nothing: your network as it is",
        role="given",
    )
    name: Literal["given"] = "given"
    file: str
    output: str | None = None
    scale: ScaleName | None = None

    @property
    def given(self) -> FromFile:
        """The trained network."""
        return FromFile(self.file, self.output, self.scale)

    def plan(self, data: DataFacts) -> list[Asked]:
        """That network."""
        return [Asked(self.given)]
