"""What the ledger could not be told is kept and told later: a full disk loses no result."""

import pytest

from core.execution import slot as module
from core.execution.slot import Slot
from core.store.database import DiskFull


class ScriptedChild:
    """A child that says what the test wants, in the place of a process."""

    backend = None
    descriptor = -1

    def __init__(self):
        self.said = []
        self.ended = False
        self.closed = False

    def send(self, claim):
        self.key = claim.key

    def messages(self):
        said, self.said = self.said, []
        return said

    def close(self, patience=0.0):
        self.closed = True


@pytest.fixture
def child(monkeypatch):
    child = ScriptedChild()
    monkeypatch.setattr(module, "start_child", lambda *arguments: child)
    return child


def begin(bench, child):
    run = bench.submit(bench.cell("network"))
    slot = Slot(bench.home, bench.ledger, None)
    slot.begin(bench.ledger.claim("worker", 60))
    return run, slot


def done(child, bench, **artifacts):
    output = {"artifacts": artifacts, "metrics": {}}
    return {"type": "done", "key": child.key, "output": output, "seconds": 1.0}


def test_a_result_that_the_full_disk_refused_is_stored_when_there_is_space(
    bench, child, monkeypatch
):
    run, slot = begin(bench, child)
    child.said = [done(child, bench, network=bench.ledger.artifacts.put_bytes(b"w", ".keras"))]

    def full(*arguments):
        raise DiskFull(bench.home)

    with monkeypatch.context() as disk:
        disk.setattr(bench.ledger, "finish", full)
        for _ in range(2):
            with pytest.raises(DiskFull, match=str(bench.home)):
                slot.tend(set())
    assert bench.states(run) == {"network": "running"}
    slot.tend(set())
    assert slot.running is None
    assert bench.states(run) == {"network": "done"}


def test_an_output_whose_file_is_gone_counts_as_a_failure(bench, child):
    run, slot = begin(bench, child)
    child.said = [done(child, bench, network="ab" * 32)]
    slot.tend(set())
    row = bench.row(run, "network")
    assert (row.state, row.failures) == ("queued", 1)
    assert row.error.startswith("its output cannot be stored: artifact abab")


def test_a_slot_that_lost_its_lease_ends_its_child_and_reports_nothing(bench, child, monkeypatch):
    run, slot = begin(bench, child)
    bench.ledger.recover(["worker"])
    other = bench.ledger.claim("another worker", 60)
    monkeypatch.setattr(module, "RENEW_SECONDS", -1.0)
    slot.tend(set())
    assert child.closed
    assert slot.running is None
    assert bench.ledger.renew(other, 60)
    assert bench.states(run) == {"network": "running"}


def test_a_process_that_cannot_start_is_a_failure_in_words(bench, monkeypatch):
    def refuse(*arguments):
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(module, "start_child", refuse)
    run, slot = begin(bench, None)
    assert slot.running is None
    assert "no process could start" in bench.row(run, "network").error


def test_messages_about_another_cell_are_not_taken(bench, child):
    run, slot = begin(bench, child)
    child.said = [done(child, bench) | {"key": "ab" * 32}]
    slot.tend(set())
    assert bench.states(run) == {"network": "running"}


def test_the_curve_of_a_training_is_kept_while_it_grows(bench, child, monkeypatch):
    monkeypatch.setattr(module, "PROGRESS_SECONDS", 0.0)
    run, slot = begin(bench, child)
    for step in range(500):
        told = {"done": step, "total": 500, "loss": 1.0 / (step + 1), "accuracy": step / 500}
        child.said.append({"type": "progress", "key": child.key, "progress": told})
    slot.tend(set())
    points = bench.row(run, "network").progress["history"]
    assert 100 <= len(points) <= module.POINTS
    assert points[0] == [0, 1.0, 0.0]
    assert points[-1] == [499, 1 / 500, 0.998]
    child.said = [done(child, bench)]
    slot.tend(set())
    assert bench.row(run, "network").progress is None
