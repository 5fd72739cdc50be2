"""The one process per workspace that has cells computed. It never imports Keras itself.

It claims cells from the ledger, hands each to the child of a free slot, and survives whatever the
children do. When it dies, its children die with it, and the next worker takes their cells back.
"""

import contextlib
import os
import select
import signal
import sys
import time
import uuid
from pathlib import Path

from core import environment
from core.errors import UserError
from core.execution.launch import take_lock
from core.execution.slot import LEASE_SECONDS, Slot
from core.store import workspace
from core.store.ledger import Ledger

TICK_SECONDS = 0.2
ASK_SECONDS = 0.5  # between two looks at the ledger for work or cancels
HEARTBEAT_SECONDS = 10.0
UNWRITABLE_SECONDS = 600.0  # a ledger that cannot be written for so long: give up
STOP_SECONDS = 3.0  # that a child gets to obey SIGTERM when the worker stops


def work(home: Path | str | None = None, idle_seconds: float = 20.0) -> int:
    """Compute queued cells until there have been none for `idle_seconds`.

    Args:
        home: the workspace, by default $THERMOCLINE_HOME or `workspace/`.
        idle_seconds: how long to wait for new work before ending.

    Returns:
        The exit code: 0, also when another worker is alive; 1 when the ledger stays unwritable.
    """
    folder = workspace.home(home)
    stop = _Stop()
    # After letting go of the lock look once more: whoever queued a cell in the last instant saw a
    # worker alive and started none.
    while (lock := take_lock(folder)) is not None:
        with lock, contextlib.closing(Ledger(folder)) as ledger:
            code = _Worker(folder, ledger, stop).run(idle_seconds)
        if code or stop.asked:
            return code
        with contextlib.closing(Ledger(folder)) as ledger:
            if not ledger.has_ready():
                return 0
    return 0


def devices() -> list[str | None]:
    """One entry per slot: the GPUs that the backend can use, or one None."""
    if not (environment.gpu_support() and environment.gpus()):
        return [None]
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is None:
        return [str(index) for index in range(len(environment.gpus()))]
    chosen = [device.strip() for device in visible.split(",") if device.strip()]
    return [None] if chosen in ([], ["-1"]) else list(chosen)


class _Stop:
    """Whether SIGTERM or SIGINT has asked us to end."""

    def __init__(self) -> None:
        self.asked = False
        with contextlib.suppress(ValueError):  # only the main thread may: tests run in others
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, self._ask)

    def _ask(self, number: int, frame: object) -> None:
        self.asked = True


class _Worker:
    def __init__(self, home: Path, ledger: Ledger, stop: _Stop):
        self._ledger = ledger
        self._stop = stop
        self._owner = f"{os.uname().nodename}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self._slots = [Slot(home, ledger, device) for device in devices()]
        self._asked = self._beaten = -ASK_SECONDS
        self._cancelled: set[str] = set()
        self._trouble: tuple[float, str] | None = None

    def run(self, idle_seconds: float) -> int:
        # We hold the lock, so every other worker of this workspace is dead.
        self._ledger.register(self._owner, os.getpid())
        dead = set(self._ledger.workers()) - {self._owner}
        lost = self._ledger.recover(dead)
        self._ledger.artifacts.sweep()
        _say(f"worker {self._owner}: {len(self._slots)} slot(s), {lost} lost cell(s) taken back")
        try:
            return self._loop(idle_seconds)
        finally:
            self._give_back()

    def _loop(self, idle_seconds: float) -> int:
        busy = time.monotonic()
        while not self._stop.asked:
            try:
                self._tick()
                self._trouble = None
            except UserError as error:
                if not self._endure(str(error)):
                    return 1
            if any(slot.running for slot in self._slots):
                busy = time.monotonic()
            elif time.monotonic() - busy > idle_seconds:
                break
            self._listen()
        return 0

    def _tick(self) -> None:
        now = time.monotonic()
        if now - self._beaten >= HEARTBEAT_SECONDS:
            self._ledger.heartbeat(self._owner)
            self._beaten = now
        ask = now - self._asked >= ASK_SECONDS
        if ask:
            self._asked = now
            for run in self._ledger.enforce_limits():
                _say(f"{run} has reached its time limit and is stopped")
            self._cancelled = self._ledger.cancel_requested(self._owner)
        for slot in self._slots:
            was_busy = slot.running is not None
            slot.tend(self._cancelled)
            if slot.running is None and (ask or was_busy) and not self._stop.asked:
                claim = self._ledger.claim(self._owner, LEASE_SECONDS)
                if claim is not None:
                    slot.begin(claim)

    def _listen(self) -> None:
        """Sleep until a child speaks, or for a tick."""
        children = [slot.child.descriptor for slot in self._slots if slot.child is not None]
        select.select(children, [], [], TICK_SECONDS)
        if self._trouble is not None:
            time.sleep(TICK_SECONDS)

    def _endure(self, line: str) -> bool:
        """Note that the ledger cannot be used just now; False when it has been so for too long."""
        now = time.monotonic()
        if self._trouble is None or self._trouble[1] != line:
            _say(line)
            self._trouble = (self._trouble[0] if self._trouble else now, line)
        return now - self._trouble[0] < UNWRITABLE_SECONDS

    def _give_back(self) -> None:
        for slot in self._slots:
            try:
                slot.give_back(STOP_SECONDS)
            except UserError as error:
                _say(f"{error} (the next worker takes the cell back)")
        try:
            self._ledger.heartbeat(self._owner, state="stopped")
        except UserError as error:
            _say(str(error))


def _say(line: str) -> None:
    # Standard output is a log file on the disk that may just be full.
    with contextlib.suppress(OSError):
        print(time.strftime("%Y-%m-%d %H:%M:%S"), line, file=sys.stderr, flush=True)
