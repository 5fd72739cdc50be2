"""A thousand runs and a hundred thousand cells: pages are made by indexes, never by a full scan."""

import pytest
from sqlalchemy import insert, text

from core.store import leases, queries
from core.store.ledger import Ledger
from core.store.schema import Experiment, ExperimentCell, StoredCell

RUNS, CELLS = 1_000, 100
STATES = ("done", "failed", "cancelled", "queued", "running")


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    """Runs 0, 1, 2, ... are done but for one cell, whose state goes round."""
    ledger = Ledger(tmp_path_factory.mktemp("many"))
    with ledger._database.write() as session:
        runs = [
            {
                "id": f"r-{number:06}",
                "name": f"run {number}",
                "created": float(number),
                "spec": {},
                "provenance": {},
            }
            for number in range(RUNS)
        ]
        cells = [
            {
                "key": f"{number:064}",
                "kind": "train",
                "label": "cell",
                "payload": {},
                "work": 1.0,
                "turn": 0.0,
                "priority": 0,
                "position": 0,
                "created": 0.0,
                "state": "done" if number % CELLS else STATES[number // CELLS % len(STATES)],
            }
            for number in range(RUNS * CELLS)
        ]
        wants = [
            {"run": f"r-{number // CELLS:06}", "key": f"{number:064}", "position": number % CELLS}
            for number in range(RUNS * CELLS)
        ]
        for table, rows in ((Experiment, runs), (StoredCell, cells), (ExperimentCell, wants)):
            session.execute(insert(table), rows)
    return ledger


def steps(ledger, query):
    """SQLite's plan for a query, one line a step."""
    with ledger._database.read() as session:
        sql = str(query.compile(session.get_bind(), compile_kwargs={"literal_binds": True}))
        return [row.detail for row in session.execute(text("EXPLAIN QUERY PLAN " + sql))]


def scans(plan):
    """Steps that read all of a table, whether through an index or not."""
    return [step for step in plan if step.startswith("SCAN") and "experiments" not in step]


def test_a_page_of_runs_counts_only_the_cells_of_its_runs(ledger):
    plan = steps(ledger, queries.counts_query(["r-000001", "r-000002"]))
    assert scans(plan) == []
    assert [run.cells for run in ledger.runs(limit=20)] == [CELLS] * 20


@pytest.mark.parametrize("state", STATES)
def test_filtering_by_state_agrees_with_the_state_of_each_run(ledger, state):
    expected = [run.id for run in ledger.runs(limit=None) if run.state == state]
    assert len(expected) == RUNS // len(STATES)
    assert [run.id for run in ledger.runs(limit=None, state=state)] == expected
    assert ledger.count_runs(state=state) == len(expected)


def test_filtering_by_state_does_not_read_all_cells(ledger):
    query = queries.select(Experiment.id).where(queries._in_state("running"))
    assert scans(steps(ledger, query)) == []


def test_the_next_cell_is_found_through_the_queue_index(ledger):
    plan = steps(ledger, leases.ready_query())
    assert scans(plan) == []
    assert any("cells_in_turn" in step for step in plan)
    assert not any("TEMP B-TREE" in step for step in plan)


def test_searching_and_paging(ledger):
    assert [run.id for run in ledger.runs(search="RUN 77", limit=2)] == ["r-000779", "r-000778"]
    assert ledger.count_runs(search="run 77") == 11
    assert ledger.count_runs(search="100%") == 0
    assert [run.id for run in ledger.runs(offset=998, limit=5)] == ["r-000001", "r-000000"]
