"""Measured speed: seconds per unit of work, by what decides it, from the cells that finished.

An attack belongs to two groups: this attack on this architecture, and any attack on it. Nothing is
said about an architecture that never ran: another's speed would be several times off. Each group
keeps sums in which the last cells weigh most.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.store.schema import CellParent, Speed, StoredCell

KEPT = 0.9  # of the older sums, each time a cell is added: the last ten or so decide
START_UP = "start-up"
LEAST_START_UP = 0.5  # seconds; a child that has loaded everything takes less


class Step(Protocol):
    """A cell, planned or stored."""

    @property
    def kind(self) -> str:
        """`train` or `attack`."""
        ...

    @property
    def payload(self) -> dict[str, Any]:
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
    if cell.kind == "attack":
        name = cell.payload.get("attack", "?")
        return (f"attack {name} on {network}", f"attack on {network}")
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
    payload = cell.payload
    if "architecture" in payload:
        there = payload["architecture"]
        return str(there.get("name") or there.get("artifact", "?")[:12])
    if payload.get("task") == "given":
        return str(payload["network"])[:12]
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
        found[stored.key] = _Stored(stored.kind, stored.payload, tuple(parents))
        waiting += [parent for parent in parents if parent not in found]
    return found


class _Stored:
    def __init__(self, kind: str, payload: dict[str, Any], parents: tuple[str, ...]):
        self.kind, self.payload, self.parents = kind, payload, parents


def _add(session: Session, name: str, seconds: float, work: float) -> None:
    row = session.get(Speed, name)
    if row is None:
        session.add(Speed(name=name, seconds=seconds, work=work))
    else:
        row.seconds = KEPT * row.seconds + seconds
        row.work = KEPT * row.work + work
