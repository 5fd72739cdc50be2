import os
import signal
from pathlib import Path

import pytest

from core.execution import worker as module
from tests.execution.conftest import alive


def test_a_worker_runs_parents_before_children_and_never_imports_keras(bench):
    teacher = bench.cell("teacher")
    student = bench.cell("student", parents=[teacher])
    run = bench.submit(teacher, student)
    assert bench.work_off().split() == ["False", "False"]
    assert bench.states(run) == {"teacher": "done", "student": "done"}
    row = bench.row(run, "student")
    assert (row.metrics["name"], row.metrics["parents"]) == ("student", ["teacher"])
    assert bench.ledger.artifacts.read_bytes(row.artifacts["network"]) == b"student"
    (_, first), (_, second) = bench.computed()
    assert first == second, "one child computes one cell after another"
    assert not alive(first)


def test_what_libraries_print_goes_to_the_log_of_the_cell(bench):
    run = bench.submit(bench.cell("noisy"), bench.cell("other"))
    bench.work_off()
    log = Path(bench.row(run, "noisy").log).read_text()
    assert "noise of noisy" in log
    assert "C library noise" in log
    assert "other" not in log


def test_a_child_is_replaced_after_so_many_cells(bench):
    bench.submit(*[bench.cell(str(n)) for n in range(5)])
    bench.work_off(cells_per_child=2)
    assert len({pid for _, pid in bench.computed()}) == 3


def test_a_child_has_the_backend_that_its_cell_was_planned_for(bench):
    jax = bench.cell("planned for jax", backend="jax")
    torch = bench.cell("planned for torch", backend="torch")
    run = bench.submit(jax, torch)
    bench.work_off()
    assert [row.metrics["backend"] for row in bench.ledger.cells(run)] == ["jax", "torch"]


def test_two_gpus_compute_two_cells_at_a_time_each_on_its_own(bench):
    run = bench.submit(*[bench.cell(str(n), "work", seconds=1.5) for n in range(2)])
    bench.work_off(gpus=("0", "1"))
    first, second = bench.ledger.cells(run)
    assert {first.metrics["gpu"], second.metrics["gpu"]} == {"0", "1"}
    assert second.started < first.finished


def test_an_error_is_retried_three_times_and_told_in_one_line(bench):
    run = bench.submit(bench.cell("bad", "fail"), bench.cell("good"))
    bench.work_off()
    assert bench.states(run) == {"bad": "failed", "good": "done"}
    row = bench.row(run, "bad")
    assert row.error == "ValueError: accuracy is not a number"
    assert "Traceback" in Path(row.log).read_text()
    pids = [pid for name, pid in bench.computed() if name == "bad"]
    assert len(set(pids)) == 3, "each attempt has a fresh process"


def test_what_no_retry_can_mend_fails_at_once_and_the_worker_goes_on(bench):
    run = bench.submit(
        bench.cell("unusable", "user_error"), bench.cell("full", "full_disk"), bench.cell("good")
    )
    bench.work_off()
    assert bench.states(run) == {"unusable": "failed", "full": "failed", "good": "done"}
    said = bench.row(run, "unusable").error
    assert said == "the file holds no images: give one with x_train"
    full = f"no space left on the disk that holds {bench.home}: free some, then resume the run"
    assert bench.row(run, "full").error == full
    assert [name for name, _ in bench.computed()] == ["unusable", "full", "good"]


def test_however_a_cell_ends_its_process_the_reason_is_told(bench):
    run = bench.submit(*[bench.cell(does, does) for does in ("segfault", "leave", "not_json")])
    bench.work_off()
    assert set(bench.states(run).values()) == {"failed"}
    assert "SIGSEGV" in bench.row(run, "segfault").error
    assert bench.row(run, "leave").error == "SystemExit: a library wanted to leave"
    assert bench.row(run, "not_json").error.startswith("TypeError: object")


def test_a_cell_whose_process_dies_is_tried_again(bench):
    run = bench.submit(bench.cell("exits", "exit_once"), bench.cell("dies", "kill_itself_once"))
    bench.work_off()
    for row in bench.ledger.cells(run):
        assert (row.state, row.attempt, row.error) == ("done", 2, None)
    errors = [bench.ledger.attempts(row.key)[0]["error"] for row in bench.ledger.cells(run)]
    assert errors[0] == "the process ended with code 3"
    assert "SIGKILL" in errors[1]


def test_kill_9_of_the_child_in_mid_cell(bench):
    run = bench.submit(bench.cell("network", "slow_once"))
    worker = bench.start()
    bench.until(lambda: bench.row(run, "network").progress is not None)
    os.kill(bench.computed()[0][1], signal.SIGKILL)
    worker.communicate(timeout=20)
    assert bench.states(run) == {"network": "done"}


