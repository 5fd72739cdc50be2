"""Reviews in the ledger: records are added at the end of a run's chain, and publishing freezes it.

What a record may say stands in core/reviews/; here is who may change a run afterwards.
"""

import time
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import UserError
from core.reviews import chain, reading
from core.reviews.schema import Record, Said
from core.store import queries
from core.store.schema import DONE, Review


def records(session: Session, run: str) -> list[Record]:
    """The chain of a run, oldest record first."""
    rows = session.scalars(select(Review).where(Review.run == run).order_by(Review.number))
    return [cast("Record", row.record) for row in rows]


def published(session: Session, runs: list[str]) -> set[str]:
    """Those of `runs` that were published."""
    asked = select(Review.run).where(
        Review.run.in_(runs), Review.record["kind"].as_string() == "publish"
    )
    return set(session.scalars(asked))


def append(session: Session, run: str, said: Said) -> Record:
    """Add what was said (core/reviews/entries.py) to the chain; returns the record.

    The session must hold the write lock, so that two that append at once do not both continue
    the same record.

    Raises: UserError: it does not fit what is there, or publishes a run that has not finished.
    """
    before = records(session, run)
    reading.check(said, run, before)
    if said["kind"] == "publish" and (state := queries.one_run(session, run).state) != DONE:
        raise UserError(f"{run} is {state}: only a run whose every step is done can be published")
    record = chain.chained(said, run, before, time.time())
    session.add(Review(run=run, number=record["number"], record=record))
    session.flush()
    return record


def require_open(session: Session, run: str, what: str) -> None:
    """Refuse to change a run that was published.

    Args: what: the change, as in "renamed". Raises: UserError.
    """
    if published(session, [run]):
        raise UserError(
            f"{run} is published and cannot be {what}: clone it (“Clone and edit” in the app, or"
            " `python -m core run --spec` with its set-up) and change the copy"
        )


def require_deletable(session: Session, run: str) -> None:
    """Refuse to delete a run that somebody signed or that was published. Raises: UserError."""
    require_open(session, run, "deleted")
    signed = [record for record in records(session, run) if record["kind"] == "sign-off"]
    if signed:
        names = ", ".join(dict.fromkeys(record["author"] for record in signed))
        raise UserError(
            f"{run} carries sign-offs (by {names}) and cannot be deleted, or the record of who"
            " approved it would go; clone it to go on from there"
        )
