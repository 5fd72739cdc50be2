"""A child process as its worker sees it. `start_child` is the seam for another engine."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from core.environment import THREADS
from core.execution.protocol import decode, encode
from core.store.records import Claim
from core.store.workspace import REPOSITORY

READ_BYTES = 1 << 16
XLA_DETERMINISTIC = "--xla_gpu_deterministic_ops=true"
"""XLA reads this when its first device wakes, before a cell could set it; a CPU ignores it."""


def start_child(home: Path, device: str | None, backend: str | None) -> "ChildProcess":
    """Start a process that computes cells.

    Args:
        home: the workspace.
        device: index of the GPU that it may use; None leaves the choice to the environment.
        backend: Keras backend; None leaves it to the environment.
    """
    threads = str(THREADS)
    environment = {
        **_compiled_once(home),
        **os.environ,
        "THERMOCLINE_HOME": str(home),
        "TF_NUM_INTRAOP_THREADS": threads,
        "TF_NUM_INTEROP_THREADS": threads,
        "OMP_NUM_THREADS": threads,
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "PYTHONUNBUFFERED": "1",
        "XLA_FLAGS": f"{XLA_DETERMINISTIC} {os.environ.get('XLA_FLAGS', '')}".strip(),
    }
    if device is not None:
        environment["CUDA_VISIBLE_DEVICES"] = device
    if backend is not None:
        environment["KERAS_BACKEND"] = backend
    reading, writing = os.pipe()
    try:
        with (home / "logs" / "child.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "core.execution.child", str(writing), str(os.getpid())],
                cwd=REPOSITORY,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                pass_fds=(writing,),
                start_new_session=True,
            )
    except BaseException:
        os.close(reading)
        raise
    finally:
        os.close(writing)
    return ChildProcess(process, reading, backend)


def _compiled_once(home: Path) -> dict[str, str]:
    """Settings by which JAX finds again what any earlier cell compiled; other backends ignore them.

    Without them every attack cell compiles its network anew, for longer than a small cell runs.
    """
    return {
        "JAX_COMPILATION_CACHE_DIR": str(home / "cache" / "jax"),
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
    }


class ChildProcess:
    """A started child: send it cells, read its messages, stop it."""

    def __init__(self, process: subprocess.Popen, messages: int, backend: str | None):
        self.backend = backend
        self.descriptor = messages
        self.ended = False
        self._process = process
        self._buffer = b""
        os.set_blocking(messages, False)

    @property
    def pid(self) -> int:
        """Process id, which is also the id of its process group."""
        return self._process.pid

    def send(self, claim: Claim) -> None:
        """Give it a cell to compute."""
        cell = {
            "key": claim.key,
            "kind": claim.kind,
            "payload": claim.payload.as_json(),
            "parents": claim.parents,
            "log": claim.log,
        }
        self._write({"cell": cell})

    def cancel(self, key: str) -> None:
        """Ask it to leave off at the next batch."""
        self._write({"cancel": key})

    def messages(self) -> list[dict[str, Any]]:
        """What it said since the last call; sets `ended` when its pipe is closed."""
        while True:
            try:
                read = os.read(self.descriptor, READ_BYTES)
            except BlockingIOError:
                break
            if not read:
                self.ended = True
                break
            self._buffer += read
        *lines, self._buffer = self._buffer.split(b"\n")
        return [decode(line) for line in lines]

    def signal(self, number: int) -> None:
        """Send a signal to the child and everything that it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def describe_end(self) -> str:
        """How it ended, in words, once its pipe is closed."""
        try:
            code = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return "the process closed its pipe and hung"
        if code == -signal.SIGKILL:
            return "the process was killed (SIGKILL): often the machine ran out of memory"
        if code < 0:
            return f"the process crashed ({signal.Signals(-code).name})"
        return f"the process ended with code {code}"

    def close(self, patience: float = 0.0) -> None:
        """End it: by SIGTERM if given `patience` seconds to obey, then by SIGKILL."""
        if patience:
            self.signal(signal.SIGTERM)
            deadline = time.monotonic() + patience
            while self._process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.02)
        self.signal(signal.SIGKILL)
        self._process.wait()
        # A pipe with unread input may refuse to be flushed; the child is gone anyway.
        with contextlib.suppress(OSError):
            if self._process.stdin is not None:
                self._process.stdin.close()
        os.close(self.descriptor)

    def _write(self, message: dict[str, Any]) -> None:
        # A child that has just died cannot read; that its pipe ends tells the worker.
        with contextlib.suppress(BrokenPipeError):
            stdin = self._process.stdin
            if stdin is not None:
                stdin.write(encode(message))
                stdin.flush()
