"""Which network and which attack a number is about: two values that compare and serve as keys."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from core.canonical import canonical
from core.model.base import Settings

UNDEFENDED = "none"
"""Name of the defence that is none: the reference of all others."""


@dataclass(frozen=True)
class NetworkId:
    """The network of a row, whatever the seed: a defence with its settings and its temperature.

    Attributes:
        defense: its name. settings: canonical JSON of its settings, so that equal ones are equal.
        temperature: of the distillation or control; None where none applies.
    """

    defense: str
    settings: str
    temperature: float | None

    @classmethod
    def of(cls, defense: str, params: Settings, temperature: float | None) -> NetworkId:
        """The identity of a defence with these settings."""
        at = None if temperature is None else float(temperature)
        return cls(defense, canonical(params), at)

    @property
    def params(self) -> Settings:
        """The settings as JSON values."""
        return json.loads(self.settings)

    @property
    def undefended(self) -> bool:
        """Whether this is the reference that the others are held against."""
        return self.defense == UNDEFENDED


@dataclass(frozen=True)
class AttackId:
    """An attack with its settings, equal on all networks.

    Attributes: attack: its name. settings: canonical JSON of its settings.
    """

    attack: str
    settings: str

    @classmethod
    def of(cls, attack: str, params: Settings) -> AttackId:
        """The identity of an attack with these settings."""
        return cls(attack, canonical(params))

    @property
    def params(self) -> Settings:
        """The settings as JSON values."""
        return json.loads(self.settings)

    @property
    def every_target(self) -> bool:
        """Whether each attacked pair went to its own end, so that a share of them means something.

        Not so for `stop: first-target`, which measures rho alone.
        """
        return self.params.get("stop") != "first-target"

    @property
    def targets(self) -> str | None:
        """Towards which wrong classes: `nearest-9`, `random-9`, `all`; None: all of few."""
        choice = self.params.get("targets")
        return choice if isinstance(choice, str) else None

    @property
    def own_targets(self) -> bool:
        """Whether each network has targets of its own, so that pairs of two do not match."""
        return (self.targets or "").startswith("nearest")

    @property
    def short(self) -> str:
        """Twelve hexadecimal digits, equal for equal attacks: `attack_id` of results.parquet."""
        return hashlib.sha256(canonical([self.attack, self.params]).encode()).hexdigest()[:12]
