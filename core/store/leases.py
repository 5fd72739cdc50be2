"""The worker's side of the ledger: claim a cell, keep it, and report how it ended.

Every change says WHERE owner = ? AND attempt = ?, so a process that slept past its lease, whose
cell somebody else has claimed since, changes nothing.
"""

import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session, aliased

from core.model.cell import read
from core.store import speeds
from core.store.artifacts import ArtifactStore
from core.store.database import changed
from core.store.records import Claim
from core.store.schema import (
    CANCELLED,
    DONE,
    FAILED,
    QUEUED,
    RUNNING,
    Artifact,
    Attempt,
    CellArtifact,
    CellParent,
    StoredCell,
    Worker,
)
from core.store.submission import chunks
from core.store.workspace import cell_log

MAX_FAILURES = 3
LOST = "lost"


def ready_query() -> Select:
    """The key of the next cell whose parents are all done: older runs, then smaller priority."""
    parent = aliased(StoredCell)
    unfinished = (
        select(CellParent.parent)
        .join(parent, parent.key == CellParent.parent)
        .where(CellParent.key == StoredCell.key, parent.state != DONE)
        .exists()
    )
    return (
        select(StoredCell.key)
        .where(StoredCell.state == QUEUED, ~unfinished)
        .order_by(StoredCell.turn, StoredCell.priority, StoredCell.position)
        .limit(1)
    )


def claim_next(session: Session, home: Path, owner: str, lease_seconds: float) -> Claim | None:
    """Give the next cell that is ready to `owner`."""
    key = session.scalar(ready_query())
    if key is None:
        return None
    cell = session.get_one(StoredCell, key)
    now = time.time()
    cell.state = RUNNING
    cell.owner = owner
    cell.attempt += 1
    cell.lease_until = now + lease_seconds
    cell.started = now
    cell.finished = None
    cell.progress = None
    cell.cancel_requested = False
    cell.log = log = str(cell_log(home, key))
    session.add(Attempt(key=key, number=cell.attempt, owner=owner, started=now))
    return Claim(
        key=key,
        attempt=cell.attempt,
        owner=owner,
        kind=cell.kind,
        label=cell.label,
        payload=read(cell.kind, cell.payload),
        parents=_outputs(session, key),
        log=log,
    )


def set_if_mine(session: Session, claim: Claim, **values: Any) -> bool:
    """Change the claimed cell, unless the claim has been lost; returns whether it took effect."""
    mine = (
        StoredCell.key == claim.key,
        StoredCell.state == RUNNING,
        StoredCell.owner == claim.owner,
        StoredCell.attempt == claim.attempt,
    )
    return changed(session, update(StoredCell).where(*mine).values(**values)) == 1


def finish(
    session: Session,
    store: ArtifactStore,
    claim: Claim,
    output: dict[str, Any],
    seconds: float,
    start_up: float,
) -> bool:
    """Record a cell's output, and how long it took for estimates to come.

    Raises:
        MissingArtifact: the output names a file that is not in the store.
    """
    now = time.time()
    if not set_if_mine(
        session,
        claim,
        state=DONE,
        seconds=seconds,
        finished=now,
        metrics=output["metrics"],
        progress=None,
        error=None,
        failures=0,
        owner=None,
        lease_until=None,
        cancel_requested=False,
    ):
        return False
    for old in session.scalars(select(CellArtifact).where(CellArtifact.key == claim.key)):
        session.delete(old)
    session.flush()
    for role, sha256 in output["artifacts"].items():
        register_artifact(session, store, sha256)
        session.add(CellArtifact(key=claim.key, role=role, sha256=sha256))
    _end_attempt(session, claim, DONE, now)
    speeds.learn(session, session.get_one(StoredCell, claim.key), seconds, start_up)
    return True


def register_artifact(session: Session, store: ArtifactStore, sha256: str) -> None:
    """Put a file of the store under the ledger's care."""
    path = store.path(sha256)
    suffix = path.name.removeprefix(sha256)
    session.merge(Artifact(sha256=sha256, suffix=suffix, size=path.stat().st_size))
    session.flush()


