"""How long a run may go on: the clock starts with its first step, and the worker looks at it."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.store.database import changed
from core.store.removal import cancel_run
from core.store.schema import (
    QUEUED,
    RUNNING,
    Experiment,
    ExperimentCell,
    StoredCell,
    TimeLimit,
)

WAITING, TICKING, REACHED, OVER = "waiting", "ticking", "reached", "over"


def give(session: Session, run: str, seconds: float) -> None:
    """Let a run go on for so long from its next step; replaces the limit it had."""
    session.merge(TimeLimit(run=run, seconds=seconds, state=WAITING, deadline=None))


def wind_up(session: Session, run: str) -> None:
    """Start the clock of a run again, if it has one: it is resumed or extended."""
    again = update(TimeLimit).where(TimeLimit.run == run)
    changed(session, again.values(state=WAITING, deadline=None))


def due(session: Session, now: float) -> dict[str, str]:
    """New states of the limits that change now, by run."""
    found: dict[str, str] = {}
    rows = session.scalars(select(TimeLimit).where(TimeLimit.state.in_((WAITING, TICKING)))).all()
    for row in rows:
        if row.deadline is not None and now < row.deadline:
            continue
        given_up = session.get_one(Experiment, row.run).cancelled is not None
        states = set() if given_up else _states(session, row.run)
        if row.deadline is not None:
            found[row.run] = REACHED if states & {QUEUED, RUNNING} else OVER
        elif RUNNING in states:
            found[row.run] = TICKING
        elif QUEUED not in states:
            found[row.run] = OVER
    return found


def enforce(session: Session, now: float) -> list[str]:
    """Start clocks and stop the runs whose time is over; returns these."""
    changes = due(session, now)
    for run, state in changes.items():
        row = session.get_one(TimeLimit, run)
        row.state = state
        if state == TICKING:
            row.deadline = now + row.seconds
        elif state == REACHED:
            cancel_run(session, run, now)
    return [run for run, state in changes.items() if state == REACHED]


def _states(session: Session, run: str) -> set[str]:
    wanted = (
        select(StoredCell.state)
        .join(ExperimentCell, ExperimentCell.key == StoredCell.key)
        .where(ExperimentCell.run == run)
        .distinct()
    )
    return set(session.scalars(wanted))
