import re

import pytest

from core.errors import UserError
from core.store.ledger import Ledger
from tests.store.cell_factory import SOMEWHERE, cell, do, states

TEACHER = cell("teacher")
STUDENT = cell("student", [TEACHER])
ATTACK = cell("jsma-f on student", [STUDENT], kind="attack")


@pytest.fixture
def ledger(tmp_path):
    ledger = Ledger(tmp_path)
    yield ledger
    ledger.close()


def test_a_run_keeps_what_was_submitted(ledger):
    run = ledger.submit("figure 10", {"name": "x"}, {"git": "abc"}, [TEACHER, STUDENT])
    assert re.fullmatch(r"r-[a-z2-7]{6}", run)
    found = ledger.run(run)
    assert (found.name, found.spec, found.provenance) == (
        "figure 10",
        {"name": "x"},
        {"git": "abc"},
    )
    assert (found.state, found.counts["queued"], found.cells) == ("queued", 2, 2)
    rows = ledger.cells(run)
    assert [row.key for row in rows] == [TEACHER.key, STUDENT.key]
    assert rows[1].parents == (TEACHER.key,)
    assert ledger.cells(run, offset=1, limit=1) == rows[1:]


def test_the_state_of_a_run_follows_its_cells(ledger):
    run = ledger.submit("run", {}, {}, [TEACHER, STUDENT])
    claim = ledger.claim("worker", 60)
    assert ledger.run(run).state == "running"
    ledger.finish(claim, {"artifacts": {}, "metrics": {}}, 2.5)
    assert ledger.run(run).state == "queued"
    ledger.finish(ledger.claim("worker", 60), {"artifacts": {}, "metrics": {}}, 1.5)
    found = ledger.run(run)
    assert (found.state, found.seconds, found.active) == ("done", 4.0, False)
    assert found.started <= found.finished


def test_a_done_cell_is_shared_and_never_computed_twice(ledger):
    ledger.submit("first", {}, {}, [TEACHER])
    sha256 = do(ledger, TEACHER)
    second = ledger.submit("second", {}, {}, [TEACHER, STUDENT])
    assert states(ledger, second) == {"teacher": "done", "student": "queued"}
    assert ledger.cells(second)[0].artifacts == {"network": sha256}
    assert ledger.known([TEACHER.key, STUDENT.key]) == {TEACHER.key}


@pytest.mark.parametrize("harm", ["missing", "truncated"])
@pytest.mark.parametrize("again", ["submit", "resume"])
def test_a_done_cell_without_its_whole_artifact_is_computed_again(ledger, harm, again):
    run = ledger.submit("run", {}, {}, [TEACHER])
    path = ledger.artifacts.path(do(ledger, TEACHER))
    if harm == "missing":
        path.unlink()
    else:
        path.write_bytes(b"te")
    assert ledger.known([TEACHER.key]) == set()
    if again == "resume":
        assert ledger.resume(run) == 1
    else:
        run = ledger.submit("another", {}, {}, [TEACHER])
    assert states(ledger, run) == {"teacher": "queued"}
    do(ledger, TEACHER)
    assert ledger.known([TEACHER.key]) == {TEACHER.key}


def test_submitting_again_revives_failed_cells_with_a_clean_count(ledger):
    ledger.submit("run", {}, {}, [TEACHER, STUDENT])
    ledger.fail(ledger.claim("worker", 60), "boom", final=True)
    run = ledger.submit("again", {}, {}, [TEACHER, STUDENT])
    assert states(ledger, run) == {"teacher": "queued", "student": "queued"}
    assert [(row.failures, row.error) for row in ledger.cells(run)] == [(0, None), (0, None)]


def test_extend_adds_cells_and_revives_the_parents_they_need(ledger):
    run = ledger.submit("run", {}, {}, [TEACHER, STUDENT])
    ledger.fail(ledger.claim("worker", 60), "boom", final=True)
    assert ledger.extend(run, {"attacks": 1}, {}, [ATTACK]) == run
    assert states(ledger, run) == dict.fromkeys([c.label for c in (TEACHER, STUDENT, ATTACK)]) | {
        "teacher": "queued",
        "student": "queued",
        "jsma-f on student": "queued",
    }
    assert ledger.run(run).spec == {"attacks": 1}


def test_a_cell_whose_parent_is_nowhere_is_refused(ledger):
    with pytest.raises(ValueError, match="student"):
        ledger.submit("run", {}, {}, [STUDENT])
    assert ledger.runs() == []


def test_a_reference_is_an_id_a_unique_start_or_latest(ledger):
    with pytest.raises(UserError, match="no runs yet"):
        ledger.run("latest")
    first = ledger.submit("first", {}, {}, [TEACHER])
    second = ledger.submit("second", {}, {}, [TEACHER])
    assert ledger.run("latest").id == second
    start = next(first[:n] for n in range(3, 9) if first[:n] != second[:n])
    assert ledger.run(start).id == ledger.run(start[2:].upper()).id == first
    with pytest.raises(UserError, match="several runs"):
        ledger.run("r-")
    with pytest.raises(UserError, match=rf"no run 'r-0'.*{second} \(second\), {first} \(first\)"):
        ledger.run("r-0")
    with pytest.raises(UserError, match="no run ''"):
        ledger.run("")


