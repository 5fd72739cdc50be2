"""What every defence is: its settings, the facts about it, and the networks that it asks for.

A defence is one file with one class of this kind, and one line in the registry of `core.defenses`.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated, ClassVar

from pydantic import Field

from core.defenses.asked import Asked, FromFile
from core.defenses.facts import Facts
from core.model.data import DataFacts
from core.settings import Part

Temperature = Annotated[float, Field(gt=0, le=10_000)]
Temperatures = Annotated[list[Temperature], Field(min_length=1, max_length=50)]


class Defense(Part):
    """The settings of one defence; `name` says which.

    Attributes: facts: what is known of it whatever its settings.
    """

    facts: ClassVar[Facts]
    name: str

    @property
    def given(self) -> FromFile | None:
        """The user's own file that it takes a trained network from, where it does."""
        return None

    @property
    def network_file(self) -> str | None:
        """The path of that file."""
        return None if self.given is None else self.given.file

    @abstractmethod
    def plan(self, data: DataFacts) -> list[Asked]:
        """The networks that it asks for on these data, in the order in which they are wanted.

        Raises:
            UserError: if its settings do not fit the data.
        """
