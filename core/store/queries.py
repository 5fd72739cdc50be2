"""Reading the ledger: runs with their counts, cells, headlines. Nothing here changes a row."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from core.errors import UserError
from core.model.cell import read
from core.store.limits import REACHED
from core.store.records import CellRow, Run
from core.store.schema import (
    CANCELLED,
    DONE,
    FAILED,
    QUEUED,
    RUNNING,
    STATES,
    CellArtifact,
    CellParent,
    Experiment,
    ExperimentCell,
    Headline,
    StoredCell,
    TimeLimit,
)

NAMED = 5  # how many runs an error line names


def resolve(session: Session, ref: str) -> str:
    """The id of the run that `ref` means: an id, the unique start of one, or "latest".

    Raises:
        UserError: there is none, or more than one.
    """
    newest = select(Experiment.id, Experiment.name).order_by(
        Experiment.created.desc(), Experiment.id
    )
    if ref == "latest":
        found = session.execute(newest.limit(1)).all()
    else:
        start = ref.strip().lower()
        start = start if start.startswith("r-") else f"r-{start}"
        matching = newest.where(Experiment.id.startswith(start, autoescape=True))
        found = session.execute(matching.limit(NAMED + 1)).all() if ref.strip() else []
    if len(found) == 1:
        return found[0].id
    if found:
        raise UserError(f"{ref!r} is the start of several runs: {_listed(found)}")
    there = session.execute(newest.limit(NAMED + 1)).all()
    if not there:
        raise UserError("there are no runs yet: `python -m core run` starts one")
    raise UserError(f"no run {ref!r}; there are {_listed(there)}")


def _listed(rows: Sequence[Any]) -> str:
    names = ", ".join(f"{row.id} ({row.name})" for row in rows[:NAMED])
    return names + (", and more: see `python -m core runs`" if len(rows) > NAMED else "")


def list_runs(
    session: Session, offset: int, limit: int | None, search: str, state: str | None
) -> list[Run]:
    """One page of runs, newest first, each with counts made in SQL."""
    page = (
        select(Experiment)
        .where(*_matching(search, state))
        .order_by(Experiment.created.desc(), Experiment.id)
        .offset(offset)
        .limit(limit)
    )
    return _with_counts(session, session.scalars(page).all())


def count_runs(session: Session, search: str, state: str | None) -> int:
    """Number of runs that `list_runs` would page through."""
    matching = select(func.count()).select_from(Experiment).where(*_matching(search, state))
    return session.execute(matching).scalar_one()


def one_run(session: Session, run: str) -> Run:
    """The run with this id."""
    return _with_counts(session, [session.get_one(Experiment, run)])[0]


def counts_query(runs: Sequence[str]) -> Select:
    """Number of cells, computing time and first and last moment, by run and state."""
    return (
        select(
            ExperimentCell.run,
            StoredCell.state,
            StoredCell.cancel_requested,
            func.count().label("cells"),
            func.sum(StoredCell.seconds).label("seconds"),
            func.min(StoredCell.started).label("started"),
            func.max(StoredCell.finished).label("finished"),
        )
        .join(StoredCell, StoredCell.key == ExperimentCell.key)
        .where(ExperimentCell.run.in_(runs))
        .group_by(ExperimentCell.run, StoredCell.state, StoredCell.cancel_requested)
    )


def _with_counts(session: Session, experiments: Sequence[Experiment]) -> list[Run]:
    rows: dict[str, list[Any]] = {experiment.id: [] for experiment in experiments}
    limited: dict[str, TimeLimit] = {}
    for start in range(0, len(experiments), 500):
        part = [experiment.id for experiment in experiments[start : start + 500]]
        for row in session.execute(counts_query(part)):
            rows[row.run].append(row)
        for limit in session.scalars(select(TimeLimit).where(TimeLimit.run.in_(part))):
            limited[limit.run] = limit
    return [
        _run(experiment, rows[experiment.id], limited.get(experiment.id))
        for experiment in experiments
    ]


def _run(experiment: Experiment, rows: list[Any], limit: TimeLimit | None) -> Run:
    counts = dict.fromkeys(STATES, 0)
    stopping = 0
    for row in rows:
        counts[row.state] += row.cells
        if row.state == RUNNING and row.cancel_requested:
            stopping += row.cells
    state = _derived(counts, stopping, experiment.cancelled is not None)
    moments = [row.started for row in rows if row.started is not None]
    ends = [row.finished for row in rows if row.finished is not None]
    return Run(
        id=experiment.id,
        name=experiment.name,
        created=experiment.created,
        spec=experiment.spec,
        provenance=experiment.provenance,
        state=state,
        counts=counts,
        seconds=sum(row.seconds or 0.0 for row in rows),
        started=min(moments, default=None),
        finished=None if state in (RUNNING, QUEUED) else max(ends, default=None),
        time_limit=None if limit is None else limit.seconds,
        time_is_over=limit is not None and limit.state == REACHED,
    )


def _derived(counts: Mapping[str, int], stopping: int, given_up: bool) -> str:
    """A run's state. What still runs of a run that was given up runs for another run."""
    if stopping if given_up else counts[RUNNING]:
        return RUNNING
    if counts[QUEUED] and not given_up:
        return QUEUED
    if counts[FAILED]:
        return FAILED
    if counts[CANCELLED] or (given_up and (counts[QUEUED] or counts[RUNNING])):
        return CANCELLED
    return DONE


