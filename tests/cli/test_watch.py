"""The table that ends a run in the terminal: attacks told apart, only what was measured."""

import io

from rich.console import Console

from core.cli import watch
from tests.reports import full
from tests.reports.changing import changed


def printed(results):
    console = Console(width=220, record=True, file=io.StringIO())
    console.print(watch.summary_table(results))
    return [line for line in console.export_text().splitlines() if line.startswith("│")]


def test_robustness_stands_only_where_an_attack_measures_it_and_in_its_own_units():
    lines = {
        line.split("│")[3].strip(): line.split("│")[7].strip() for line in printed(full.largest())
    }
    assert lines["jsma-logf"].endswith("%")
    assert lines["cw-l2"].endswith("(l2)")
    assert lines["pgd"] == lines["noise"] == "–"


def test_attacks_of_one_name_are_told_apart_by_their_settings():
    results = full.largest()
    row = next(row for row in results.summary if row.attack == "pgd")
    other = changed(row, attack_params={**row.attack_params, "eps": 0.125})
    both = changed(results, summary=[row, other])
    names = [line.split("│")[3].strip() for line in printed(both)]
    assert names == [f"pgd, eps {row.attack_params['eps']}", "pgd, eps 0.125"]


def test_a_mean_over_samples_that_an_attack_gave_up_on_has_no_interval_and_no_bound():
    results = full.largest()
    row = next(row for row in results.summary if row.attack == "jsma-logf")
    for censored, expected in ((0.0, "to"), (0.07, "stopped on 7%")):
        one = changed(row, censored=censored)
        (line,) = printed(changed(results, summary=[one]))
        value, between = (part.strip() for part in line.split("│")[7:9])
        assert value == f"{row.rho:.2%}"
        assert expected in between
        assert ("to" in between.split()) == (not censored)
