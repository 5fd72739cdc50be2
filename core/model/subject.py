"""What rows of the results are about: a network, or an attack on a network."""

from __future__ import annotations

from functools import cached_property

from pydantic import Field

from core.model.base import Settings, Temperature, Text, Value
from core.model.identity import AttackId, NetworkId


class OfNetwork(Value):
    """A value about one network, whatever the seed.

    Attributes: defense: name of the defence. defense_params: its settings.
    """

    defense: Text
    defense_params: Settings
    temperature: Temperature = None

    @cached_property
    def identity(self) -> NetworkId:
        """Which network it is about."""
        return NetworkId.of(self.defense, self.defense_params, self.temperature)


class OfAttack(OfNetwork):
    """A value about one attack with its settings on one network."""

    attack: Text
    attack_params: Settings

    @cached_property
    def setting(self) -> AttackId:
        """Which attack it is about."""
        return AttackId.of(self.attack, self.attack_params)


class OfOneNetwork(OfNetwork):
    """As `OfNetwork`, in the parts of results.json that call the settings `params`."""

    defense_params: Settings = Field(alias="params")
