import subprocess
import sys

import pytest

from core.errors import UserError
from core.execution.launch import (
    ensure_worker,
    is_worker_alive,
    lock_path,
    start_worker,
    stop_worker,
    take_lock,
)
from core.store.workspace import REPOSITORY
from tests.execution.conftest import alive

COMMAND = (sys.executable, "-c", "from core.execution.worker import work; work(idle_seconds=60)")


def test_the_lock_says_whether_a_worker_lives_and_a_stale_file_does_not(tmp_path):
    assert not is_worker_alive(tmp_path)
    lock = take_lock(tmp_path)
    assert is_worker_alive(tmp_path)
    assert take_lock(tmp_path) is None
    lock.close()
    assert lock_path(tmp_path).exists()
    assert not is_worker_alive(tmp_path)


def test_a_worker_is_started_once_outlives_its_starter_and_is_stopped(bench):
    code = f"""
from core.execution.launch import ensure_worker
print(ensure_worker({str(bench.home)!r}, {COMMAND!r}), ensure_worker({str(bench.home)!r}))
"""
    starter = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, timeout=30
    )
    assert starter.stdout.split() == ["True", "False"], starter.stderr
    assert is_worker_alive(bench.home)
    pid = int(lock_path(bench.home).read_text())
    assert stop_worker(bench.home)
    bench.until(lambda: not alive(pid))
    assert not is_worker_alive(bench.home)
    assert not stop_worker(bench.home)


def test_a_worker_that_cannot_start_is_one_line_that_names_the_log(bench):
    broken = (sys.executable, "-c", "raise SystemExit('no such module')")
    with pytest.raises(UserError, match=r"worker\.log") as caught:
        start_worker(bench.home, broken)
    assert "\n" not in str(caught.value)
    assert "no such module" in (bench.home / "logs" / "worker.log").read_text()


def test_nothing_heavy_is_imported_to_launch_a_worker():
    code = (
        "import sys; from core.execution import launch;"
        "print({'sqlalchemy', 'keras', 'numpy', 'pydantic'} & set(sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True)
    assert found.stdout.strip() == b"set()", found.stderr


def test_ensure_worker_finds_the_one_that_lives(bench):
    lock = take_lock(bench.home)
    assert ensure_worker(bench.home, ("false",)) is False
    lock.close()
