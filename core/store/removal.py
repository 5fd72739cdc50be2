"""Giving up a run and deleting it, without touching what another run still wants."""

from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from core.errors import UserError
from core.store.artifacts import ArtifactStore
from core.store.database import changed
from core.store.leases import cancel_descendants
from core.store.records import Deleted
from core.store.schema import (
    CANCELLED,
    QUEUED,
    RUNNING,
    Artifact,
    CellArtifact,
    CellInput,
    CellParent,
    Dataset,
    Experiment,
    ExperimentCell,
    StoredCell,
)
from core.store.submission import chunks
from core.store.workspace import cell_log


def cancel_run(session: Session, run: str, now: float) -> dict[str, int]:
    """Give the run up: see `Ledger.cancel`."""
    mine = select(ExperimentCell.key).where(ExperimentCell.run == run)
    unfinished = StoredCell.key.in_(mine) & StoredCell.state.in_((QUEUED, RUNNING))
    total = session.execute(
        select(func.count()).select_from(StoredCell).where(unfinished)
    ).scalar_one()
    if not total:
        return {"cancelled": 0, "stopping": 0, "kept": 0}
    session.get_one(Experiment, run).cancelled = now
    session.flush()
    unwanted = unfinished & ~_wanted_by_another(run)
    running = update(StoredCell).where(unwanted, StoredCell.state == RUNNING)
    stopping = changed(session, running.values(cancel_requested=True))
    keys = session.scalars(select(StoredCell.key).where(unwanted, StoredCell.state == QUEUED)).all()
    for part in chunks(keys):
        queued = update(StoredCell).where(StoredCell.key.in_(part))
        changed(session, queued.values(state=CANCELLED, finished=now))
    cancelled = len(keys) + cancel_descendants(session, keys, now)
    return {
        "cancelled": cancelled,
        "stopping": stopping,
        "kept": total - len(keys) - stopping,
    }


def delete_run(session: Session, run: str, now: float) -> tuple[Deleted, list[str]]:
    """Delete the run and its own cells; returns also the keys whose logs may go.

    The artifacts go afterwards, in `collect_garbage`: a crash in between leaves files too many,
    never rows that point to no file.
    """
    mine = select(ExperimentCell.key).where(ExperimentCell.run == run)
    running = session.execute(
        select(func.count())
        .select_from(StoredCell)
        .where(StoredCell.key.in_(mine), StoredCell.state == RUNNING, ~_wanted_by_another(run))
    ).scalar_one()
    if running:
        raise UserError(
            f"{run} has {running} running cell{'s' if running > 1 else ''}: "
            f"`python -m core cancel {run}` first, then delete it"
        )
    cancel_run(session, run, now)  # what stays must not wait for a run that is gone
    other = aliased(ExperimentCell)
    shared = select(other.key).where(other.run != run, other.key.in_(mine))
    kept = set(session.scalars(shared))
    runs = session.scalars(
        select(other.run).where(other.run != run, other.key.in_(mine)).distinct()
    ).all()
    gone = [key for key in session.scalars(mine) if key not in kept]
    session.execute(delete(Experiment).where(Experiment.id == run))
    for part in chunks(gone):
        session.execute(delete(CellParent).where(CellParent.key.in_(part)))
    for part in chunks(gone):
        session.execute(delete(StoredCell).where(StoredCell.key.in_(part)))
    artifacts_kept = 0
    for part in chunks(kept):
        artifacts_kept += session.execute(
            select(func.count()).select_from(CellArtifact).where(CellArtifact.key.in_(part))
        ).scalar_one()
    return (
        Deleted(
            run=run,
            cells_removed=len(gone),
            cells_kept=len(kept),
            artifacts_removed=0,
            artifacts_kept=artifacts_kept,
            bytes_freed=0,
            shared_with=tuple(sorted(runs)),
        ),
        gone,
    )


def collect_garbage(session: Session, store: ArtifactStore) -> tuple[int, int]:
    """Delete the files that nothing refers to any more; returns their number and bytes."""
    unused = session.scalars(
        select(Artifact.sha256).where(
            ~or_(
                select(CellArtifact.key).where(CellArtifact.sha256 == Artifact.sha256).exists(),
                select(CellInput.key).where(CellInput.sha256 == Artifact.sha256).exists(),
                select(Dataset.source).where(Dataset.sha256 == Artifact.sha256).exists(),
            )
        )
    ).all()
    freed = 0
    for part in chunks(unused):
        freed += sum(store.delete(sha256) for sha256 in part)
        session.execute(delete(Artifact).where(Artifact.sha256.in_(part)))
    return len(unused), freed


def delete_logs(store: ArtifactStore, keys: list[str]) -> None:
    """Remove the logs of cells that are gone."""
    for key in keys:
        cell_log(store.folder.parent, key).unlink(missing_ok=True)


def _wanted_by_another(run: str) -> Any:
    other = aliased(ExperimentCell)
    return (
        select(other.key)
        .join(Experiment, Experiment.id == other.run)
        .where(other.key == StoredCell.key, other.run != run, Experiment.cancelled.is_(None))
        .exists()
    )