def _matching(search: str, state: str | None) -> list[Any]:
    conditions: list[Any] = []
    if search:
        conditions.append(
            or_(
                Experiment.name.icontains(search, autoescape=True),
                Experiment.id.icontains(search, autoescape=True),
            )
        )
    if state is not None:
        if state not in STATES:
            raise ValueError(f"a state is one of {', '.join(STATES)}, not {state!r}")
        conditions.append(_in_state(state))
    return conditions


def _in_state(wanted: str) -> Any:
    """The rule of `_derived` in SQL; goes through the index on cells.state."""
    given_up = Experiment.cancelled.is_not(None)

    def holds(*conditions: Any) -> Any:
        return Experiment.id.in_(
            select(ExperimentCell.run)
            .join(StoredCell, StoredCell.key == ExperimentCell.key)
            .where(*conditions)
        )

    any_running = holds(StoredCell.state == RUNNING)
    any_queued = holds(StoredCell.state == QUEUED)
    stopping = holds(StoredCell.state == RUNNING, StoredCell.cancel_requested.is_(True))
    any_failed = holds(StoredCell.state == FAILED)
    any_cancelled = or_(
        holds(StoredCell.state == CANCELLED), and_(given_up, or_(any_running, any_queued))
    )
    derived = case(
        (case((given_up, stopping), else_=any_running), RUNNING),
        (and_(any_queued, ~given_up), QUEUED),
        (any_failed, FAILED),
        (any_cancelled, CANCELLED),
        else_=DONE,
    )
    return derived == wanted


def run_cells(session: Session, run: str, offset: int, limit: int | None) -> list[CellRow]:
    """The cells of a run in the order of its plan."""
    page = (
        select(ExperimentCell.key, ExperimentCell.position)
        .where(ExperimentCell.run == run)
        .order_by(ExperimentCell.position)
        .offset(offset)
        .limit(limit)
        .subquery()
    )
    stored = session.scalars(
        select(StoredCell).join(page, page.c.key == StoredCell.key).order_by(page.c.position)
    ).all()
    parents: dict[str, list[str]] = {cell.key: [] for cell in stored}
    artifacts: dict[str, dict[str, str]] = {cell.key: {} for cell in stored}
    for key, parent in session.execute(
        select(CellParent.key, CellParent.parent)
        .join(page, page.c.key == CellParent.key)
        .order_by(CellParent.key, CellParent.position)
    ):
        parents[key].append(parent)
    for key, role, sha256 in session.execute(
        select(CellArtifact.key, CellArtifact.role, CellArtifact.sha256).join(
            page, page.c.key == CellArtifact.key
        )
    ):
        artifacts[key][role] = sha256
    return [
        CellRow(
            key=cell.key,
            kind=cell.kind,
            label=cell.label,
            payload=read(cell.kind, cell.payload),
            state=cell.state,
            progress=cell.progress,
            error=cell.error,
            log=cell.log,
            seconds=cell.seconds,
            started=cell.started,
            finished=cell.finished,
            work=cell.work,
            parents=tuple(parents[cell.key]),
            artifacts=artifacts[cell.key] if cell.state == DONE else {},
            metrics=(cell.metrics or {}) if cell.state == DONE else {},
            attempt=cell.attempt,
            failures=cell.failures,
            cancel_requested=cell.cancel_requested,
        )
        for cell in stored
    ]


def headlines(session: Session, runs: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Stamp and sentence of the runs whose finding was stored."""
    stored = session.scalars(select(Headline).where(Headline.run.in_(list(runs))))
    return {row.run: (row.stamp, row.text) for row in stored}
