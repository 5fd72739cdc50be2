"""The ledger: the only truth about which cells exist, run, are done or failed, and for whom.

`Ledger` is the face, with what workers do in worker_ledger.py; the work is done in submission.py,
queries.py, removal.py and leases.py.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from core.errors import UserError
from core.model.cell import Cell
from core.reviews import chain
from core.reviews.schema import Record, Reviews, Said
from core.store import (
    earlier,
    exports,
    leases,
    limits,
    queries,
    removal,
    reviews,
    speeds,
    submission,
)
from core.store.records import CellRow, Deleted, Exported, Run
from core.store.schema import Attempt, Dataset, Experiment, Headline
from core.store.worker_ledger import WorkerLedger


class Ledger(WorkerLedger):
    """The ledger of one workspace. Safe for threads and for several processes on one machine.

    A run is named by its id, the unique start of its id, or "latest".

    Args:
        home: the workspace folder; by default $THERMOCLINE_HOME or `workspace/`.

    Raises:
        UserError: the file `ledger.db` is damaged, newer than this program, or not writable.
    """

    # What people do with runs.

    def submit(self, name: str, spec: dict, provenance: dict, cells: Sequence[Cell]) -> str:
        """Queue an experiment.

        Cells that another run has computed are shared; failed and cancelled ones, and done ones
        whose artifact is missing or truncated, are queued again. The run is marked for good where
        it asks for something else than an earlier run whose finished attacks it shares.

        Returns:
            The run's id, "r-" and six characters.
        """
        with self._database.write() as session:
            provenance = earlier.marked(session, provenance, spec, cells)
            run = submission.create_run(session, name, spec, provenance)
            submission.add_cells(session, self.artifacts, run, cells)
            return run

    def extend(self, run: str, spec: dict, provenance: dict, cells: Sequence[Cell]) -> str:
        """Add cells to a run, whose spec and provenance become these; returns its id.

        Raises:
            UserError: it was published, or its criteria would change.
        """
        with self._database.write() as session:
            experiment = session.get_one(Experiment, queries.resolve(session, run))
            reviews.require_open(session, experiment.id, "extended")
            provenance = earlier.kept(experiment, provenance, spec)
            experiment.spec, experiment.provenance = spec, provenance
            experiment.cancelled = None
            session.flush()
            limits.wind_up(session, experiment.id)
            submission.add_cells(session, self.artifacts, experiment.id, cells)
            return experiment.id

    def known(self, keys: Iterable[str]) -> set[str]:
        """Those of `keys` that need no computing: done, with every artifact in place."""
        with self._database.read() as session:
            return submission.intact_keys(session, self.artifacts, keys)

    def run(self, ref: str) -> Run:
        """The run that `ref` means; UserError names what exists when there is none."""
        with self._database.read() as session:
            return queries.one_run(session, queries.resolve(session, ref))

    def runs(
        self,
        offset: int = 0,
        limit: int | None = 50,
        search: str = "",
        state: str | None = None,
    ) -> list[Run]:
        """One page of runs, newest first; `search` looks into names and ids."""
        with self._database.read() as session:
            return queries.list_runs(session, offset, limit, search, state)

    def count_runs(self, search: str = "", state: str | None = None) -> int:
        """Number of runs in all pages."""
        with self._database.read() as session:
            return queries.count_runs(session, search, state)

    def cells(self, run: str, offset: int = 0, limit: int | None = None) -> list[CellRow]:
        """The cells of a run, in the order of its plan."""
        with self._database.read() as session:
            return queries.run_cells(session, queries.resolve(session, run), offset, limit)

    def cancel(self, run: str) -> dict[str, int]:
        """Give a run up. Cells that another live run wants go on.

        Returns:
            Number of cells `cancelled` (were queued), `stopping` (run; their child is told) and
            `kept` for other runs.
        """
        with self._database.write() as session:
            return removal.cancel_run(session, queries.resolve(session, run), time.time())

    def resume(self, run: str) -> int:
        """Queue again what failed, was cancelled or lost its artifacts; returns how many cells.

        The clock of a run with a time limit starts again.
        """
        with self._database.write() as session:
            found = queries.resolve(session, run)
            reviews.require_open(session, found, "resumed")
            limits.wind_up(session, found)
            return submission.resume_run(session, self.artifacts, found)

    def limit(self, run: str, seconds: float) -> None:
        """Let a run go on for `seconds` from its first step; then the worker stops it."""
        if seconds <= 0:
            raise UserError(f"a time limit is above 0 seconds, not {seconds:g}", exit_code=2)
        with self._database.write() as session:
            limits.give(session, queries.resolve(session, run), seconds)

    def rename(self, run: str, name: str) -> None:
        """Give a run another name."""
        if not name.strip():
            raise UserError("a run needs a name that is not empty", exit_code=2)
        with self._database.write() as session:
            experiment = session.get_one(Experiment, queries.resolve(session, run))
            reviews.require_open(session, experiment.id, "renamed")
            experiment.name = name.strip()

    def delete(self, run: str) -> Deleted:
        """Delete a run, the cells only it uses, and the artifacts that nothing refers to.

        Raises:
            UserError: one of its cells is running for it, somebody signed it, or it is published.
        """
        with self._database.write() as session:
            found = queries.resolve(session, run)
            reviews.require_deletable(session, found)
            deleted, gone = removal.delete_run(session, found, time.time())
        # A second transaction looks again at what is unused, so a cell that finished in between
        # with the same bytes keeps its file.
        with self._database.write() as session:
            removed, freed = removal.collect_garbage(session, self.artifacts)
        removal.delete_logs(self.artifacts, gone)
        return replace(deleted, artifacts_removed=removed, bytes_freed=freed)

    # What people say of runs, and what was made of them.

    def review(self, run: str, said: Said) -> Record:
        """Add what was said (core/reviews/entries.py) to the chain of a run; returns the record.

        Raises:
            UserError: it does not fit the chain, or publishes a run that has not finished.
        """
        with self._database.write() as session:
            return reviews.append(session, queries.resolve(session, run), said)

    def reviews(self, run: str) -> Reviews:
        """The chain of a run as an export holds it: `length`, `head`, `records`."""
        with self._database.read() as session:
            found = queries.resolve(session, run)
            return chain.exported(found, reviews.records(session, found))

    def published(self, runs: Iterable[str]) -> set[str]:
        """Those of these run ids that were published."""
        with self._database.read() as session:
            return reviews.published(session, list(runs))

    def remember_export(
        self,
        run: str,
        sha256: str,
        ending: str,
        content_sha256: str,
        renderer: str,
        chain: Mapping[str, Any],
    ) -> None:
        """Note a file made of a run: its hash, its format, and the chain of reviews in it."""
        with self._database.write() as session:
            exports.remember(session, run, sha256, ending, content_sha256, renderer, chain)

    def exports(self, run: str) -> list[Exported]:
        """The files made of a run, oldest first."""
        with self._database.read() as session:
            return exports.of_run(session, queries.resolve(session, run))

    def exported(self, sha256: str) -> list[Exported]:
        """The exports that were exactly the file with this hash."""
        with self._database.read() as session:
            return exports.of_file(session, sha256)

    def dataset(self, source: str) -> dict[str, Any] | None:
        """What `remember_dataset` stored for this source, or None."""
        with self._database.read() as session:
            found = session.get(Dataset, source)
            return None if found is None else found.info

    def remember_dataset(self, source: str, info: dict[str, Any]) -> None:
        """Keep facts about a data source; the file named by `info["artifact"]` stays with it."""
        sha256 = info.get("artifact")
        with self._database.write() as session:
            if sha256 is not None:
                leases.register_artifact(session, self.artifacts, sha256)
            session.merge(Dataset(source=source, info=info, sha256=sha256))

    def speeds(self) -> dict[str, float]:
        """Seconds per unit of work by group of cells, see speeds.py; empty before the first."""
        with self._database.read() as session:
            return speeds.measured(session)

    def headlines(self, runs: Iterable[str]) -> dict[str, tuple[str, str]]:
        """What was found, by run: the stamp under which it was stored, and the sentence."""
        with self._database.read() as session:
            return queries.headlines(session, runs)

    def remember_headline(self, run: str, stamp: str, text: str) -> None:
        """Keep what a run found; nothing when the run is gone."""
        with self._database.write() as session:
            if session.get(Experiment, run) is not None:
                session.merge(Headline(run=run, stamp=stamp, text=text))

    def attempts(self, key: str) -> list[dict[str, Any]]:
        """Every attempt at a cell: number, owner, started, ended, outcome, error."""
        fields = ("number", "owner", "started", "ended", "outcome", "error")
        with self._database.read() as session:
            rows = session.scalars(
                select(Attempt).where(Attempt.key == key).order_by(Attempt.number)
            )
            return [{field: getattr(row, field) for field in fields} for row in rows]