def fail(session: Session, claim: Claim, error: str, final: bool) -> bool:
    """Count a failure: queue the cell again, or give it and its descendants up."""
    cell = session.get(StoredCell, claim.key)
    if cell is None:
        return False
    failures = MAX_FAILURES if final else cell.failures + 1
    now = time.time()
    ended: dict[str, Any] = {"failures": failures, "error": error}
    if cell.cancel_requested:
        ended |= {"state": CANCELLED, "finished": now}
    elif failures >= MAX_FAILURES:
        ended |= {"state": FAILED, "finished": now}
    else:
        ended |= {"state": QUEUED, "started": None, "progress": None}
    label = cell.label
    if not set_if_mine(
        session, claim, owner=None, lease_until=None, cancel_requested=False, **ended
    ):
        return False
    _end_attempt(session, claim, FAILED, now, error)
    if ended["state"] == FAILED:
        _end_descendants(session, [claim.key], FAILED, f"parent {label} failed: {error}", now)
    elif ended["state"] == CANCELLED:
        cancel_descendants(session, [claim.key], now)
    return True


def release(session: Session, claim: Claim) -> bool:
    """Give a cell back unfinished: cancelled if that was asked for, else queued again."""
    cell = session.get(StoredCell, claim.key)
    if cell is None:
        return False
    now = time.time()
    state = CANCELLED if cell.cancel_requested else QUEUED
    if not set_if_mine(
        session,
        claim,
        state=state,
        owner=None,
        lease_until=None,
        cancel_requested=False,
        progress=None,
        started=None,
        finished=now if state == CANCELLED else None,
    ):
        return False
    _end_attempt(session, claim, CANCELLED if state == CANCELLED else LOST, now)
    if state == CANCELLED:
        cancel_descendants(session, [claim.key], now)
    return True


def recover(session: Session, owners: Iterable[str]) -> int:
    """Give back the cells of dead owners and those whose lease has ended; returns their number."""
    now = time.time()
    dead = list(owners)
    lost = session.scalars(
        select(StoredCell).where(
            StoredCell.state == RUNNING,
            or_(StoredCell.owner.in_(dead), StoredCell.lease_until < now),
        )
    ).all()
    claims = [
        Claim(
            key=cell.key,
            attempt=cell.attempt,
            owner=cell.owner or "",
            kind=cell.kind,
            label=cell.label,
            payload=read(cell.kind, cell.payload),
            parents={},
            log="",
        )
        for cell in lost
    ]
    session.execute(update(Worker).where(Worker.owner.in_(dead)).values(state="dead"))
    return sum(release(session, claim) for claim in claims)


def cancel_descendants(session: Session, keys: Sequence[str], now: float) -> int:
    """Cancel every queued cell that waits, near or far, for one of `keys`."""
    return _end_descendants(session, keys, CANCELLED, None, now)


def _end_descendants(
    session: Session, keys: Sequence[str], state: str, error: str | None, now: float
) -> int:
    count = 0
    frontier = list(keys)
    while frontier:
        children: list[str] = []
        for part in chunks(frontier):
            children += session.scalars(
                select(StoredCell.key)
                .join(CellParent, CellParent.key == StoredCell.key)
                .where(CellParent.parent.in_(part), StoredCell.state == QUEUED)
                .distinct()
            )
        for part in chunks(children):
            waiting = update(StoredCell).where(StoredCell.key.in_(part))
            changed(session, waiting.values(state=state, error=error, finished=now))
        count += len(set(children))
        frontier = children
    return count


def _end_attempt(
    session: Session, claim: Claim, outcome: str, now: float, error: str | None = None
) -> None:
    session.execute(
        update(Attempt)
        .where(Attempt.key == claim.key, Attempt.number == claim.attempt)
        .values(ended=now, outcome=outcome, error=error)
    )


def _outputs(session: Session, key: str) -> dict[str, dict[str, Any]]:
    parents = session.execute(
        select(StoredCell.key, StoredCell.metrics)
        .join(CellParent, CellParent.parent == StoredCell.key)
        .where(CellParent.key == key)
        .order_by(CellParent.position)
    ).all()
    outputs: dict[str, dict[str, Any]] = {
        parent: {"artifacts": {}, "metrics": metrics or {}} for parent, metrics in parents
    }
    for parent, role, sha256 in session.execute(
        select(CellArtifact.key, CellArtifact.role, CellArtifact.sha256).where(
            CellArtifact.key.in_(outputs)
        )
    ):
        outputs[parent]["artifacts"][role] = sha256
    return outputs
