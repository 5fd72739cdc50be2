import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.execution.launch import stop_worker
from core.store.ledger import Ledger
from core.store.workspace import REPOSITORY
from tests.store.cell_factory import SOMEWHERE, cell, states

WORKER = """
import sys
from core.execution import slot, worker
slot.CANCEL_SECONDS, slot.TERMINATE_SECONDS, slot.RENEW_SECONDS = 0.5, 0.5, 0.3
slot.PROGRESS_SECONDS = 0.1
worker.TICK_SECONDS, worker.ASK_SECONDS = 0.05, 0.1
slot.CELLS_PER_CHILD = int(sys.argv[1])
if len(sys.argv) > 3:
    worker.devices = lambda: sys.argv[3:]
code = worker.work(idle_seconds=float(sys.argv[2]))
print("keras" in sys.modules, "tensorflow" in sys.modules)
sys.exit(code)
"""


class Bench:
    """A workspace with a worker process and cells that write down who computed them."""

    def __init__(self, home):
        self.ledger = Ledger(home)
        self.home = self.ledger.home
        self.diary = home / "diary"
        self.diary.touch()
        self.workers = []

    def cell(self, name, does="nothing", parents=(), backend="tensorflow", **params):
        known = {"name": name, "do": does, "diary": str(self.diary), **params}
        environment = {**SOMEWHERE["environment"], "backend": backend}
        return cell(name, parents, kind="attack", params=known, environment=environment)

    def submit(self, *cells):
        return self.ledger.submit("run", {}, {}, cells)

    def start(self, idle=0.3, cells_per_child=50, gpus=(), **environment):
        environment = {
            **os.environ,
            "KERAS_BACKEND": "tensorflow",
            "THERMOCLINE_HOME": str(self.home),
            "THERMOCLINE_COMPUTE": "tests.execution.fake_cells:compute",
            **environment,
        }
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER, str(cells_per_child), str(idle), *gpus],
            cwd=REPOSITORY,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.workers.append(worker)
        return worker

    def work_off(self, **options):
        """Let a worker run until it has nothing more to do."""
        worker = self.start(**options)
        out, err = worker.communicate(timeout=30)
        assert worker.returncode == 0, err
        return out

    def computed(self):
        """Pairs of a cell's name and the process that began it, in order."""
        lines = [line.rsplit(" ", 1) for line in self.diary.read_text().splitlines()]
        return [(name, int(pid)) for name, pid in lines]

    def states(self, run):
        return states(self.ledger, run)

    def row(self, run, label):
        return next(row for row in self.ledger.cells(run) if row.label == label)

    def until(self, condition, seconds=15.0):
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "waited in vain"
            time.sleep(0.02)


def alive(pid):
    """Whether a process runs; one that is dead and not yet reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.fixture
def bench(tmp_path):
    bench = Bench(tmp_path)
    yield bench
    stop_worker(bench.home, timeout=10)
    for worker in bench.workers:
        if worker.poll() is None:
            worker.send_signal(signal.SIGKILL)
        worker.communicate()
    bench.ledger.close()
