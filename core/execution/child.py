"""The process that computes cells, one after another: `python -m core.execution.child FD PID`.

Started by `process.start_child`. Keras is imported with the first cell and stays loaded. What
libraries print goes to the cell's log; the worker hears only what `protocol` describes.
"""

import contextlib
import ctypes
import importlib
import os
import queue
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from core.cells.progress import Cancelled
from core.errors import UserError
from core.execution.protocol import decode, encode, is_disk_full
from core.store.artifacts import ArtifactStore
from core.store.database import DiskFull
from core.store.workspace import home

DEFAULT_COMPUTE = "core.cells.cells:compute"
PROGRESS_SECONDS = 0.2
PR_SET_PDEATHSIG = 1
ERROR_LENGTH = 500


def main(descriptor: int, worker: int) -> None:
    """Compute the cells that arrive on standard input until it ends.

    Args:
        descriptor: the open pipe for messages.
        worker: process id of the worker, whose child this must be.
    """
    _die_with(worker)
    child = _Child(os.fdopen(descriptor, "wb", buffering=0), ArtifactStore(home()))
    threading.Thread(target=child.listen, args=(os.fdopen(os.dup(0), "rb"),), daemon=True).start()
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)  # a library that reads standard input must not eat the worker's messages
    child.run()


class _Child:
    def __init__(self, messages: BinaryIO, artifacts: ArtifactStore):
        self._messages = messages
        self._artifacts = artifacts
        self._cells: queue.Queue[dict[str, Any]] = queue.Queue()
        self._cancelled: set[str] = set()

    def listen(self, commands: BinaryIO) -> None:
        for line in commands:
            command = decode(line)
            if "cancel" in command:
                self._cancelled.add(command["cancel"])
            else:
                self._cells.put(command["cell"])
        # The worker is gone: whatever we or our own children still compute, nobody wants.
        os.killpg(0, signal.SIGKILL)

    def run(self) -> None:
        while True:
            cell = self._cells.get()
            self._messages.write(encode({"key": cell["key"], **self._compute(cell)}))

    def _compute(self, cell: dict[str, Any]) -> dict[str, Any]:
        try:
            _redirect_output(cell["log"])
            asked = time.perf_counter()
            compute = _find_compute()
            started = time.perf_counter()
            output = compute(
                cell["kind"],
                cell["payload"],
                cell["parents"],
                self._artifacts,
                self._progress(cell["key"], started),
            )
            times = {"seconds": time.perf_counter() - started, "start_up": started - asked}
            done = {"type": "done", "output": output, **times}
            encode(done)  # an output that is no JSON is the cell's failure, told like any other
            return done
        except Cancelled:
            return {"type": "cancelled"}
        except BaseException as error:
            with contextlib.suppress(OSError):
                traceback.print_exc()
                sys.stderr.flush()
            line, final = self._explain(error)
            return {"type": "failed", "error": line, "final": final}

    def _explain(self, error: BaseException) -> tuple[str, bool]:
        """One line for people, and whether trying again cannot help."""
        if is_disk_full(error):
            return str(DiskFull(self._artifacts.folder.parent)), True
        if isinstance(error, UserError):
            return str(error), True
        text = "".join(traceback.format_exception_only(error)).strip()
        return text.splitlines()[0][:ERROR_LENGTH], False

    def _progress(self, key: str, started: float) -> Callable[..., None]:
        last = -PROGRESS_SECONDS

        def progress(done: float, total: float, message: str = "", **numbers: float) -> None:
            nonlocal last
            if key in self._cancelled:
                raise Cancelled
            now = time.monotonic()
            if now - last >= PROGRESS_SECONDS or done >= total:
                last = now
                seconds = time.perf_counter() - started  # without what loading took
                report = {"done": done, "total": total, "message": message, "seconds": seconds}
                report |= numbers
                self._messages.write(encode({"type": "progress", "key": key, "progress": report}))

        return progress


def _find_compute() -> Callable[..., dict[str, Any]]:
    module, _, function = os.environ.get("THERMOCLINE_COMPUTE", DEFAULT_COMPUTE).partition(":")
    return getattr(importlib.import_module(module), function)


def _redirect_output(log: str) -> None:
    Path(log).parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    sys.stdout.flush()
    sys.stderr.flush()
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.close(descriptor)


def _die_with(worker: int) -> None:
    """Linux kills this process when the worker dies; elsewhere the end of its input does."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != worker:  # it died before the line above
        os._exit(1)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
