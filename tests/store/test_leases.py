import subprocess
import sys
import threading
from collections import Counter
from dataclasses import replace

import pytest

from core.store.artifacts import MissingArtifact
from core.store.ledger import Ledger
from core.store.workspace import REPOSITORY
from tests.store.cell_factory import cell, do, states


@pytest.fixture
def ledger(tmp_path):
    ledger = Ledger(tmp_path)
    yield ledger
    ledger.close()


def test_two_threads_never_claim_the_same_cell(ledger):
    ledger.submit("run", {}, {}, [cell(str(n)) for n in range(40)])
    claimed = []

    def take(owner):
        while (claim := ledger.claim(owner, 60)) is not None:
            claimed.append((claim.key, claim.attempt))

    threads = [threading.Thread(target=take, args=(f"worker {n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claimed) == len(set(claimed)) == 40


def test_two_processes_never_claim_the_same_cell(ledger):
    ledger.submit("run", {}, {}, [cell(str(n)) for n in range(40)])
    code = f"""
import os
from core.store.ledger import Ledger
ledger = Ledger({str(ledger.home)!r})
while (claim := ledger.claim(str(os.getpid()), 60)) is not None:
    print(claim.key)
"""
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", code], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    keys = Counter(key for worker in workers for key in worker.communicate()[0].split())
    assert len(keys) == 40
    assert set(keys.values()) == {1}


def test_a_late_finisher_changes_nothing(ledger):
    only = cell("network")
    run = ledger.submit("run", {}, {}, [only])
    slept = ledger.claim("slept", 60)
    ledger.recover(["slept"])
    current = ledger.claim("current", 60)
    assert current.attempt == slept.attempt + 1

    output = {"artifacts": {}, "metrics": {"accuracy": 0.1}}
    assert not ledger.renew(slept, 60)
    assert not ledger.progress(slept, {"done": 1})
    assert not ledger.finish(slept, output, 1.0)
    assert not ledger.fail(slept, "boom")
    assert not ledger.release(slept)
    (row,) = ledger.cells(run)
    assert (row.state, row.attempt, row.failures, row.progress) == ("running", 2, 0, None)

    assert ledger.finish(current, {"artifacts": {}, "metrics": {"accuracy": 0.9}}, 1.0)
    assert not ledger.finish(slept, output, 1.0)
    assert ledger.cells(run)[0].metrics == {"accuracy": 0.9}
    assert [a["outcome"] for a in ledger.attempts(only.key)] == ["lost", "done"]


def test_the_same_owner_cannot_finish_an_earlier_attempt(ledger):
    ledger.submit("run", {}, {}, [cell("network")])
    first = ledger.claim("worker", 60)
    ledger.release(first)
    ledger.claim("worker", 60)
    assert not ledger.finish(first, {"artifacts": {}, "metrics": {}}, 1.0)


def test_nobody_but_the_owner_can_change_a_running_cell(ledger):
    run = ledger.submit("run", {}, {}, [cell("network")])
    claim = ledger.claim("worker", 60)
    impostor = replace(claim, owner="another worker")
    assert not ledger.renew(impostor, 60)
    assert not ledger.fail(impostor, "boom", final=True)
    assert not ledger.release(impostor)
    assert not ledger.finish(impostor, {"artifacts": {}, "metrics": {}}, 1.0)
    assert states(ledger, run) == {"network": "running"}


def test_a_cell_waits_for_all_its_parents_and_gets_their_outputs(ledger):
    teacher, other = cell("teacher"), cell("other")
    attack = cell("attack", [teacher, other], kind="attack", priority=-1)
    ledger.submit("run", {}, {}, [attack, teacher, other])
    network = do(ledger, teacher)
    do(ledger, other)
    claim = ledger.claim("worker", 60)
    assert claim.key == attack.key
    assert list(claim.parents) == [teacher.key, other.key]
    assert claim.parents[teacher.key] == {
        "artifacts": {"network": network},
        "metrics": {"accuracy": 0.9},
    }


def test_older_runs_go_first_and_then_smaller_priority(ledger):
    ledger.submit("old", {}, {}, [cell("old, later", priority=2), cell("old, first", priority=1)])
    ledger.submit("new", {}, {}, [cell("new", priority=0)])
    order = [ledger.claim("worker", 60).label for _ in range(3)]
    assert order == ["old, first", "old, later", "new"]


def test_the_third_failure_is_final_and_its_reason_reaches_every_descendant(ledger):
    teacher = cell("teacher")
    student = cell("student", [teacher])
    attack = cell("jsma-f on student", [student])
    bystander = cell("bystander", priority=9)
    run = ledger.submit("run", {}, {}, [teacher, student, attack, bystander])
    for failure in (1, 2):
        assert ledger.fail(ledger.claim("worker", 60), f"boom {failure}")
        assert states(ledger, run)["teacher"] == "queued"
    ledger.fail(ledger.claim("worker", 60), "boom 3")
    rows = {row.label: row for row in ledger.cells(run)}
    assert (rows["teacher"].state, rows["teacher"].error) == ("failed", "boom 3")
    for descendant in ("student", "jsma-f on student"):
        assert rows[descendant].state == "failed"
        assert rows[descendant].error == "parent teacher failed: boom 3"
    assert rows["bystander"].state == "queued"
    do(ledger, bystander)
    assert ledger.run(run).state == "failed"


def test_a_failure_that_no_retry_can_mend_is_final_at_once(ledger):
    run = ledger.submit("run", {}, {}, [cell("network")])
    ledger.fail(ledger.claim("worker", 60), "the file has no images", final=True)
    assert states(ledger, run) == {"network": "failed"}


def test_lost_attempts_never_count_as_failures(ledger):
    run = ledger.submit("run", {}, {}, [cell("network")])
    for _ in range(5):
        ledger.release(ledger.claim("worker", 60))
    (row,) = ledger.cells(run)
    assert (row.state, row.failures, row.attempt) == ("queued", 0, 5)


def test_recover_takes_from_dead_owners_and_from_ended_leases_only(ledger):
    run = ledger.submit("run", {}, {}, [cell("a"), cell("b"), cell("c")])
    ledger.claim("dead", 60)
    ledger.claim("asleep", -1)
    ledger.claim("alive", 60)
    assert ledger.recover(["dead"]) == 2
    assert states(ledger, run) == {"a": "queued", "b": "queued", "c": "running"}


def test_an_output_that_names_an_absent_file_is_not_taken(ledger):
    run = ledger.submit("run", {}, {}, [cell("network")])
    claim = ledger.claim("worker", 60)
    with pytest.raises(MissingArtifact):
        ledger.finish(claim, {"artifacts": {"network": "ab" * 32}, "metrics": {}}, 1.0)
    assert states(ledger, run) == {"network": "running"}


def test_a_dead_worker_leaves_the_list_of_the_living(ledger):
    ledger.register("a", 1)
    ledger.register("b", 2)
    ledger.register("c", 3)
    ledger.recover(["a"])
    ledger.heartbeat("b", state="stopped")
    assert ledger.workers() == {"c": 3}
