"""Amounts on data of another scale: the fraction, and what it is in their own units."""

import re

import pytest

from core.model.data import DataFacts
from reports.compare import side_by_side
from reports.document.document import render
from reports.prose import distances
from reports.sections import comparison, defences, elsewhere, gallery, glossary
from reports.views.parts.report import samples
from tests.reports import changing, full
from tests.reports.pieces import data

PAPER = (("none", {}, None), ("distillation", {}, 20.0))
GREY_LEVELS = {"low": 0.0, "high": 255.0, "one_range": True}
OWN_RANGES = {"low": -3.0, "high": 90.0, "one_range": False}
FRACTIONS = "fractions of each feature's range"


def results(**facts):
    """A run on data with these facts."""
    made = full.build(PAPER)
    return changing.provenance(made, data=data(**facts))


def some_fixed(**facts):
    """A run on data of which four features may not change."""
    n = results().data.n_features - 4
    extent = {"l0": n, "l1": n, "l2": n**0.5, "linf": 1}
    return results(**{"mutable_features": n, "extent": extent, "one_range": True, **facts})


def text(run):
    """What a reader of the page reads, without the numbers that the page carries along."""
    page = re.sub(r"<(script|style|footer)\b.*?</\1>", "", render(run), flags=re.S)
    page = re.sub(r"<h3>Specification.*?</pre>", "", page, flags=re.S)
    page = re.sub(r"<[^>]+>", "", page).replace("\u00a0", " ").replace("&#39;", "'")
    return re.sub(r"(?i)content [0-9a-f]+", "", page)


def under(attack, run):
    """The first summary row under an attack."""
    return next(row for row in run.summary if row.attack == attack)


def test_an_amount_says_the_fraction_and_the_grey_levels():
    page = text(results(**GREY_LEVELS))
    assert "L∞ 0.25 (63.8 of 0 to 255)" in page
    assert not re.search(r"L∞ 0\.25(?! \(63\.8 of 0 to 255\))", page)
    assert "units of the data" not in page
    assert FRACTIONS in page


def test_where_ranges_differ_an_amount_says_of_which_range():
    page = text(results(**OWN_RANGES))
    assert "L∞ 0.25 of each feature's range" in page
    assert not re.search(r"L∞ 0\.25(?! of each feature's range)", page)
    assert "each feature within its own range" in page
    assert "units of the data" not in page


def test_data_from_0_to_1_and_results_of_earlier_versions_say_what_they_said():
    plain = text(results(low=0.0, high=1.0))
    assert text(results(low=0.0, high=1.0, one_range=True)) == plain
    assert "in units of the data" in plain
    assert "L∞ 0.25" in plain
    assert FRACTIONS not in plain
    earlier = text(results(low=0.0, high=255.0))
    assert "of 0 to 255" not in earlier
    assert earlier == re.sub(r"(within|values) 0 to 1\b", r"\1 0 to 255", plain)


def test_what_a_fraction_is_stands_in_the_glossary():
    assert "in its own range" in glossary.MEANINGS["Fraction of the range"]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, "(L2)"),
        (GREY_LEVELS, " on a scale of 0 to 255)"),
        (OWN_RANGES, " in fractions of each feature's range"),
    ],
)
def test_a_distance_is_said_in_both(facts, said):
    run = results(**facts)
    row = under("cw-l2", run)
    assert distances.effort(row, run).endswith(said)
    assert distances.robustness(row, run.data.scale).endswith(said)
    assert f"{said} at the left end" in elsewhere.takeaway(run)


def test_where_an_attack_stopped_is_said_in_every_unit():
    run = results(**GREY_LEVELS)
    row = under("cw-l2", run).model_copy(update={"censored": 0.1})
    said = distances.effort(row, run)
    assert said.endswith("(its budget on about 10 of 100 inputs, where the attack stopped)")
    assert said.startswith("move an input by L2\u00a0")
    assert " (stopped on 10.0\u00a0%)" in distances.robustness(row, run.data.scale)


def test_shares_of_features_are_shares_of_those_that_may_change():
    run = some_fixed()
    assert run.data.changeable == run.data.n_features - 4
    told = distances.effort(under("jsma-f", run), run)
    assert told.endswith("of the features that may change")
    assert gallery.exhibits(run)[0].features.split(" ")[2] == str(run.data.changeable)
    page = text(run)
    assert "as a share of those that may change" in page
    assert "all features" not in page.replace("changes of all features", "")


@pytest.mark.parametrize("facts", [{"one_range": None}, {"mutable_features": 784}])
def test_where_all_may_change_or_the_results_are_earlier_shares_are_of_all(facts):
    run = some_fixed(**facts)
    assert run.data.changeable == run.data.n_features
    assert distances.effort(under("jsma-f", run), run).endswith("of all features")


@pytest.mark.parametrize("facts", [GREY_LEVELS, OWN_RANGES])
def test_tables_say_what_their_distances_count(facts):
    for table in (comparison.table, defences.table, elsewhere.table):
        assert FRACTIONS in table(results(**facts)).caption
        assert FRACTIONS not in table(results()).caption


def test_a_comparison_says_of_each_run_what_its_distances_count():
    plain, grey = results(), results(**GREY_LEVELS).model_copy(update={"name": "grey"})
    assert "or in units of the data." in side_by_side.every_number([plain, plain]).caption
    assert f"or in {FRACTIONS}." in side_by_side.every_number([grey, grey]).caption
    told = side_by_side.every_number([plain, grey]).caption
    assert f"units of the data ({plain.name}) or {FRACTIONS} (grey)" in told


def test_an_attacked_sample_says_how_far_it_was_moved():
    run = results(**GREY_LEVELS)
    pair = samples.Pair(1, 2, 3, 2, 3, "success", l0=390, l2=1.0, linf=0.25)
    classes = [str(i) for i in range(10)]
    told = samples.sentence(pair, "linf", run.data, classes).replace("\u00a0", " ")
    assert "it was moved by L∞ 0.25 (63.8 of 0 to 255)." in told
    fixed: DataFacts = some_fixed().data
    told = samples.sentence(pair, "l0", fixed, classes).replace("\u00a0", " ")
    assert "390 of 780 features changed (50.0 %)" in told
