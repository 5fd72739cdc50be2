"""The sections of a run that has ended: report, samples, numbers and the others."""

import re

import pytest

from reports.views.parts.report import samples
from tests.views import filled
from tests.views.drawn import draw, text


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
    page.selectbox(key="source").set_value(3).run()
    page.selectbox(key="target").set_value(7).run()
    said = text(page)
    assert "**3** to **7**: reached its target" in said
    assert re.search(r"[1-4] of 64 features changed", said)


BALLS = [
    {"name": "jsma-f"},
    {"name": "pgd"},
    {"name": "pgd", "loss": "probability"},
    {"name": "cw-l2"},
]


def test_a_sample_that_was_moved_to_any_other_class_says_so_and_how_far(ledger):
    run = filled.submit(ledger, filled.experiment(attacks=BALLS))
    filled.work(ledger)
    page = draw("run", run=run, section="Samples")
    attack = page.selectbox(key="exhibit-attack")
    assert attack.options == ["jsma-f", "pgd (loss margin)", "pgd (loss probability)", "cw-l2"]
    attack.select("pgd (loss margin)").run()
    assert page.selectbox(key="target").options == ["any other class"]
    said = text(page).replace("\u00a0", " ")
    assert "attacks changed the class" in said
    assert "**0** to **any other class**: was taken for another class" in said
    assert "before and **1** after; it was moved by L∞ 0.25." in said
    page.selectbox(key="exhibit-attack").select("cw-l2").run()
    said = text(page).replace("\u00a0", " ")
    assert re.search(r"it was moved by L2 [1-4]\.", said)
    assert "features changed" not in said


@pytest.mark.parametrize(
    ("status", "moved", "said"),
    [
        ("already", 0.0, "was misclassified from the start"),
        ("zero_gradient", 0.0, "every slope was exactly zero"),
        ("cap", 0.25, "its budget or its steps were used up"),
    ],
)
def test_an_attack_that_reached_nothing_says_why(status, moved, said):
    pair = samples.Pair(1, 2, -1, 2, 2, status, l0=0, l2=0.0, linf=moved)
    told = samples.sentence(pair, "linf", filled.DATA, filled.DATA.class_names)
    assert said in told
    assert ("it was not moved" in told) == (moved == 0)


def test_the_verdict_on_each_defence_stands_above_the_figures(ledger):
    run = filled.submit(ledger)
    filled.work(ledger)
    page = draw("run", run=run)
    said = text(page).replace("\u00a0", " ")
    assert "L0, nearest wrong class: it is undecided." in said
    assert "(L0), a chosen class: it does not reach what was asked." in said
    assert "Inconclusive] **Distillation, T = 20** L0, nearest wrong class" in said
    assert ":orange-badge[✕ Fail] **Distillation, T = 20** within 8 features (L0)" in said
    assert "Evidence: grade D. For a C: attack 50 samples." in said
    assert "Asked: An attacker must have to go at least 50 % farther" in said


def test_a_long_report_has_links_to_its_figures(ledger):
    run = filled.submit(ledger)
    filled.work(ledger)
    page = draw("run", run=run)
    (links,) = [mark.value for mark in page.markdown if "](#" in mark.value]
    below = len(page.get("plotly_chart")) - 1
    assert len(links.splitlines()) == below
    anchors = {heading.anchor for heading in page.subheader}
    assert set(re.findall(r"\(#([a-z-]+)\)", links)) <= anchors


def test_numbers_name_each_attack_and_its_own_distance(ledger):
    run = filled.submit(ledger, filled.experiment(attacks=BALLS))
    filled.work(ledger)
    table = draw("run", run=run, section="Numbers").dataframe[0].value
    mine = table[table["Network"] == "Undefended"].set_index("Attack")
    assert mine.loc["jsma-f", "Features"] > 0
    assert mine.loc["cw-l2", "Distance"] > 0
    assert mine.loc[["pgd (loss margin)", "cw-l2"], "Features"].isna().all()
    assert mine.loc[["pgd (loss margin)", "jsma-f"], "Distance"].isna().all()
    assert mine.loc["pgd (loss probability)", "Budget"].replace("\u00a0", " ") == "L∞ 0.25"


def test_two_runs_of_attacks_in_a_ball_are_compared_by_what_they_measure(ledger):
    runs = []
    for seed in (0, 1):
        runs.append(filled.submit(ledger, filled.experiment(attacks=BALLS, seeds=[seed])))
        filled.work(ledger)
    tables = [one.value for one in draw("compare", runs=",".join(runs)).dataframe]
    table = next(one for one in tables if "Measure" in one)
    measured = table.groupby("Attack")["Measure"].agg(set)
    assert measured["pgd (loss margin)"] == {"attacks that succeed"}
    assert measured["cw-l2"] == {"robustness", "attacks that succeed"}
