"""Every page in every state, drawn without a browser, on a ledger that was filled by hand."""

import pytest

from core.store.schema import Experiment as Stored
from tests.views import filled
from tests.views.drawn import draw, labels, text


def test_without_runs_one_button_is_the_way_on(ledger):
    page = draw()
    assert "Does a defence really" in page.title[0].value
    primary = [button for button in page.button if button.proto.type == "primary"]
    assert [button.label for button in primary] == ["Run the first experiment"]


def test_a_visitor_of_a_shared_address_cannot_launch(ledger, monkeypatch):
    monkeypatch.setattr("reports.views.parts.common.may_change", lambda: False)
    assert not draw().button
    assert "switched off" in text(draw("launch"))
    run = filled.submit(ledger)
    filled.work(ledger)
    page = draw("run", run=run)
    assert not {"Add an attack", "Attack", "Delete"} & set(labels(page))


def test_the_list_says_what_a_finished_run_found(ledger):
    filled.submit(ledger)
    filled.work(ledger)
    page = draw()
    assert "Distillation at T = 20" in text(page).replace("\u00a0", " ")
    assert "accuracy 95.0" in text(page)


def test_search_and_state_narrow_the_list(ledger):
    first = filled.submit(ledger)
    filled.work(ledger)
    second = filled.submit(ledger, filled.experiment("other", seeds=[1]))
    page = draw()
    page.text_input(key="q").input("other").run()
    assert second in text(page)
    assert first not in text(page)
    page.text_input(key="q").input("").run()
    page.selectbox(key="state").select("done").run()
    assert first in text(page)
    assert second not in text(page)
    page.text_input(key="q").input("nothing like it").run()
    assert "No run matches" in text(page)


def test_a_long_list_is_paged(ledger):
    for number in range(25):
        filled.submit(ledger, filled.experiment(f"number {number}"))
    page = draw()
    assert "1 to 20 of 25 runs" in text(page)


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


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ("Report", "Robustness against temperature"),
        ("Samples", "reached"),
        ("Numbers", "Differences, paired by sample"),
        ("Networks", "Training curves"),
        ("Steps", "Steps"),
        ("Set-up", "Departures from the paper"),
    ],
)
def test_every_section_of_a_finished_run_has_an_address(ledger, section, expected):
    run = filled.submit(ledger)
    filled.work(ledger)
    page = draw("run", run=run, section=section)
    assert expected in text(page)


def test_the_report_draws_the_figures_of_the_document(ledger):
    run = filled.submit(ledger)
    filled.work(ledger)
    assert len(draw("run", run=run).get("plotly_chart")) >= 5


def test_a_sample_is_browsed_by_source_and_target_class(ledger):
    run = filled.submit(ledger)
    filled.work(ledger)
    page = draw("run", run=run, section="Samples")
    page.selectbox(key="source").select("3").run()
    page.selectbox(key="target").select("7").run()
    assert "**3** to **7**" in text(page)


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
    filled.submit(ledger)
    assert "This run is not here" in text(draw("run", run="r-nothing"))


def test_what_people_typed_is_never_markup(ledger):
    nasty = ":red[x] **b** <b>t</b> $a$ [l](http://x.test)"
    filled.submit(ledger, filled.experiment(nasty))
    page = draw()
    link = next(item for item in page.get("page_link") if "red" in str(item.proto.label))
    assert "\\:red\\[x\\]" in link.proto.label
    assert "\\[l\\]\\(http\\:" in link.proto.label


def test_two_runs_are_compared_by_curve_difference_and_setup(ledger):
    first = filled.submit(ledger)
    filled.work(ledger)
    second = filled.submit(ledger, filled.experiment("longer", seeds=[1]))
    filled.work(ledger)
    page = draw("compare", runs=f"{first},{second}")
    assert len(page.get("plotly_chart")) == 2
    said = text(page)
    assert "What differs in the set-up" in said
    differing = page.dataframe[-1].value
    assert "seeds" in list(differing["Setting"])
    assert (page.dataframe[0].value["Reads"] == "no difference detected").all()


def test_one_run_is_not_a_comparison(ledger):
    run = filled.submit(ledger)
    assert "Choose two runs" in text(draw("compare", runs=run))
