"""The unit of work and of reuse, and what it is told: which network to make, which attack to run.

Payloads are typed here and JSON in the ledger: `Payload.as_json` writes them, `read` reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from core.model.base import Count, Distance, Number, Settings, Text, Value
from core.model.reading import Reading
from core.model.training import ArchitectureSettings, Schedule, Targets

Key = str
"""sha256 in hexadecimal digits of all that decides the result of a cell."""
Kind = Literal["train", "attack", "plant"]


class DataRef(Value):
    """A data set in the store.

    Attributes: artifact: sha256 of the stored copy. checksum: of all that can change a result.
    """

    artifact: Text
    checksum: Text


class EnvironmentFacts(Value):
    """Where a cell is computed; each field can change the last bits of its result.

    Attributes: device: `cpu`, or the name of the GPU. threads: of the child.
    """

    backend: Text
    backend_version: Text
    keras: Text
    device: Text
    threads: Count


class _Told(Value):
    data: DataRef
    environment: EnvironmentFacts

    def as_json(self) -> Settings:
        """What the ledger and the child process get."""
        return self.model_dump(mode="json")


class NewNetwork(Schedule, _Told):
    """A network to be trained from new weights; of a teacher, the only parent, where one is."""

    task: Literal["train"] = "train"
    architecture: ArchitectureSettings
    targets: Targets


class GivenNetwork(_Told):
    """A trained network from a file.

    Attributes:
        network: sha256 of the stored file. title: its name, for what is said about it.
        reading: which network the file gives.
    """

    task: Literal["given"] = "given"
    network: Text
    title: Text
    reading: Reading = Reading()


class ScaledLogits(_Told):
    """The parent network with its logits times `factor`."""

    task: Literal["scaled-logits"] = "scaled-logits"
    factor: Number


TrainPayload = Annotated[NewNetwork | GivenNetwork | ScaledLogits, Field(discriminator="task")]


class AttackPayload(_Told):
    """An attack on one network.

    Attributes:
        network: key of its cell. params: the attack's settings, resolved for the data.
        budget: the largest distance it may go, in units of `distance`; None: any.
        samples: how many test inputs it attacks, from the `first` on, in class-balanced order.
        classes: only inputs of these labels are attacked; None: of all.
        seed: of the attacks that draw. source: key of the network on which `transfer` makes its
            examples.
    """

    network: Key
    attack: Text
    params: Settings
    budget: int | Number | None = None
    distance: Distance
    samples: Annotated[int, Field(ge=1)]
    first: Count = 0
    classes: list[Count] | None = None
    seed: int = 0
    source: Key | None = None


class PlantPayload(_Told):
    """Examples planted in one network, and an attack that looks for them.

    Attributes:
        network: key of its cell. params: the attack's settings, resolved for the data.
        distance, radius, step: of the ball around each sample, see `core.attacks.engine.balls`.
        samples: how many test inputs get an example, the first in class-balanced order.
        classes: as of an attack.
        seed: of the attacks that draw.
    """

    network: Key
    attack: Text
    params: Settings
    distance: Distance
    radius: int | Number
    step: Number | None = None
    samples: Annotated[int, Field(ge=1)]
    classes: list[Count] | None = None
    seed: int = 0


Payload = NewNetwork | GivenNetwork | ScaledLogits | AttackPayload | PlantPayload

_TRAIN: TypeAdapter[NewNetwork | GivenNetwork | ScaledLogits] = TypeAdapter(TrainPayload)
_FIRST_ATTACKS = {"network": "", "distance": "l0"}
"""What attacks of the first version did not say: JSMA was all there was, on the only parent."""


def read(kind: str, stored: Mapping[str, Any]) -> Payload:
    """The payload of a cell that this version or an earlier one wrote as JSON.

    Args: kind: `train`, `attack` or `plant`. Raises `pydantic.ValidationError` where it is none.
    """
    if kind == "plant":
        return PlantPayload.model_validate(dict(stored))
    if kind == "attack":
        return AttackPayload.model_validate({**_FIRST_ATTACKS, **stored})
    return _TRAIN.validate_python(dict(stored))


def kind_of(payload: Payload) -> Kind:
    """What a cell with this payload does."""
    match payload:
        case AttackPayload():
            return "attack"
        case PlantPayload():
            return "plant"
    return "train"


@dataclass(frozen=True)
class Cell:
    """Train one network, attack one, or have an attack look for what was planted in one.

    Args:
        key: sha256 hex of all that decides the result. label: for people.
        payload: everything the child needs beside its parents' outputs.
        parents: keys. priority: smaller first. work: epochs x images x features, or pairs x
            gradient evaluations x features: the unit of time estimates.
    """

    key: Key
    label: str
    payload: Payload
    parents: tuple[Key, ...]
    priority: int
    work: float

    @property
    def kind(self) -> Kind:
        """`train` for whatever gives a network; `attack`, `plant` for what is done to one."""
        return kind_of(self.payload)