def test_cancel_stops_a_run_and_spares_what_another_run_wants(ledger):
    mine = ledger.submit("mine", {}, {}, [TEACHER, STUDENT, ATTACK])
    other = ledger.submit("other", {}, {}, [TEACHER])
    assert ledger.cancel(mine) == {"cancelled": 2, "stopping": 0, "kept": 1}
    assert ledger.run(mine).state == "cancelled"
    assert ledger.run(other).state == "queued"
    assert ledger.cancel(other) == {"cancelled": 1, "stopping": 0, "kept": 0}
    assert ledger.claim("worker", 60) is None
    assert ledger.cancel(other) == {"cancelled": 0, "stopping": 0, "kept": 0}


def test_a_running_cell_is_asked_to_stop_and_its_children_with_it(ledger):
    run = ledger.submit("run", {}, {}, [TEACHER, STUDENT])
    claim = ledger.claim("worker", 60)
    assert ledger.cancel(run) == {"cancelled": 1, "stopping": 1, "kept": 0}
    assert ledger.cancel_requested("worker") == {TEACHER.key}
    assert ledger.run(run).state == "running"
    assert ledger.release(claim)
    assert states(ledger, run) == {"teacher": "cancelled", "student": "cancelled"}
    assert ledger.run(run).state == "cancelled"
    assert ledger.resume(run) == 2
    assert ledger.run(run).state == "queued"


def test_a_cell_that_is_wanted_again_while_it_stops_is_queued_again(ledger):
    ledger.cancel(ledger.submit("given up", {}, {}, [TEACHER]))
    run = ledger.submit("again", {}, {}, [TEACHER])
    claim = ledger.claim("worker", 60)
    ledger.cancel(run)
    ledger.submit("wanted", {}, {}, [TEACHER])
    assert ledger.cancel_requested("worker") == set()
    ledger.release(claim)
    assert states(ledger, run) == {"teacher": "queued"}


def test_a_cell_that_fails_while_it_stops_is_cancelled(ledger):
    run = ledger.submit("run", {}, {}, [TEACHER])
    claim = ledger.claim("worker", 60)
    ledger.cancel(run)
    ledger.fail(claim, "terminated")
    assert states(ledger, run) == {"teacher": "cancelled"}


def test_delete_refuses_while_a_cell_runs(ledger):
    run = ledger.submit("run", {}, {}, [TEACHER])
    claim = ledger.claim("worker", 60)
    with pytest.raises(UserError, match=f"core cancel {run}"):
        ledger.delete(run)
    ledger.release(claim)
    assert ledger.delete(run).cells_removed == 1
    assert ledger.runs() == []
    assert ledger.claim("worker", 60) is None


def test_delete_keeps_what_other_runs_use(ledger):
    first = ledger.submit("first", {}, {}, [TEACHER, STUDENT])
    teacher, student = do(ledger, TEACHER), do(ledger, STUDENT)
    second = ledger.submit("second", {}, {}, [TEACHER])
    log = ledger.home / "logs" / "cells" / f"{STUDENT.key}.log"
    log.write_text("epoch 1")

    deleted = ledger.delete(first)
    assert (deleted.cells_removed, deleted.cells_kept) == (1, 1)
    assert (deleted.artifacts_removed, deleted.artifacts_kept) == (1, 1)
    assert deleted.bytes_freed == len("student")
    assert deleted.shared_with == (second,)
    assert ledger.artifacts.size(student) is None
    assert ledger.artifacts.read_bytes(teacher) == b"teacher"
    assert not log.exists()

    assert ledger.delete(second).artifacts_removed == 1
    assert not [path for path in ledger.artifacts.folder.rglob("*") if path.is_file()]


def test_two_cells_with_the_same_bytes_share_one_file(ledger):
    first = ledger.submit("first", {}, {}, [TEACHER])
    do(ledger, TEACHER, content="same")
    ledger.submit("second", {}, {}, [cell("twin")])
    sha256 = do(ledger, cell("twin"), content="same")
    assert ledger.delete(first).artifacts_removed == 0
    assert ledger.artifacts.read_bytes(sha256) == b"same"


def test_an_artifact_that_another_cell_takes_as_input_stays(ledger):
    first = ledger.submit("first", {}, {}, [TEACHER])
    sha256 = do(ledger, TEACHER)
    ledger.submit("given", {}, {}, [cell("given", task="given", network=sha256)])
    assert ledger.delete(first).artifacts_removed == 0
    assert ledger.artifacts.read_bytes(sha256) == b"teacher"


def test_what_is_known_of_a_data_set_keeps_its_file(ledger):
    assert ledger.dataset("mine.npz") is None
    sha256 = ledger.artifacts.put_bytes(b"arrays", ".npz")
    ledger.remember_dataset("mine.npz", {"artifact": sha256, "classes": 10})
    assert ledger.dataset("mine.npz") == {"artifact": sha256, "classes": 10}
    ledger.delete(
        ledger.submit("run", {}, {}, [cell("train", data=SOMEWHERE["data"] | {"artifact": sha256})])
    )
    assert ledger.artifacts.read_bytes(sha256) == b"arrays"


def test_rename(ledger):
    run = ledger.submit("run", {}, {}, [TEACHER])
    ledger.rename(run, "better name")
    assert ledger.run(run).name == "better name"
    with pytest.raises(UserError, match="name"):
        ledger.rename(run, " ")


def test_a_headline_is_kept_with_the_stamp_it_holds_for(ledger):
    run = ledger.submit("run", {}, {}, [TEACHER])
    other = ledger.submit("other", {}, {}, [STUDENT, TEACHER])
    ledger.remember_headline(run, "then", "No difference.")
    ledger.remember_headline(run, "now", "Seven times as robust.")
    assert ledger.headlines([run, other]) == {run: ("now", "Seven times as robust.")}
    ledger.delete(run)
    ledger.remember_headline(run, "late", "Gone.")
    assert ledger.headlines([run]) == {}
