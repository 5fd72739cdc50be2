"""Is a worker alive, start one, stop it. Standard library only: the app's process imports this.

A worker holds a lock on `<home>/worker.lock` for as long as it lives; the kernel lets go of it
however the worker dies, so the lock, not a process id, says whether one is alive.
"""

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from core.errors import UserError
from core.store.workspace import REPOSITORY

WORKER = (sys.executable, "-m", "core", "worker")
START_SECONDS = 30.0
PROBES = 20  # a probe holds the lock for an instant, so a worker tries more than once


def lock_path(home: Path) -> Path:
    """The file whose lock the living worker holds; it contains its process id."""
    return Path(home) / "worker.lock"


def take_lock(home: Path) -> IO[str] | None:
    """Become the one worker of this workspace.

    Returns:
        The open lock file, to be kept open for life; None when another worker lives.
    """
    file = lock_path(home).open("a+")
    for _ in range(PROBES):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.02)
            continue
        file.seek(0)
        file.truncate()
        file.write(f"{os.getpid()}\n")
        file.flush()
        return file
    file.close()
    return None


def is_worker_alive(home: Path) -> bool:
    """Whether a worker runs for this workspace."""
    try:
        file = lock_path(home).open("r")
    except FileNotFoundError:
        return False
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def start_worker(home: Path, command: Sequence[str] = WORKER) -> int:
    """Start a worker that lives on when this process ends, and wait until it holds the lock.

    Args:
        home: the workspace; the worker writes to its `logs/worker.log`.
        command: the program to start.

    Returns:
        The process id of the started process.

    Raises:
        UserError: it ended or did not come up within 30 s; the line names the log.
    """
    log = Path(home) / "logs" / "worker.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            cwd=REPOSITORY,
            env={**os.environ, "THERMOCLINE_HOME": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    deadline = time.monotonic() + START_SECONDS
    while not is_worker_alive(home):
        # A worker that finds another one ends at once with 0, and that other one is as good.
        if process.poll() not in (None, 0) or time.monotonic() > deadline:
            process.kill()
            raise UserError(f"the worker did not start: see {log}")
        if process.returncode == 0:
            break
        time.sleep(0.05)
    return process.pid


def ensure_worker(home: Path, command: Sequence[str] = WORKER) -> bool:
    """Start a worker when none is alive; returns whether it did."""
    if is_worker_alive(home):
        return False
    start_worker(home, command)
    return True


def stop_worker(home: Path, timeout: float = 20.0) -> bool:
    """Ask the worker to stop, and kill it when it has not within `timeout` seconds.

    Its cells go back to the queue. Returns whether there was one to stop.
    """
    if not is_worker_alive(home):
        return False
    _signal(home, signal.SIGTERM)
    if not _gone(home, timeout):
        _signal(home, signal.SIGKILL)
        _gone(home, timeout)
    return True


def _gone(home: Path, timeout: float) -> bool:
    deadline = time.monotonic() + timeout
    while is_worker_alive(home):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _signal(home: Path, number: int) -> None:
    # The file is empty for an instant after the lock is taken.
    for _ in range(PROBES):
        if (text := lock_path(home).read_text().strip()) or not is_worker_alive(home):
            break
        time.sleep(0.02)
    if text and is_worker_alive(home):
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(text), number)
