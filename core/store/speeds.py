"""Measured speed: seconds per unit of work, by what decides it, from the cells that finished.

An attack belongs to two groups: this attack on this architecture, and any attack on it. Nothing is
said about an architecture that never ran: another's speed would be several times off. Each group
keeps sums in which the last cells weigh most.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.model.cell import (
    AttackPayload,
    GivenNetwork,
    NewNetwork,
    Payload,
    PlantPayload,
    read,
)
from core.store.schema import CellParent, Speed, StoredCell

KEPT = 0.9  # of the older sums, each time a cell is added: the last ten or so decide
START_UP = "start-up"
LEAST_START_UP = 0.5  # seconds; a child that has loaded everything takes less


class Step(Protocol):
    """A cell, planned or stored."""

    @property
    def kind(self) -> str:
        """`train`, `attack` or `plant`."""
        ...

    @property
    def payload(self) -> Payload:
        """What the child is told."""
        ...

    @property
    def parents(self) -> tuple[str, ...]:
        """Keys."""
        ...


def groups(cell: Step, cells: Mapping[str, Step]) -> tuple[str, ...]:
    """Names of the groups of a cell, the finest first.

    Args: cells: by key, those among which the cell's network is found.
    """
    network = _architecture(cell, cells)
    if isinstance(cell.payload, (AttackPayload, PlantPayload)):
        return (f"{cell.kind} {cell.payload.attack} on {network}", f"{cell.kind} on {network}")
    return (f"{cell.kind} {network}",)


def learn(session: Session, cell: StoredCell, seconds: float, start_up: float) -> None:
    """Add a cell that has finished.

    Args:
        seconds: its computing time. start_up: what its process took to load libraries before.
    """
    if start_up > LEAST_START_UP:
        _add(session, START_UP, start_up, 1.0)
    if cell.work > 0 and seconds > 0:
        known = _with_ancestors(session, cell)
        for name in groups(known[cell.key], known):
            _add(session, name, seconds, cell.work)


def measured(session: Session) -> dict[str, float]:
    """Seconds per unit of work by group; `START_UP`: seconds."""
    return {row.name: row.seconds / row.work for row in session.scalars(select(Speed))}


def _architecture(cell: Step, cells: Mapping[str, Step]) -> str:
    match cell.payload:
        case NewNetwork(architecture=there):
            return there.name or str(there.artifact)[:12]
        case GivenNetwork(network=sha256):
            return sha256[:12]
    for parent in cell.parents:
        if parent in cells:
            return _architecture(cells[parent], cells)
    return "?"


def _with_ancestors(session: Session, cell: StoredCell) -> dict[str, Step]:
    found: dict[str, Step] = {}
    waiting = [cell.key]
    while waiting:
        stored = session.get_one(StoredCell, waiting.pop())
        parents = session.scalars(
            select(CellParent.parent)
            .where(CellParent.key == stored.key)
            .order_by(CellParent.position)
        ).all()
        payload = read(stored.kind, stored.payload)
        found[stored.key] = _Stored(stored.kind, payload, tuple(parents))
        waiting += [parent for parent in parents if parent not in found]
    return found


@dataclass(frozen=True)
class _Stored:
    kind: str
    payload: Payload
    parents: tuple[str, ...]


def _add(session: Session, name: str, seconds: float, work: float) -> None:
    row = session.get(Speed, name)
    if row is None:
        session.add(Speed(name=name, seconds=seconds, work=work))
    else:
        row.seconds = KEPT * row.seconds + seconds
        row.work = KEPT * row.work + work
