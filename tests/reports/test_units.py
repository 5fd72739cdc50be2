"""Amounts on data of another scale: the fraction, and what it is in their own units."""

import re

import pytest

from reports.document.document import render
from reports.prose import words
from reports.sections import context, tables
from tests.reports import full

PAPER = (("none", {}, None), ("distillation", {}, 20.0))


def results(**changes):
    """A run on data with these facts."""
    made = full.build(PAPER)
    made["provenance"]["data"] |= changes
    return made


def text(made):
    """What a reader of the page reads, without the numbers that the page carries along."""
    page = re.sub(r"<(script|style|footer)\b.*?</\1>", "", render(made), flags=re.S)
    page = re.sub(r"<h3>Specification.*?</pre>", "", page, flags=re.S)
    page = re.sub(r"<[^>]+>", "", page).replace("\u00a0", " ").replace("&#39;", "'")
    return re.sub(r"(?i)content [0-9a-f]+", "", page)


GREY_LEVELS = {"low": 0.0, "high": 255.0, "one_range": True}
OWN_RANGES = {"low": -3.0, "high": 90.0, "one_range": False}


def test_an_amount_says_the_fraction_and_the_grey_levels():
    page = text(results(**GREY_LEVELS))
    assert "L∞ 0.25 (63.8 of 0 to 255)" in page
    assert "L∞ 0.25)" not in page
    assert "units of the data" not in page
    assert "fractions of each feature's range" in page


def test_where_ranges_differ_an_amount_says_of_which_range():
    page = text(results(**OWN_RANGES))
    assert "L∞ 0.25 of each feature's range" in page
    assert "each feature within its own range" in page
    assert "units of the data" not in page


def test_data_from_0_to_1_and_results_of_earlier_versions_say_what_they_said():
    plain = text(results(low=0.0, high=1.0))
    assert text(results(low=0.0, high=1.0, one_range=True)) == plain
    assert "in units of the data" in plain
    assert "L∞ 0.25" in plain
    earlier = text(results(low=0.0, high=255.0))
    assert "of 0 to 255" not in earlier
    assert earlier == plain.replace("0 to 1 for each", "0 to 255 for each").replace(
        "values 0 to 1", "values 0 to 255"
    )


def test_what_a_fraction_is_stands_in_the_glossary():
    assert "in its own range" in context.GLOSSARY["Fraction of the range"]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, "(L2)"),
        (GREY_LEVELS, " on a scale of 0 to 255)"),
        (OWN_RANGES, " in fractions of each feature's range"),
    ],
)
def test_the_effort_of_an_attacker_is_said_in_both(facts, said):
    made = results(**facts)
    row = next(r for r in made["summary"] if r["attack"] == "cw-l2")
    assert words.effort(row, made).endswith(said)


def test_shares_of_features_are_shares_of_those_that_may_change():
    made = results()
    data = made["provenance"]["data"]
    n = data["n_features"]
    row = next(r for r in made["summary"] if r["attack"] == "jsma-f")
    assert words.effort(row, made).endswith("of all features")
    data |= {"mutable_features": n - 4, "one_range": True}
    data["extent"] = {"l0": n - 4, "l1": n - 4, "l2": (n - 4) ** 0.5, "linf": 1}
    assert words.effort(row, made).endswith("of the features that may change")
    assert words.changeable(data) == n - 4
    assert "those that may change" in text(made)


def test_the_overview_says_what_its_robustness_counts():
    assert "fractions of each feature's range" in tables.overview(results(**GREY_LEVELS)).caption
    assert "units of the data" in tables.overview(results()).caption
