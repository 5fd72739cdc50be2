"""How cells enter the queue: submit, extend and resume. Finished work is never queued twice."""

import re
import secrets
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.orm import Session

from core.model.cell import Cell
from core.store.artifacts import ArtifactStore
from core.store.database import changed
from core.store.schema import (
    CANCELLED,
    DONE,
    FAILED,
    QUEUED,
    RUNNING,
    Artifact,
    CellArtifact,
    CellInput,
    CellParent,
    Experiment,
    ExperimentCell,
    StoredCell,
)

ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"  # base32, lower case
CHUNK = 500  # SQLite limits the number of values in one statement
CHECKSUM = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Queued:
    """What entering the queue meant: cells to compute, and cells that need not be."""

    queued: int
    shared: int


def chunks(keys: Iterable[str]) -> Iterator[list[str]]:
    """`keys` in lists short enough for one SQL statement."""
    listed = list(keys)
    for start in range(0, len(listed), CHUNK):
        yield listed[start : start + CHUNK]


def create_run(session: Session, name: str, spec: dict, provenance: dict) -> str:
    """Insert a run without cells and return its new id."""
    while True:
        run = "r-" + "".join(secrets.choice(ALPHABET) for _ in range(6))
        if session.get(Experiment, run) is None:
            break
    session.add(
        Experiment(id=run, name=name, created=time.time(), spec=spec, provenance=provenance)
    )
    session.flush()
    return run


def add_cells(session: Session, store: ArtifactStore, run: str, cells: Sequence[Cell]) -> Queued:
    """Make `run` want `cells`: insert the unknown ones and share the known ones.

    Raises:
        ValueError: a parent is neither among `cells` nor in the run already.
    """
    created = session.scalars(select(Experiment.created).where(Experiment.id == run)).one()
    known = {key for part in chunks(c.key for c in cells) for key in _existing(session, part)}
    wanted = set(session.scalars(select(ExperimentCell.key).where(ExperimentCell.run == run)))
    last = session.scalar(
        select(func.max(ExperimentCell.position)).where(ExperimentCell.run == run)
    )
    start = 0 if last is None else last + 1
    numbered = list(enumerate({cell.key: cell for cell in cells}.values(), start=start))
    _require_parents([cell for _, cell in numbered], wanted)

    fresh = [(position, cell) for position, cell in numbered if cell.key not in known]
    _insert(session, StoredCell, [_row(cell, position, created) for position, cell in fresh])
    _insert(
        session,
        CellParent,
        [
            {"key": cell.key, "parent": parent, "position": position}
            for _, cell in fresh
            for position, parent in enumerate(dict.fromkeys(cell.parents))
        ],
    )
    _insert(
        session,
        CellInput,
        [
            {"key": cell.key, "sha256": sha256}
            for _, cell in fresh
            for sha256 in sorted(set(_checksums(cell.payload.as_json())))
        ],
    )
    _insert(
        session,
        ExperimentCell,
        [
            {"run": run, "key": cell.key, "position": position}
            for position, cell in numbered
            if cell.key not in wanted
        ],
    )
    given = {cell.key for _, cell in numbered}
    revived = requeue(session, store, (given & known) | _ancestors(session, given), created)
    return Queued(queued=len(fresh) + revived, shared=len(given & known) - revived)


def requeue(session: Session, store: ArtifactStore, keys: Iterable[str], turn: float) -> int:
    """Queue those of `keys` that must be computed (again), and return how many.

    These are failed and cancelled cells, and done cells whose artifacts are gone or truncated. A
    running cell that was asked to stop goes on.

    Args:
        turn: when the run that wants them was created, seconds since 1970.
    """
    count = 0
    for part in chunks(keys):
        broken = [key for key, intact in _intact(session, store, part).items() if not intact]
        running = update(StoredCell).where(StoredCell.key.in_(part), StoredCell.state == RUNNING)
        changed(session, running.values(cancel_requested=False))
        count += changed(
            session,
            update(StoredCell)
            .where(
                StoredCell.key.in_(part),
                or_(
                    StoredCell.state.in_((FAILED, CANCELLED)),
                    (StoredCell.state == DONE) & StoredCell.key.in_(broken),
                ),
            )
            .values(
                state=QUEUED,
                turn=turn,
                failures=0,
                owner=None,
                lease_until=None,
                cancel_requested=False,
                progress=None,
                error=None,
                started=None,
                finished=None,
                seconds=None,
            ),
        )
    return count


def resume_run(session: Session, store: ArtifactStore, run: str) -> int:
    """Queue again what failed, was cancelled or lost its artifacts; returns the number of cells."""
    experiment = session.get_one(Experiment, run)
    experiment.cancelled = None
    keys = session.scalars(select(ExperimentCell.key).where(ExperimentCell.run == run)).all()
    return requeue(session, store, keys, experiment.created)


def intact_keys(session: Session, store: ArtifactStore, keys: Iterable[str]) -> set[str]:
    """Those of `keys` that are done and whose artifacts are all there, whole."""
    return {
        key
        for part in chunks(keys)
        for key, intact in _intact(session, store, part).items()
        if intact
    }


def _intact(session: Session, store: ArtifactStore, part: list[str]) -> dict[str, bool]:
    """For each done cell: whether each of its artifacts has the recorded size."""
    done = session.scalars(
        select(StoredCell.key).where(StoredCell.key.in_(part), StoredCell.state == DONE)
    )
    whole = dict.fromkeys(done, True)
    outputs = session.execute(
        select(CellArtifact.key, Artifact.sha256, Artifact.suffix, Artifact.size)
        .join(Artifact, Artifact.sha256 == CellArtifact.sha256)
        .where(CellArtifact.key.in_(whole))
    )
    for key, sha256, suffix, size in outputs:
        whole[key] = whole[key] and store.size(sha256, suffix) == size
    return whole


def _existing(session: Session, part: list[str]) -> Sequence[str]:
    return session.scalars(select(StoredCell.key).where(StoredCell.key.in_(part))).all()


def _ancestors(session: Session, keys: set[str]) -> set[str]:
    found: set[str] = set()
    frontier = keys
    while frontier:
        parents = {
            parent
            for part in chunks(frontier)
            for parent in session.scalars(select(CellParent.parent).where(CellParent.key.in_(part)))
        }
        frontier = parents - found
        found |= frontier
    return found


def _require_parents(cells: Sequence[Cell], wanted: set[str]) -> None:
    there = wanted | {cell.key for cell in cells}
    for cell in cells:
        for parent in cell.parents:
            if parent not in there:
                raise ValueError(f"{cell.label!r} needs {parent}, which the run does not hold")


def _row(cell: Cell, position: int, created: float) -> dict[str, Any]:
    return {
        "key": cell.key,
        "kind": cell.kind,
        "label": cell.label,
        "payload": cell.payload.as_json(),
        "work": cell.work,
        "turn": created,
        "priority": cell.priority,
        "position": position,
        "created": time.time(),
    }


def _insert(session: Session, table: type, rows: list[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert(table), rows)


def _checksums(value: Any) -> Iterator[str]:
    """Every string within a JSON value that can be the name of an artifact."""
    if isinstance(value, str):
        if CHECKSUM.fullmatch(value):
            yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _checksums(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _checksums(item)