@pytest.mark.parametrize("does", ["slow_once", "hold_the_interpreter_once"])
def test_kill_9_of_the_worker_takes_its_child_along_and_the_next_one_recovers(bench, does):
    run = bench.submit(bench.cell("network", does))
    worker = bench.start()
    bench.until(lambda: bench.row(run, "network").progress is not None)
    child = bench.computed()[0][1]
    worker.kill()
    worker.wait()
    bench.until(lambda: not alive(child), seconds=5)
    assert bench.states(run) == {"network": "running"}
    bench.work_off()
    row = bench.row(run, "network")
    assert (row.state, row.attempt, row.failures) == ("done", 2, 0)
    assert [a["outcome"] for a in bench.ledger.attempts(row.key)] == ["lost", "done"]


def test_sigterm_stops_the_child_and_gives_the_cell_back(bench):
    run = bench.submit(bench.cell("network", "slow_once"))
    worker = bench.start()
    bench.until(lambda: bench.computed())
    worker.terminate()
    worker.communicate(timeout=10)
    assert worker.returncode == 0
    assert not alive(bench.computed()[0][1])
    row = bench.row(run, "network")
    assert (row.state, row.failures) == ("queued", 0)
    assert bench.ledger.workers() == {}


def test_progress_is_stored_and_the_lease_renewed(bench):
    run = bench.submit(bench.cell("network", "slow_once"))
    bench.start()
    bench.until(lambda: (bench.row(run, "network").progress or {}).get("message") == "working")
    progress = bench.row(run, "network").progress
    assert progress["total"] == 1000
    assert 0 <= progress["done"] < 1000


@pytest.mark.parametrize(
    ("does", "heard"), [("slow_once", True), ("hang_once", False), ("hang_deaf", False)]
)
def test_cancel_ends_a_running_cell_whether_it_listens_or_not(bench, does, heard):
    run = bench.submit(bench.cell("network", does), bench.cell("never begun"))
    worker = bench.start()
    bench.until(lambda: bench.computed())
    bench.ledger.cancel(run)
    worker.communicate(timeout=20)
    assert bench.states(run) == {"network": "cancelled", "never begun": "cancelled"}
    assert not alive(bench.computed()[0][1])
    assert len(bench.computed()) == 1
    assert (bench.home / "heard").exists() == heard


def test_a_cancelled_run_can_be_resumed(bench):
    run = bench.submit(bench.cell("network", "slow_once"))
    worker = bench.start()
    bench.until(lambda: bench.computed())
    bench.ledger.cancel(run)
    worker.communicate(timeout=20)
    bench.ledger.resume(run)
    bench.work_off()
    assert bench.states(run) == {"network": "done"}


def test_a_hanging_child_is_replaced_and_its_cell_tried_again(bench):
    run = bench.submit(bench.cell("network", "hang_once"))
    bench.work_off(THERMOCLINE_HANG_SECONDS="1")
    row = bench.row(run, "network")
    assert (row.state, row.attempt) == ("done", 2)
    assert bench.ledger.attempts(row.key)[0]["error"] == "hung: silent for 1 s"


def test_a_second_worker_ends_at_once(bench):
    bench.submit(bench.cell("network", "slow_once"))
    bench.start()
    bench.until(lambda: bench.computed())
    second = bench.start(idle=60)
    second.communicate(timeout=10)
    assert second.returncode == 0
    assert len(bench.computed()) == 1


def test_a_parent_that_fails_for_good_fails_its_children_unrun(bench):
    teacher = bench.cell("teacher", "user_error")
    run = bench.submit(teacher, bench.cell("student", parents=[teacher]))
    bench.work_off()
    assert bench.row(run, "student").error.startswith("parent teacher failed: the file holds")
    assert [name for name, _ in bench.computed()] == ["teacher"]


@pytest.mark.parametrize(
    ("gpus", "support", "visible", "expected"),
    [
        ((), True, None, [None]),
        (("H100",), False, None, [None]),
        (("H100", "H100"), True, None, ["0", "1"]),
        (("H100", "H100"), True, "1", ["1"]),
        (("H100", "H100"), True, "", [None]),
        (("H100", "H100"), True, "-1", [None]),
    ],
)
def test_one_slot_per_gpu_that_the_backend_can_use(monkeypatch, gpus, support, visible, expected):
    monkeypatch.setattr(module.environment, "gpus", lambda: gpus)
    monkeypatch.setattr(module.environment, "gpu_support", lambda: support)
    if visible is None:
        monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    else:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert module.devices() == expected


def test_a_time_limit_holds_without_anybody_looking(bench):
    run = bench.submit(bench.cell("first"), bench.cell("endless", "work", seconds=60))
    bench.ledger.limit(run, 4.0)
    bench.work_off()
    found = bench.ledger.run(run)
    assert bench.states(run) == {"first": "done", "endless": "cancelled"}
    assert (found.state, found.time_is_over) == ("cancelled", True)
