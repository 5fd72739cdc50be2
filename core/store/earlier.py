"""Criteria are locked with a run; one that came after the results of another is marked for good."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import UserError
from core.model.cell import Cell
from core.model.judged import asks_default
from core.reviews.criteria import Earlier, changed_after_results
from core.store.schema import DONE, Experiment, ExperimentCell, StoredCell
from core.store.submission import chunks

MARK = "criteria_changed"
THERMOCLINES = {"metric": "default", "set_by": "default"}
"""In the place of criteria that nobody set."""


def marked(
    session: Session, provenance: dict[str, Any], spec: dict, cells: Sequence[Cell]
) -> dict[str, Any]:
    """The provenance of a new run, with `criteria_changed` where there is something to say.

    The mark outlives the earlier run. An earlier run that was deleted before leaves none, because
    its results went with it.
    """
    attacks = [cell.key for cell in cells if cell.kind == "attack"]
    found = changed_after_results(_criteria(spec), _earlier(session, attacks))
    return {**provenance, MARK: found} if found else provenance


def kept(experiment: Experiment, provenance: dict[str, Any], spec: dict) -> dict[str, Any]:
    """The new provenance of a run that is extended; a mark of the old one stays.

    Raises: UserError: the criteria are not those that the run was started with.
    """
    locked = "criteria" in experiment.spec  # runs from before criteria had none to lock
    if locked and _criteria(spec) != _criteria(experiment.spec):
        raise UserError(
            f"{experiment.id}: its criteria are locked since it was started; clone it to ask for"
            " something else, and the copy will say so"
        )
    before = experiment.provenance.get(MARK)
    return {**provenance, MARK: before} if before else provenance


def _earlier(session: Session, attacks: list[str]) -> list[Earlier]:
    """The runs that share finished ones of these attack cells, oldest first."""
    finished: dict[str, set[str]] = {}
    for part in chunks(attacks):
        rows = session.execute(
            select(ExperimentCell.run, ExperimentCell.key)
            .join(StoredCell, StoredCell.key == ExperimentCell.key)
            .where(ExperimentCell.key.in_(part), StoredCell.state == DONE)
        )
        for run, key in rows:
            finished.setdefault(run, set()).add(key)
    runs = [
        experiment
        for part in chunks(finished)
        for experiment in session.scalars(select(Experiment).where(Experiment.id.in_(part)))
    ]
    return [
        Earlier(run.id, run.name, _criteria(run.spec), frozenset(finished[run.id]))
        for run in sorted(runs, key=lambda run: (run.created, run.id))
    ]


def _criteria(spec: dict) -> list[dict[str, Any]]:
    criteria = spec.get("criteria", [])
    return [THERMOCLINES] if asks_default(criteria) else criteria
