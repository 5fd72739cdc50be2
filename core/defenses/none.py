"""No defence: the reference that all others are held against."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import model_validator

from core.defenses.asked import Asked, FromFile, on_labels
from core.defenses.defense import Defense
from core.defenses.facts import Facts
from core.model.data import DataFacts
from core.model.reading import ScaleName


class Undefended(Defense):
    """Hard labels at T = 1; or, with `file`, a trained network taken as the reference.

    `output` and `scale` say how the file is read, as of `given`.
    """

    facts: ClassVar = Facts(
        title="undefended: hard labels, T = 1",
        label="Undefended",
        trained="hard labels at T = 1",
        role="reference",
    )
    name: Literal["none"] = "none"
    file: str | None = None
    output: str | None = None
    scale: ScaleName | None = None

    @model_validator(mode="after")
    def _of_a_file(self) -> Undefended:
        if not self.file and (self.output or self.scale):
            raise ValueError("output and scale say how a file is read: give the file")
        return self

    @property
    def given(self) -> FromFile | None:
        """The trained network that is the reference."""
        return FromFile(self.file, self.output, self.scale) if self.file else None

    def plan(self, data: DataFacts) -> list[Asked]:
        """One network, trained or given."""
        return [Asked(self.given or on_labels())]
