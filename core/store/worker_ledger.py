"""What a worker does with the ledger: it says that it lives, takes cells, and gives them back."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select, update

from core.store import leases, limits
from core.store.ledger_file import LedgerFile
from core.store.records import Claim
from core.store.schema import RUNNING, StoredCell, Worker


class WorkerLedger(LedgerFile):
    """The ledger as workers use it.

    What changes a cell returns whether it took effect: a claim that was lost changes nothing.
    """

    def register(self, owner: str, pid: int) -> None:
        """Announce a worker."""
        now = time.time()
        with self._database.write() as session:
            session.merge(Worker(owner=owner, pid=pid, started=now, heartbeat=now, state="alive"))

    def heartbeat(self, owner: str, state: str = "alive") -> None:
        """Say that the worker is alive, or that it has "stopped"."""
        with self._database.write() as session:
            session.execute(
                update(Worker)
                .where(Worker.owner == owner)
                .values(heartbeat=time.time(), state=state)
            )

    def workers(self, state: str = "alive") -> dict[str, int]:
        """Process id by owner, of the workers in this state."""
        with self._database.read() as session:
            rows = session.execute(select(Worker.owner, Worker.pid).where(Worker.state == state))
            return {row.owner: row.pid for row in rows}

    def claim(self, owner: str, lease_seconds: float) -> Claim | None:
        """Take the next cell whose parents are done; None when there is none."""
        if not self.has_ready():  # asking often must not take the write lock
            return None
        with self._database.write() as session:
            return leases.claim_next(session, self.home, owner, lease_seconds)

    def renew(self, claim: Claim, lease_seconds: float) -> bool:
        """Keep the cell for another `lease_seconds`."""
        with self._database.write() as session:
            return leases.set_if_mine(session, claim, lease_until=time.time() + lease_seconds)

    def progress(self, claim: Claim, progress: dict[str, Any]) -> bool:
        """Store how far the cell is."""
        with self._database.write() as session:
            return leases.set_if_mine(session, claim, progress=progress)

    def finish(
        self, claim: Claim, output: dict[str, Any], seconds: float, start_up: float = 0.0
    ) -> bool:
        """Store a cell's output; MissingArtifact when the output names a file that is absent.

        Args:
            seconds: its computing time. start_up: what its process took to load libraries before.
        """
        with self._database.write() as session:
            return leases.finish(session, self.artifacts, claim, output, seconds, start_up)

    def fail(self, claim: Claim, error: str, final: bool = False) -> bool:
        """Count a failure of the cell's own.

        It is queued again until its third, or until the first when `final` (trying again cannot
        help); then it has failed, and so has every cell that waits for it.
        """
        with self._database.write() as session:
            return leases.fail(session, claim, error, final)

    def release(self, claim: Claim) -> bool:
        """Give a cell back unfinished; it counts as no failure. Cancelled if that was asked."""
        with self._database.write() as session:
            return leases.release(session, claim)

    def recover(self, owners: Iterable[str]) -> int:
        """Give back the cells of these dead owners, and all whose lease has ended."""
        with self._database.write() as session:
            return leases.recover(session, owners)

    def enforce_limits(self) -> list[str]:
        """Stop the runs whose time is over; returns their ids. Without any it takes no lock."""
        now = time.time()
        with self._database.read() as session:
            if not limits.due(session, now):
                return []
        with self._database.write() as session:
            return limits.enforce(session, now)

    def cancel_requested(self, owner: str) -> set[str]:
        """Keys of the cells of this owner that were cancelled while they run."""
        with self._database.read() as session:
            return set(
                session.scalars(
                    select(StoredCell.key).where(
                        StoredCell.state == RUNNING,
                        StoredCell.owner == owner,
                        StoredCell.cancel_requested.is_(True),
                    )
                )
            )

    def has_ready(self) -> bool:
        """Whether a queued cell could start now."""
        with self._database.read() as session:
            return session.scalar(leases.ready_query()) is not None
