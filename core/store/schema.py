"""The ledger's tables. Times are seconds since 1970 (UTC), durations are seconds.

Nothing here decides anything: who may change which state stands in leases.py and removal.py.
"""

from typing import Any

from sqlalchemy import DDL, JSON, ForeignKey, Index, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SCHEMA_VERSION = 3
TABLES_ADDED_SINCE = (1, 2)  # versions that differ from this one by tables they lack, no more

QUEUED, RUNNING, DONE, FAILED, CANCELLED = STATES = (
    "queued",
    "running",
    "done",
    "failed",
    "cancelled",
)


class Base(DeclarativeBase):
    """Common base; a JSON column holds a plain dictionary."""

    type_annotation_map = {dict[str, Any]: JSON(none_as_null=True)}  # noqa: RUF012


class Experiment(Base):
    """One run: a spec that somebody submitted. `cancelled` says when it was given up."""

    __tablename__ = "experiments"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    created: Mapped[float] = mapped_column(index=True)
    cancelled: Mapped[float | None]
    spec: Mapped[dict[str, Any]]
    provenance: Mapped[dict[str, Any]]


class StoredCell(Base):
    """A unit of work, shared by every run that wants it.

    `turn` is when the first run that wanted it was created: older runs go first. `attempt` counts
    claims and fences off late finishers; `failures` counts only the child's own failures.
    """

    __tablename__ = "cells"
    __table_args__ = (
        Index("cells_in_turn", "state", "turn", "priority", "position"),
        Index("cells_recent", "kind", "state", "finished"),
    )

    key: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    label: Mapped[str]
    payload: Mapped[dict[str, Any]]
    work: Mapped[float]
    turn: Mapped[float]
    priority: Mapped[int]
    position: Mapped[int]
    state: Mapped[str] = mapped_column(default=QUEUED)
    attempt: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    owner: Mapped[str | None]
    lease_until: Mapped[float | None]
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    progress: Mapped[dict[str, Any] | None]
    error: Mapped[str | None]
    log: Mapped[str | None]
    seconds: Mapped[float | None]
    metrics: Mapped[dict[str, Any] | None]
    created: Mapped[float]
    started: Mapped[float | None]
    finished: Mapped[float | None]


class CellParent(Base):
    """`key` needs the output of `parent`."""

    __tablename__ = "cell_parents"

    key: Mapped[str] = mapped_column(ForeignKey("cells.key", ondelete="CASCADE"), primary_key=True)
    parent: Mapped[str] = mapped_column(ForeignKey("cells.key"), primary_key=True, index=True)
    position: Mapped[int]


class ExperimentCell(Base):
    """`run` wants `key`, as its `position`-th cell."""

    __tablename__ = "experiment_cells"
    __table_args__ = (Index("experiment_cells_in_order", "run", "position"),)

    run: Mapped[str] = mapped_column(
        ForeignKey("experiments.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(ForeignKey("cells.key"), primary_key=True, index=True)
    position: Mapped[int]


class Artifact(Base):
    """A file in the artifact store whose life the ledger governs; `size` in bytes."""

    __tablename__ = "artifacts"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    suffix: Mapped[str]
    size: Mapped[int]


class CellArtifact(Base):
    """The output of a cell in one role, such as "network"."""

    __tablename__ = "cell_artifacts"

    key: Mapped[str] = mapped_column(ForeignKey("cells.key", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("artifacts.sha256"), index=True)


class CellInput(Base):
    """A checksum named in a cell's payload: if an artifact has it, the artifact must stay."""

    __tablename__ = "cell_inputs"

    key: Mapped[str] = mapped_column(ForeignKey("cells.key", ondelete="CASCADE"), primary_key=True)
    sha256: Mapped[str] = mapped_column(primary_key=True, index=True)


class Attempt(Base):
    """One claim of a cell and how it ended: done, failed, cancelled or lost."""

    __tablename__ = "attempts"

    key: Mapped[str] = mapped_column(ForeignKey("cells.key", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str]
    started: Mapped[float]
    ended: Mapped[float | None]
    outcome: Mapped[str | None]
    error: Mapped[str | None]


class Worker(Base):
    """A process that claims cells; `state` is alive, stopped or dead."""

    __tablename__ = "workers"

    owner: Mapped[str] = mapped_column(primary_key=True)
    pid: Mapped[int]
    started: Mapped[float]
    heartbeat: Mapped[float]
    state: Mapped[str]


class Dataset(Base):
    """What is known of a data source; `sha256` is the artifact that keeps its arrays, if any."""

    __tablename__ = "datasets"

    source: Mapped[str] = mapped_column(primary_key=True)
    info: Mapped[dict[str, Any]]
    sha256: Mapped[str | None] = mapped_column(index=True)


class Headline(Base):
    """What a run found, in one sentence; holds while `stamp` is what the run would give."""

    __tablename__ = "headlines"

    run: Mapped[str] = mapped_column(
        ForeignKey("experiments.id", ondelete="CASCADE"), primary_key=True
    )
    stamp: Mapped[str]
    text: Mapped[str]


class Speed(Base):
    """Seconds and work of the cells of one group, recent ones weighing most."""

    __tablename__ = "speeds"

    name: Mapped[str] = mapped_column(primary_key=True)
    seconds: Mapped[float]
    work: Mapped[float]


class TimeLimit(Base):
    """How long a run may go on, in seconds from its first step.

    `state` is waiting (no step has started), ticking (until `deadline`), reached or over (the run
    ended before).
    """

    __tablename__ = "time_limits"

    run: Mapped[str] = mapped_column(
        ForeignKey("experiments.id", ondelete="CASCADE"), primary_key=True
    )
    seconds: Mapped[float]
    state: Mapped[str] = mapped_column(index=True)
    deadline: Mapped[float | None]


class Review(Base):
    """One record of a run's chain, see core/reviews/chain.py; rows are added, never changed."""

    __tablename__ = "reviews"

    run: Mapped[str] = mapped_column(
        ForeignKey("experiments.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    record: Mapped[dict[str, Any]]


class Export(Base):
    """A file that was made of a run; rows are added, never changed.

    `content_sha256`, `renderer` and the chain (`head`, `length`) are those of the moment.
    """

    __tablename__ = "exports"

    run: Mapped[str] = mapped_column(
        ForeignKey("experiments.id", ondelete="CASCADE"), primary_key=True
    )
    sha256: Mapped[str] = mapped_column(primary_key=True, index=True)
    format: Mapped[str]
    content_sha256: Mapped[str]
    renderer: Mapped[str]
    head: Mapped[str]
    length: Mapped[int]
    created: Mapped[float]


def _only_added_to(table: str) -> list[DDL]:
    """Triggers by which SQLite itself refuses to change a row, or to remove one but with its run.

    A run's rows go by the foreign key, after the run itself: then it is no longer there.
    """
    refuse = f"SELECT RAISE(ABORT, '{table} is only added to');"
    return [
        DDL(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN {refuse} END"),
        DDL(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}"
            " WHEN EXISTS (SELECT 1 FROM experiments WHERE id = OLD.run)"
            f" BEGIN {refuse} END"
        ),
    ]


for _class in (Review, Export):
    for _trigger in _only_added_to(_class.__tablename__):
        event.listen(_class.__table__, "after_create", _trigger)
