"""The key of a cell: the hash of all that decides its result. And the cells of a plan, by key."""

from __future__ import annotations

import hashlib

from core.attacks import kind as attack_kind
from core.canonical import canonical
from core.errors import UserError
from core.model.cell import (
    AttackPayload,
    Cell,
    DataRef,
    EnvironmentFacts,
    Key,
    Payload,
    PlantPayload,
    kind_of,
)
from core.model.data import DataFacts
from core.planning.sources import fingerprint

TRAIN_CODE = ("core.cells.train_cell", "core.cells.settling")
ATTACK_CODE = ("core.cells.attack_cell", "core.cells.settling")
PLANT_CODE = ("core.cells.plant_cell", "core.cells.settling")


def key_of(payload: Payload, parents: tuple[Key, ...]) -> Key:
    """The key of a cell with this payload, computed by the code that is here now.

    Where the data lie is no part of it; what is in them is. What was added to payloads later stands
    in the key only where it is used, so that what was computed before is found.
    """
    told = payload.model_dump(mode="json", exclude={"data": {"artifact"}})
    if told.get("classes", ()) is None:
        del told["classes"]
    decides = {
        "kind": kind_of(payload),
        "payload": told,
        "parents": list(parents),
        "code": code_of(payload),
    }
    return hashlib.sha256(canonical(decides).encode()).hexdigest()


def code_of(payload: Payload) -> str:
    """Fingerprint of the code that computes a cell, on its backend."""
    match payload:
        case AttackPayload():
            modules = (*ATTACK_CODE, attack_kind(payload.attack).__module__)
        case PlantPayload():
            modules = (*PLANT_CODE, attack_kind(payload.attack).__module__)
        case _:
            modules = TRAIN_CODE
    return fingerprint(*modules, backend=payload.environment.backend)


class Cells:
    """The cells of a plan, each once, in the order in which they are wanted."""

    def __init__(self, data: DataFacts, environment: EnvironmentFacts):
        if data.artifact is None:
            raise UserError(f"{data.title}: these data are not in the store", 2)
        self.data = DataRef(artifact=data.artifact, checksum=data.checksum)
        self.environment = environment
        self._by_key: dict[Key, Cell] = {}

    def add(self, label: str, payload: Payload, parents: tuple[Key, ...], work: float) -> Key:
        """Want this cell; the first label that it was wanted under stays. Returns its key."""
        key = key_of(payload, parents)
        if key not in self._by_key:
            place = len(self._by_key)
            self._by_key[key] = Cell(key, label, payload, parents, place, float(work))
        return key

    def all(self) -> tuple[Cell, ...]:
        """Every cell that was wanted."""
        return tuple(self._by_key.values())
