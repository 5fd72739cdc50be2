"""What a run was planned to be: its networks, its attacks, and all it was planned with.

The ledger keeps a `RunPlan` as the provenance of a run: `as_json` writes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import Field

from core.model.base import Count, Distance, Number, Settings, Text, Value
from core.model.cell import EnvironmentFacts, Key
from core.model.data import DataFacts
from core.model.identity import AttackId
from core.model.judged import Changed
from core.model.migration import planned
from core.model.reading import Reading, ScaleFound
from core.model.subject import OfOneNetwork


class GivenFile(Value):
    """A file of a network that a spec names.

    Attributes:
        artifact: sha256 of the stored copy. title: its name. notes: what was changed.
        reading: which network it gives. whole_numbers: whether no gradient reaches its inputs.
        scale: on which scale it works, measured; None: not asked.
        trusted: name of the Python file of `reading.trusted`.
    """

    artifact: Text
    title: Text
    notes: list[Text] = Field([])
    reading: Reading = Reading()
    whole_numbers: bool = False
    scale: ScaleFound | None = None
    trusted: Text | None = None


class PlannedArchitecture(Value):
    """The architecture of the networks that are trained.

    Attributes:
        name: what is trained. requested: what the spec asks for. artifact: sha256 of the user's
            own file. dropout: rate of all dropout layers; None: as built.
    """

    name: Text
    requested: Text
    artifact: Text | None = None
    dropout: Number | None = None


class PlannedNetwork(OfOneNetwork):
    """One network of a run, whether trained yet or not. Args: key: of the cell that gives it."""

    key: Key
    seed: Count

    @property
    def short(self) -> str:
        """Twelve digits of the key: `network_id` of results.parquet."""
        return self.key[:12]

    @property
    def title(self) -> str:
        """In the words of a spec, for labels and messages."""
        at = "" if self.temperature is None else f", T = {self.temperature:g}"
        details = "".join(f", {key} {value}" for key, value in self.defense_params.items())
        return f"{self.defense}{details}{at}, seed {self.seed}"


class PlannedAttack(Value):
    """One attack on one network, whether finished or not.

    Args:
        key: of the cell that attacks the first samples, whose examples are kept.
        network: key of the network.
        budget: the largest distance it may go, in units of `distance` (features for `l0`, else
            fractions of each feature's range); None where it is not limited.
        more: keys of the cells that attack the other samples, in their order.
        planted: key of the cell in which it looks for planted examples; None: in none.
    """

    key: Key
    network: Key
    attack: Text
    attack_params: Settings = Field(alias="params")
    budget: int | Number | None
    distance: Distance
    more: list[Key] = Field([])
    planted: Key | None = None

    @property
    def setting(self) -> AttackId:
        """Which attack it is, the same on all networks."""
        return AttackId.of(self.attack, self.attack_params)

    @property
    def keys(self) -> list[Key]:
        """Of all cells that attack the samples."""
        return [self.key, *self.more]


class RunPlan(Value):
    """Everything that a run was planned with: its provenance, before anything was computed.

    Attributes:
        files: by the path in the spec, with how it is to be read where the spec says so.
        departures, notes: sentences for the report.
        versions: of Python and the libraries, for people.
        criteria_changed: earlier runs with the same steps that asked for something else.
    """

    data: DataFacts
    files: dict[str, GivenFile]
    architecture: PlannedArchitecture
    networks: list[PlannedNetwork]
    attacks: list[PlannedAttack]
    departures: list[Text]
    notes: list[Text]
    environment: EnvironmentFacts
    versions: dict[str, Text | None]
    criteria_changed: list[Changed] = Field([])

    @classmethod
    def from_json(cls, raw: Any) -> RunPlan:
        """What the ledger keeps of a run of this or an earlier version."""
        return cls.model_validate(planned(raw))

    @property
    def attacked(self) -> Iterator[tuple[PlannedNetwork, PlannedAttack]]:
        """Every network of the run with every attack on it, in the order of the plan."""
        for network in self.networks:
            for attack in self.attacks:
                if attack.network == network.key:
                    yield network, attack

    @property
    def all_notes(self) -> list[str]:
        """What a reader has to know: of the plan, then of each file."""
        return [*self.notes, *(note for file in self.files.values() for note in file.notes)]

    def as_json(self) -> Settings:
        """As the ledger keeps it."""
        said = self.model_dump(mode="json", exclude={"criteria_changed"})
        said["architecture"] = self.architecture.model_dump(mode="json", exclude_none=True)
        return said
