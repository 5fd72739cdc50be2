"""A time limit is the ledger's business: it holds whoever looks, and the run can go on later."""

import pytest

from core.errors import UserError
from core.store import ledger as runs_side
from core.store import worker_ledger as worker_side
from core.store.ledger import Ledger
from tests.store.cell_factory import cell, do

CELLS = [cell(str(n), priority=n) for n in range(3)]


class Clock:
    now = 1_000.0

    def time(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    for module in (runs_side, worker_side):
        monkeypatch.setattr(module, "time", clock)
    return clock


@pytest.fixture
def ledger(tmp_path):
    ledger = Ledger(tmp_path)
    yield ledger
    ledger.close()


@pytest.fixture
def run(ledger):
    run = ledger.submit("run", {}, {}, CELLS)
    ledger.limit(run, 60)
    return run


def test_the_clock_starts_with_the_first_step_and_stops_the_run(ledger, run, clock):
    ledger.enforce_limits()
    clock.now += 1_000  # waiting for other runs costs nothing
    assert ledger.enforce_limits() == []
    do(ledger, CELLS[0])
    claim = ledger.claim("worker", 60)
    ledger.enforce_limits()
    clock.now += 59
    assert ledger.enforce_limits() == []
    clock.now += 2
    assert ledger.enforce_limits() == [run]
    assert ledger.cancel_requested("worker") == {claim.key}
    ledger.release(claim)
    found = ledger.run(run)
    assert (found.state, found.counts["done"], found.counts["cancelled"]) == ("cancelled", 1, 2)
    assert (found.time_limit, found.time_is_over) == (60, True)
    assert ledger.enforce_limits() == []


def test_resuming_starts_the_clock_again(ledger, run, clock):
    claim = ledger.claim("worker", 60)
    ledger.enforce_limits()
    clock.now += 61
    ledger.enforce_limits()
    ledger.release(claim)
    ledger.resume(run)
    assert not ledger.run(run).time_is_over
    ledger.claim("worker", 60)
    ledger.enforce_limits()
    clock.now += 59
    assert ledger.enforce_limits() == []
    clock.now += 2
    assert ledger.enforce_limits() == [run]


def test_a_run_that_ends_in_time_is_never_stopped(ledger, run, clock):
    for number, one in enumerate(CELLS):
        if number == 1:
            claim = ledger.claim("worker", 60)
            ledger.enforce_limits()
            ledger.release(claim)
        do(ledger, one)
    clock.now += 61
    assert ledger.enforce_limits() == []
    assert not ledger.run(run).time_is_over


def test_stopping_by_hand_is_not_called_a_time_limit(ledger, run, clock):
    claim = ledger.claim("worker", 60)
    ledger.enforce_limits()
    ledger.cancel(run)
    ledger.release(claim)
    clock.now += 61
    assert ledger.enforce_limits() == []
    assert not ledger.run(run).time_is_over


def test_cells_that_another_run_wants_go_on(ledger, run, clock):
    ledger.submit("other", {}, {}, CELLS)
    ledger.claim("worker", 60)
    ledger.enforce_limits()
    clock.now += 61
    assert ledger.enforce_limits() == [run]
    assert ledger.cancel_requested("worker") == set()
    assert ledger.run("latest").state == "running"


def test_a_limit_of_no_time_is_refused(ledger, run):
    with pytest.raises(UserError, match="above 0"):
        ledger.limit(run, 0)
