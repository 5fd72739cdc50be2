"""The page of one run: its state, its time limit, stopping, failed steps."""

import time

import streamlit as st

from core.store import limits
from core.store.schema import Experiment as Stored
from reports.views.parts import common
from tests.views import filled
from tests.views.drawn import draw, labels, text


def test_an_attack_is_added_to_a_finished_run(ledger, monkeypatch):
    monkeypatch.setattr("core.execution.launch.ensure_worker", lambda home: True)
    asked = []
    monkeypatch.setattr("core.planning.prepare.extend", lambda *given: asked.append(given[:2]))
    run = filled.submit(ledger)
    filled.work(ledger)
    page = draw("run", run=run)
    assert page.button(key="extend-go").disabled
    page.multiselect(key="added").set_value(["jsma-z"]).run()
    page.button(key="extend-go").click().run()
    assert asked == [(run, [{"name": "jsma-z"}])]


def test_one_button_adds_what_would_raise_the_grade_of_the_evidence(ledger, monkeypatch):
    monkeypatch.setattr("core.execution.launch.ensure_worker", lambda home: True)
    asked = []
    monkeypatch.setattr("core.planning.prepare.extend", lambda *given: asked.append(given[:2]))
    run = filled.submit(ledger, filled.experiment(attacks=[{"name": "noise", "eps": 0.2}]))
    filled.work(ledger)
    page = draw("run", run=run)
    assert "What only a new run can have: 50 samples" in text(page)
    assert page.button(key="strengthen").label == "Strengthen the evidence: add pgd (norm linf)"
    page.button(key="strengthen").click().run()
    assert asked == [(run, [{"name": "pgd", "norm": "linf", "eps": 0.2}])]


def test_where_no_attack_would_raise_it_there_is_no_such_button(ledger):
    run = filled.submit(ledger)
    filled.work(ledger)
    assert "strengthen" not in [button.key for button in draw("run", run=run).button]


def test_a_reached_time_limit_says_so_and_how_to_go_on(ledger):
    run = filled.submit(ledger)
    ledger.limit(run, 60)
    claim = filled.work(ledger, cells=2)
    assert "Stops 60 seconds after its first step" in text(draw("run", run=run))
    with ledger._database.write() as session:
        limits.enforce(session, 0.0)
        assert limits.enforce(session, 100.0) == [run]
    ledger.release(claim)
    page = draw("run", run=run)
    assert [warning.proto.title for warning in page.warning] == ["The time limit was reached"]
    assert "for another 60 seconds" in text(page)
    assert "Stopped by its time limit of 60 seconds" in text(draw())


def test_a_running_run_says_how_far_it_is_and_what_it_does(ledger):
    run = filled.submit(ledger)
    filled.work(ledger, cells=1)
    page = draw("run", run=run)
    said = text(page)
    assert page.title[0].value == "Waiting for a worker"
    (bar,) = page.get("progress")
    assert bar.proto.text == "1 of 3 networks trained, 0 of 6 attacks finished"
    assert "No worker is running" in said
    assert "Start the worker" in labels(page)
    assert "Stop" in labels(page)


def test_with_a_worker_it_says_what_is_computed_now(ledger, monkeypatch):
    monkeypatch.setattr("core.execution.launch.is_worker_alive", lambda home: True)
    run = filled.submit(ledger)
    filled.work(ledger, cells=3)
    page = draw("run", run=run)
    assert page.title[0].value.startswith("Running, about ")
    assert "Now: " in text(page)
    assert len(page.get("plotly_chart")) == 1


def test_stopping_keeps_what_is_done_and_offers_to_resume(ledger):
    run = filled.submit(ledger)
    claim = filled.work(ledger, cells=3)
    page = draw("run", run=run)
    page.button(key="stop").click().run()
    ledger.release(claim)
    page.run()
    assert ledger.run(run).state == "cancelled"
    assert ledger.run(run).counts["done"] == 3
    assert "This run was stopped" in [warning.proto.title for warning in page.warning]
    assert "Resume" in labels(page)


def test_a_click_that_is_interrupted_still_counts_and_an_old_one_does_not(ledger, monkeypatch):
    run = filled.submit(ledger)
    filled.work(ledger, cells=3)
    page = draw("run", run=run)
    heading = common.badge

    def interrupted(state):
        monkeypatch.setattr(common, "badge", heading)
        st.rerun()  # as the width of a phone does, told while the click is being answered

    monkeypatch.setattr(common, "badge", interrupted)
    page.button(key="stop").click().run()
    assert all(cell.cancel_requested or cell.state != "running" for cell in ledger.cells(run))
    other = draw("run", run=filled.submit(ledger, filled.experiment("other", seeds=[1])))
    other.session_state[f"pressed-stop-{ledger.run('latest').id}"] = time.monotonic() - 60
    other.run()
    assert ledger.run("latest").active


def test_a_failed_step_shows_its_error_and_its_log(ledger):
    run = filled.submit(ledger)
    filled.work(ledger, fail="distillation")
    failed = next(cell for cell in ledger.cells(run) if cell.state == "failed" and cell.failures)
    log = ledger.home / "logs" / "cells" / f"{failed.key}.log"
    log.write_text("Traceback: the loss went away\n")
    page = draw("run", run=run)
    said = text(page)
    assert "the loss is not a number" in said
    assert "the loss went away" in said
    assert "Resume" in labels(page)


def test_a_run_of_an_older_version_keeps_its_setup(ledger):
    run = filled.submit(ledger)
    filled.work(ledger)
    with ledger._database.write() as session:
        stored = session.get_one(Stored, run)
        stored.provenance = {"versions": {"keras": "2.0"}, "old": True}
    page = draw("run", run=run)
    assert page.title[0].value == "This run was made by an older version"
    assert "keras 2.0" in text(page)
    assert "jsma-logf" in text(page)
    assert not {"Add an attack", "Download"} & {
        item.proto.popover.label for item in page.get("popover")
    }


def test_a_lost_file_is_named_and_can_be_computed_again(ledger, monkeypatch):
    monkeypatch.setattr("core.execution.launch.ensure_worker", lambda home: True)
    run = filled.submit(ledger)
    filled.work(ledger)
    attack = next(cell for cell in ledger.cells(run) if cell.kind == "attack")
    rows = attack.artifacts["rows"]
    losing = sum(cell.artifacts.get("rows") == rows for cell in ledger.cells(run))
    ledger.artifacts.path(rows).unlink()
    page = draw("run", run=run)
    assert page.title[0].value == "A file of this run is missing"
    assert page.error
    page.button(key="resume").click().run()
    assert ledger.run(run).counts["queued"] == losing


def test_an_address_of_no_run_says_so(ledger):
    assert "The first one starts with one click" in text(draw("run"))
    filled.submit(ledger)
    said = text(draw("run", run="r-nothing"))
    assert "This run is not here" in said
    assert "No single run of this workspace is called r-nothing" in said
