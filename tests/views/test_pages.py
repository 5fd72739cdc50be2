"""Every page in every state, drawn without a browser, on a ledger that was filled by hand."""

import time

import pytest
import streamlit as st
from sqlalchemy import Engine, event

from core.planning.plan import plan
from core.results import collecting as run_results
from reports.views.parts import common
from reports.views.parts.report import headlines
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


def test_a_slow_first_look_at_the_wording_costs_no_headline(ledger, monkeypatch):
    monkeypatch.setattr(headlines, "PATIENCE_SECONDS", 0.2)
    monkeypatch.setattr("core.seal.renderer", lambda: time.sleep(0.3) or "slow")
    filled.submit(ledger)
    filled.work(ledger)
    assert "Distillation at T = 20" in text(draw()).replace("\u00a0", " ")


def test_a_known_headline_is_read_from_the_ledger_not_from_the_rows(ledger, monkeypatch):
    monkeypatch.setattr(headlines, "PATIENCE_SECONDS", 60.0)
    for seed in range(3):
        filled.submit(ledger, filled.experiment(f"run {seed}", seeds=[seed]))
    filled.work(ledger)
    draw()
    assert len(ledger.headlines([run.id for run in ledger.runs()])) == 3

    def refuse(*_):
        raise AssertionError("the rows of a run were read for a list")

    monkeypatch.setattr(run_results, "collect", refuse)
    st.cache_data.clear()
    st.cache_resource.clear()
    page = draw()
    assert text(page).replace("\u00a0", " ").count("Distillation at T = 20") == 3


def test_a_page_of_runs_takes_as_many_queries_for_twenty_runs_as_for_two(ledger, monkeypatch):
    monkeypatch.setattr(headlines, "PATIENCE_SECONDS", 60.0)
    asked = []
    for number in range(20):
        filled.submit(ledger, filled.experiment(f"run {number}"))
        if number == 1:
            filled.work(ledger)
            draw()
            asked.append(queries(draw))
    draw()
    asked.append(queries(draw))
    assert asked[1] == asked[0]


def queries(action):
    """Number of SQL statements that an action takes."""
    told = []

    def listen(connection, cursor, statement, *_):
        told.append(statement)

    event.listen(Engine, "before_cursor_execute", listen)
    try:
        action()
    finally:
        event.remove(Engine, "before_cursor_execute", listen)
    return sum(statement.startswith("SELECT") for statement in told)


def test_a_headline_is_found_again_when_cells_are_added(ledger):
    run = filled.submit(ledger)
    filled.work(ledger)
    draw()
    (before,) = ledger.headlines([run]).values()
    found = ledger.run(run)
    more = plan(
        filled.experiment(attacks=[{"name": "jsma-z"}]),
        filled.DATA,
        {},
        filled.HERE,
    )
    ledger.extend(run, found.spec, found.provenance, more.cells)
    filled.work(ledger)
    draw()
    (after,) = ledger.headlines([run]).values()
    assert before[0] != after[0]


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


def test_ticks_are_there_again_on_the_way_back(ledger):
    runs = [filled.submit(ledger, filled.experiment(f"run {i}", seeds=[i])) for i in range(3)]
    page = draw()
    for run in runs[:2]:
        page.checkbox(key=f"tick-{run}").check()
    page.run()
    assert "Compare 2 runs" in labels(page)
    page.switch_page("reports/views/compare.py").run()
    page.switch_page("reports/views/runs.py").run()
    assert "Compare 2 runs" in labels(page)
    page.checkbox(key=f"tick-{runs[0]}").uncheck().run()
    assert "Compare 2 runs" not in labels(page)


def test_a_long_list_is_paged(ledger):
    for number in range(25):
        filled.submit(ledger, filled.experiment(f"number {number}"))
    page = draw()
    assert "1 to 20 of 25 runs" in text(page)


def test_the_second_page_holds_the_older_runs(ledger):
    for number in range(25):
        filled.submit(ledger, filled.experiment(f"number {number}"))
    said = text(draw("runs", page="2"))
    assert "21 to 25 of 25 runs" in said
    oldest, newest = (run.id for run in (ledger.runs(24)[0], ledger.runs()[0]))
    assert oldest in said
    assert newest not in said


def test_the_button_starts_a_worker(ledger, monkeypatch):
    started = []
    monkeypatch.setattr("core.execution.launch.ensure_worker", started.append)
    run = filled.submit(ledger)
    draw("run", run=run).button(key="start-worker").click().run()
    assert started == [ledger.home]


def test_an_idle_gpu_is_pointed_out_with_what_to_do(ledger, monkeypatch):
    monkeypatch.setattr("core.environment.gpus", lambda: ("NVIDIA H100",))
    for has_libraries, expected in ((False, 1), (True, 0)):
        monkeypatch.setattr("core.environment.gpu_support", lambda told=has_libraries: told)
        banners = [w for w in draw().warning if "make setup GPU=1" in w.value]
        assert len(banners) == expected


@pytest.mark.parametrize(
    ("base", "link", "reach"),
    [
        (None, "http://localhost:8501/run?run={run}", "this machine only"),
        ("https://lab.example/t/", "https://lab.example/t/run?run={run}", "Opens this view"),
    ],
)
def test_the_link_to_copy_says_how_far_it_reaches(ledger, monkeypatch, base, link, reach):
    monkeypatch.delenv("BASE_URL", raising=False)
    if base:
        monkeypatch.setenv("BASE_URL", base)
    run = filled.submit(ledger)
    filled.work(ledger)
    page = draw("run", run=run)
    assert any(code.value.startswith(link.format(run=run)) for code in page.code)
    assert reach in text(page)


@pytest.mark.parametrize(
    ("address", "allowed", "may"),
    [("127.0.0.1", "", True), ("0.0.0.0", "", False), ("0.0.0.0", "1", True), ("", "", False)],
)
def test_visitors_from_elsewhere_only_read(monkeypatch, address, allowed, may):
    monkeypatch.setattr(st, "get_option", lambda name: address)
    monkeypatch.setenv("ALLOW_LAUNCH", allowed)
    assert common.may_change() == may


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
    paired = next(one.value for one in page.dataframe if "Detected" in one.value)
    assert (paired["Detected"] == "other seeds").all()
    assert "digits and longer trained their networks with other seeds" in said
    assert "Verdicts" in said


def test_one_run_is_not_a_comparison(ledger):
    assert "there are fewer here so far" in text(draw("compare"))
    filled.submit(ledger, filled.experiment("other"))
    run = filled.submit(ledger)
    assert "Choose two runs" in text(draw("compare", runs=run))
