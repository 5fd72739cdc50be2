"""One place where a cell can run: its child, its claim, and what is done when either misbehaves."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from core.execution.process import ChildProcess, start_child
from core.execution.protocol import is_disk_full
from core.store.artifacts import MissingArtifact
from core.store.database import DiskFull
from core.store.ledger import Ledger
from core.store.records import Claim

CELLS_PER_CHILD = 50  # then it is replaced, and memory that libraries never give back is free
LEASE_SECONDS = 60.0
RENEW_SECONDS = 15.0
PROGRESS_SECONDS = 1.0
CANCEL_SECONDS = 10.0  # that a cell has to notice a cancel between two batches
TERMINATE_SECONDS = 5.0  # between SIGTERM and SIGKILL
HANG_SECONDS = 600.0
POINTS = 200  # of a training curve that are kept while it grows


@dataclass
class Running:
    """A cell that runs, with the moments (monotonic seconds) that decide about it."""

    claim: Claim
    heard: float
    renewed: float
    reported: float = 0.0
    progress: dict[str, Any] | None = None
    history: list[list[float | None]] = field(default_factory=list)
    cancelled: float | None = None
    terminated: bool = False
    outcome: Callable[[], bool] | None = None  # what the ledger must still be told


class Slot:
    """Runs one cell after another.

    Args:
        device: index of the GPU this slot stands for, None on a machine without.
    """

    def __init__(self, home: Path, ledger: Ledger, device: str | None):
        self.running: Running | None = None
        self.child: ChildProcess | None = None
        self._home = home
        self._ledger = ledger
        self._device = device
        self._cells = 0
        self._hang = float(os.environ.get("THERMOCLINE_HANG_SECONDS", HANG_SECONDS))

    def begin(self, claim: Claim) -> None:
        """Hand a claimed cell to the child, starting one when there is none that fits."""
        now = time.monotonic()
        self.running = Running(claim, heard=now, renewed=now)
        backend = claim.payload.environment.backend
        if self.child is not None and self.child.backend != backend:
            self._replace()
        if self.child is None:
            try:
                self.child = start_child(self._home, self._device, backend)
            except OSError as error:
                full = is_disk_full(error)
                line = str(DiskFull(self._home)) if full else f"no process could start: {error}"
                self._fail(self.running, line, final=full)
                return
        self._cells += 1
        self.child.send(claim)

    def tend(self, cancelled: set[str]) -> None:
        """Look after the running cell: hear the child, keep the lease, cancel, end a hang.

        Args:
            cancelled: keys of the cells that people have cancelled.

        Raises:
            UserError: the ledger cannot be written; what it must be told is kept for next time.
        """
        running = self.running
        if running is not None and running.outcome is not None:
            self._settle(running, running.outcome)
            return
        if self.child is None:
            return
        for message in self.child.messages():
            if self.running is not None and message["key"] == self.running.claim.key:
                self._hear(self.running, message)
        if self.child is not None and self.child.ended:
            self._bury(self.child)
        elif self.running is not None:
            self._watch(self.running, self.child, cancelled)

    def give_back(self, patience: float = 0.0) -> None:
        """End the child; the cell goes back to the queue and counts no failure."""
        self._replace(patience)
        if self.running is not None:
            outcome = self.running.outcome or partial(self._ledger.release, self.running.claim)
            self._settle(self.running, outcome)

    def _hear(self, running: Running, message: dict[str, Any]) -> None:
        running.heard = time.monotonic()
        kind = message["type"]
        if kind == "progress":
            running.progress = _with_history(running.history, message["progress"])
        elif kind == "done":
            self._finish(running, message)
        elif kind == "cancelled":
            self._release(running)
        elif kind == "failed":
            self._fail(running, message["error"], message["final"])

    def _bury(self, child: ChildProcess) -> None:
        """The child has ended by itself, or by our signal after a cancel."""
        running = self.running
        end = child.describe_end()
        if running is None:
            self._replace()
        elif running.cancelled is not None:
            self._release(running)
        else:
            self._fail(running, end, final=False)

    def _watch(self, running: Running, child: ChildProcess, cancelled: set[str]) -> None:
        now = time.monotonic()
        claim = running.claim
        if running.progress is not None and now - running.reported >= PROGRESS_SECONDS:
            progress, running.progress, running.reported = running.progress, None, now
            self._ledger.progress(claim, progress)
        if now - running.renewed >= RENEW_SECONDS:
            running.renewed = now
            if not self._ledger.renew(claim, LEASE_SECONDS):
                self._replace()  # somebody else has it: its result would not be taken
                self.running = None
                return
        if running.cancelled is not None:
            self._insist(running, child, now - running.cancelled)
        elif claim.key in cancelled:
            running.cancelled = now
            child.cancel(claim.key)
        elif now - running.heard > self._hang:
            self._fail(running, f"hung: silent for {self._hang:.0f} s", final=False)

    def _insist(self, running: Running, child: ChildProcess, waited: float) -> None:
        if waited >= CANCEL_SECONDS + TERMINATE_SECONDS:
            child.signal(signal.SIGKILL)
        elif waited >= CANCEL_SECONDS and not running.terminated:
            running.terminated = True
            child.signal(signal.SIGTERM)

    def _finish(self, running: Running, message: dict[str, Any]) -> None:
        output = message["output"], message["seconds"], message.get("start_up", 0.0)

        def finish() -> bool:
            try:
                return self._ledger.finish(running.claim, *output)
            except (MissingArtifact, KeyError, TypeError, ValueError) as error:
                line = f"its output cannot be stored: {error}"
                return self._ledger.fail(running.claim, line)

        if self._cells >= CELLS_PER_CHILD:
            self._replace()
        self._settle(running, finish)

    def _fail(self, running: Running, line: str, final: bool) -> None:
        self._replace()
        self._settle(running, partial(self._ledger.fail, running.claim, line, final))

    def _release(self, running: Running) -> None:
        self._replace()
        self._settle(running, partial(self._ledger.release, running.claim))

    def _settle(self, running: Running, outcome: Callable[[], bool]) -> None:
        running.outcome = outcome
        outcome()
        self.running = None

    def _replace(self, patience: float = 0.0) -> None:
        if self.child is not None:
            self.child.close(patience)
            self.child = None
        self._cells = 0


def _with_history(points: list[list[float | None]], report: dict[str, Any]) -> dict[str, Any]:
    """Progress with the curve so far: points of epoch, loss and accuracy (null: not reported)."""
    if "loss" not in report:
        return report
    points.append([report["done"], report["loss"], report.get("accuracy")])
    if len(points) > POINTS:
        del points[1:-1:2]  # every other one, so that the curve keeps its first and last point
    return {**report, "history": list(points)}
