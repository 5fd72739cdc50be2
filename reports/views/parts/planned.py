"""What the ledger keeps of a run as JSON, as typed values: the one place where views read it."""

from __future__ import annotations

import yaml
from pydantic import Field

from core.model.base import Distance, Settings, Text, Value
from core.model.identity import AttackId
from core.model.subject import OfOneNetwork
from core.store.records import CellRow, Run


class PlannedNetwork(OfOneNetwork):
    """A network of the run, whether trained yet or not. Args: key: of the cell that trains it."""

    key: Text
    seed: int


class PlannedAttack(Value):
    """An attack on one network, whether finished or not.

    Attributes:
        key: of the cell that attacks the first samples, whose examples are kept.
        network: key of the network.
    """

    key: Text
    network: Text
    attack: Text
    attack_params: Settings = Field(alias="params")
    distance: Distance

    @property
    def setting(self) -> AttackId:
        """Which attack it is about."""
        return AttackId.of(self.attack, self.attack_params)


class Progress(Value):
    """What a cell last told of itself.

    Attributes:
        done, total: epochs or attacked pairs. history: of a training: epoch, loss, accuracy.
    """

    done: float = 0
    total: float = 0
    message: str = ""
    loss: float | None = None
    accuracy: float | None = None
    history: list[list[float]] = Field([])


def networks(run: Run) -> list[PlannedNetwork]:
    """The networks of a run, in the order of its plan."""
    return [PlannedNetwork.model_validate(one) for one in run.provenance["networks"]]


def attacks(run: Run) -> list[PlannedAttack]:
    """The attacks on all networks of a run, in the order of its plan."""
    return [PlannedAttack.model_validate(one) for one in run.provenance["attacks"]]


def attacked_with(run: Run) -> set[str]:
    """The names of the attacks that the spec of a run asks for."""
    return {attack["name"] for attack in run.spec.get("attacks", [])}


def versions(run: Run) -> str:
    """The libraries that a run of any version was planned with: "keras 3.9, numpy 2.0", or ""."""
    known = run.provenance.get("versions", {})
    return ", ".join(f"{name} {value}" for name, value in known.items() if value)


def spec_as_yaml(run: Run) -> str:
    """The spec of a run as YAML."""
    return yaml.safe_dump(run.spec, sort_keys=False, allow_unicode=True)


def told(cell: CellRow) -> Progress | None:
    """What a cell has told of itself; None before it has."""
    return Progress.model_validate(cell.progress) if cell.progress else None
