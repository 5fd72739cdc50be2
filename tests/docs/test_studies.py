"""Words and numbers of the studies are held against the tables that stand below them."""

import re
from pathlib import Path

import pytest
from scipy.stats import binomtest

from benchmarks import study_tables
from tests.docs.claims import CLAIMS, TRAINED
from tests.docs.pages import (
    NAMES,
    ROOT,
    STUDIES,
    fractions_in,
    intervals_in,
    measured,
    page,
    shares_in,
    stands,
)

ELSEWHERE = {
    "soft-labels": {"0.1"},  # what the other classes share of a soft label
    "float-precision": {"1.2"},  # 1.2e-38, the smallest normal float32
    "adversarial-training-mnist": {"19"},  # of the study distances, see below
    "cw-l2-mnist": {"0.1"},  # of benchmarks/RESULTS.md, see below
    "distances": {"5"},  # false alarms, by which the detector is set
    "tabular": {"5"},
    "spam": {"5", "0.25"},  # false alarms, and theta
}
"""Numbers of the set-up, and of other pages, that stand in no table of the page."""


SET_APART = {"spam"}
"""Studies that were run after misclassified inputs were set apart."""


def derived(name):
    """What a page computes from its tables."""
    if name == "cw-l2-mnist":
        rows = {row["mean L2, by target"]: row for row in page(name).table("What came out")}
        best, average = ("best", "average")
        plain, hot = (
            rows[f"CW17, Table {t}"] for t in ("IV, undefended", "VI, distilled at T = 100")
        )
        grown = [float(hot[column]) / float(plain[column]) - 1 for column in (best, average)]
        ours = float(rows["undefended, here"][average]) / float(plain[average]) - 1
        return [100 * one for one in (*grown, ours)]
    if name == "tabular":
        accuracy = {
            (row["network"], row["seed"]): measured(row["accuracy"]).value
            for row in page(name).table("Networks")
        }
        trained = "adversarial-training, eps 0.1, steps 7"
        return [accuracy["none", seed] - accuracy[trained, seed] for seed in "012"]
    return []


def exact(name):
    """Ends of the exact intervals that a page gives, with what they should be."""
    found = []
    for text in re.findall(r"(\d+ of \d+[^.;]{0,80}?\d+\.\d to \d+\.\d %)", page(name).words):
        if "exact" not in text and "anything" not in text:
            continue
        k, n = map(int, re.findall(r"(\d+) of (\d+)", text)[-1])
        low, high = re.findall(r"(\d+\.\d) to (\d+\.\d) %", text)[-1]
        interval = binomtest(k, n).proportion_ci(method="exact")
        found.append(((low, high), (f"{100 * interval.low:.1f}", f"{100 * interval.high:.1f}")))
    return found


def missing(name, words):
    """Numbers of a text that are in none of the tables of a page, nor follow from them."""
    at, ends = page(name), [float(one) for said, _ in exact(name) for one in said]
    shares, others = [*at.shares, *derived(name), *ends], [*at.values, *derived(name)]
    found = {one for one in shares_in(words) if not stands(one, shares)}
    found |= {one for one in fractions_in(words) if not stands(one, others)}
    return found - ELSEWHERE.get(name, set())


@pytest.mark.parametrize("name", NAMES)
def test_every_number_of_a_study_stands_in_its_tables(name):
    assert not missing(name, page(name).words)


def test_what_one_page_takes_of_another_stands_there():
    assert page("distances").gain(TRAINED, "L2").value == 19
    results = (ROOT / "benchmarks" / "RESULTS.md").read_text(encoding="utf-8")
    assert "| distillation | 100 | jsma-f | 98.5% | 0.1% (0.0% to 0.3%)" in results


@pytest.mark.parametrize("name", NAMES)
def test_exact_intervals_are_those_of_clopper_and_pearson(name):
    for said, right in exact(name):
        assert said == right


def test_there_are_exact_intervals():
    assert sum(len(exact(name)) for name in NAMES) >= 3


@pytest.mark.parametrize("name", NAMES)
def test_a_number_that_stands_in_no_table_is_noticed(name):
    assert missing(name, f"{page(name).words} It is 73.77 %.") == {"73.77"}


@pytest.mark.parametrize("name", NAMES)
def test_a_share_and_both_ends_of_its_interval_stand_in_one_cell(name):
    at = page(name)
    cells = [(one.value, one.low, one.high) for one in at.intervals]
    cells += [(one.value, one.high, one.low) for one in at.intervals]  # "nearer": the other way
    for said in intervals_in(at.words):
        pairs = [zip(said, cell, strict=True) for cell in cells]
        assert any(all(stands(one, [value]) for one, value in pair) for pair in pairs), said


def test_there_are_intervals_in_the_words():
    assert sum(len(intervals_in(page(name).words)) for name in NAMES) >= 10


def test_the_overview_has_a_row_a_study_whose_numbers_stand_in_its_tables():
    lines = (STUDIES / "README.md").read_text(encoding="utf-8").splitlines()
    rows = {re.match(r"\| \[([\w-]+)\]", line)[1]: line for line in lines if line[:3] == "| ["}
    assert sorted(rows) == list(NAMES)
    for name, line in rows.items():
        assert not missing(name, line.strip("| ")), name


@pytest.mark.parametrize("name", NAMES)
def test_a_study_says_how_its_numbers_were_counted_and_for_which_networks(name):
    said = page(name).text.partition("## How it was counted")[2]
    apart = "before inputs that are misclassified from the start were set apart"
    assert ("Misclassified inputs were not attacked" if name in SET_APART else apart) in said
    seeds = re.search(r"seeds \[([\d, ]+)\]", page(name).text)[1].split(",")
    assert said.strip().split("\n")[0].count("One seed:" if len(seeds) == 1 else "Three seeds") == 1


@pytest.mark.parametrize("name", NAMES)
def test_the_tables_of_a_study_have_the_titles_that_are_written_today(name):
    code = Path(study_tables.__file__).read_text(encoding="utf-8")
    for title in page(name).tables:
        assert title in ("What came out",) or f'"{title}"' in code


TOLD = [(name, words) for name, said in CLAIMS.items() for words in said]


@pytest.mark.parametrize(("name", "words"), TOLD)
def test_what_a_study_says_of_its_numbers_holds_in_its_tables(name, words):
    assert words in page(name).words
    assert CLAIMS[name][words](page(name))


def test_words_of_every_study_are_held_against_its_tables():
    assert set(CLAIMS) == set(NAMES)


def test_no_study_says_what_its_tables_do_not_show():
    """Words that were said of such numbers once, and that no table can carry."""
    said = " ".join(path.read_text(encoding="utf-8") for path in STUDIES.glob("*.md"))
    for words in ("in every detail", "exactly the others", "full length", "moves nothing farther"):
        assert words not in said
