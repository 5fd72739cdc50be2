"""What every attack is: its settings, the facts about it, and a way to run it.

An attack is one file with one class of this kind, and one line in the registry of `core.attacks`.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from core.attacks.engine.balls import Ball
from core.attacks.engine.question import Options, Question
from core.attacks.engine.result import AttackResult
from core.attacks.engine.targets import PATTERN, per_sample, stated
from core.attacks.facts import Facts
from core.model.base import Distance, Settings
from core.model.data import DataFacts
from core.settings import Part

_NO_SETTING = frozenset({"name", "samples", "targets"})
"""Of the fields, what says which attack it is, how often it runs or towards which classes."""


class Attack(Part):
    """The settings of one attack; `name` says which.

    Attributes:
        facts: what is known of it whatever its settings.
        unlisted: settings that the rows of its results do not hold, because there is no choice or
            because only their use is told.
        samples: the first so many of the experiment's samples are attacked; None: all, as of
            every attack with a budget, because robust accuracy counts each sample.
        targets: of a targeted attack, towards which wrong classes of each sample: `all`,
            `nearest-9` (those that the attacked network ranks next) or `random-9` (drawn, the same
            for every network); None: all up to 20 classes, else nearest-9.
    """

    facts: ClassVar[Facts]
    unlisted: ClassVar[frozenset[str]] = frozenset()
    name: str
    samples: int | None = Field(None, ge=1, le=1_000_000)
    targets: str | None = Field(None, pattern=f"^({PATTERN})$")

    @model_validator(mode="after")
    def _targets(self) -> Self:
        if self.targets is not None and not self.aims:
            raise ValueError("targets are for targeted attacks; this one leaves the label for any")
        return self

    @field_validator("samples")
    @classmethod
    def _samples(cls, value: int | None) -> int | None:
        if value is not None and not cls.facts.unlimited:
            raise ValueError(
                "only an attack without a budget may leave samples out: what stays"
                " right within one counts all of them"
            )
        return value

    @property
    def aims(self) -> bool:
        """Whether it is targeted: a pair has a class to reach, not one to leave."""
        return True

    @property
    def distance(self) -> Distance:
        """The distance that it keeps small with these settings: `l0`, `l2` or `linf`."""
        return self.facts.distances[0]

    @property
    def adaptive(self) -> bool:
        """Whether these settings follow something that a vanishing probability does not stop."""
        return self.facts.adaptive

    @property
    def source_network(self) -> Literal["none", "independent"] | None:
        """Which other network it has to be given; None where it needs none."""
        return None

    def budget_for(self, data: DataFacts) -> float | None:
        """The largest distance it may go on these data, in its own distance; None: any."""
        return None

    def ball_for(self, data: DataFacts) -> Ball | None:
        """Where an example is planted for it to find; None where it looks on another network."""
        budget = self.budget_for(data)
        return None if budget is None else Ball(self.distance, budget)

    def params_for(self, data: DataFacts) -> Settings:
        """Every setting, resolved for these data, as JSON values: what its rows hold."""
        return self.model_dump(exclude={*_NO_SETTING, *self.unlisted})

    def setting_for(self, data: DataFacts) -> Settings:
        """What its rows hold: `params_for`, and `targets` wherever that could be something else."""
        named = stated(self.targets, data.classes) if self.aims else None
        return (
            self.params_for(data) if named is None else {**self.params_for(data), "targets": named}
        )

    def pairs_for(self, data: DataFacts) -> int:
        """How many pairs each sample has."""
        return per_sample(self.targets, data.classes) if self.aims else 1

    @abstractmethod
    def passes(self, data: DataFacts) -> float:
        """Gradient evaluations that one pair takes at most, or by experience, for time estimates.

        An evaluation without a gradient counts a third of one.
        """

    @abstractmethod
    def run(self, question: Question, options: Options) -> AttackResult:
        """Attack every pair; the result has one entry a pair.

        Raises:
            UserError: if samples lie outside the limits, or the network's logits or gradients are
                not finite.
        """

    @classmethod
    def listed(cls) -> frozenset[str]:
        """Names of the settings that each row of its results holds."""
        return frozenset(cls.model_fields) - _NO_SETTING - cls.unlisted
