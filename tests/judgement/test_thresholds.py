"""Results on either side of each line of a verdict, that differ in nothing but one number."""

import pytest

from core.criteria.metric import Evidence
from core.judgement.rule import FAIL, INCONCLUSIVE, PASS, Ground, judge
from core.model.judged import Criterion

GAIN = Criterion(metric="rho_increase", at_least=0.5)
RATE = Criterion(metric="success_rate", at_most=0.1)


def number(value, low, high, seeds=3, what="the gain"):
    return Evidence(what, value, low, high, seeds, ("jsma-logf",))


def judged(criterion, *evidence):
    made = judge(criterion, list(evidence), Ground())
    return made.verdict, made.reason


@pytest.mark.parametrize(
    ("criterion", "evidence", "word"),
    [
        # The value misses what was asked; the far end of its interval decides.
        (GAIN, number(0.3, 0.1, 0.499), FAIL),
        (GAIN, number(0.3, 0.1, 0.5), INCONCLUSIVE),
        (RATE, number(0.2, 0.101, 0.3), FAIL),
        (RATE, number(0.2, 0.1, 0.3), INCONCLUSIVE),
        # The value reaches what was asked; the near end of its interval decides.
        (GAIN, number(0.7, 0.5, 0.9), PASS),
        (GAIN, number(0.7, 0.499, 0.9), INCONCLUSIVE),
        (RATE, number(0.05, 0.01, 0.1), PASS),
        (RATE, number(0.05, 0.01, 0.101), INCONCLUSIVE),
    ],
)
def test_the_end_of_the_interval_decides_and_not_the_value(criterion, evidence, word):
    assert judged(criterion, evidence)[0] == word


@pytest.mark.parametrize(
    ("seeds", "word"),
    [((3, 3), PASS), ((3, 2), INCONCLUSIVE), ((2, 9), INCONCLUSIVE), ((4, 3), PASS)],
)
def test_the_number_with_the_fewest_seeds_decides_whether_there_are_enough(seeds, word):
    found, reason = judged(GAIN, *(number(0.9, 0.7, 1.1, seeds=one) for one in seeds))
    assert found == word
    assert (f"with {min(seeds)} seed(s)" in reason) == (word != PASS)


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(
    ("criterion", "near", "far"),
    [
        (GAIN, number(0.2, 0.1, 0.3, what="near"), number(0.0, -0.1, 0.1, what="far")),
        (RATE, number(0.2, 0.15, 0.3, what="near"), number(0.5, 0.4, 0.6, what="far")),
    ],
)
def test_the_reason_of_a_failure_is_what_misses_by_most(criterion, near, far, order):
    word, reason = judged(criterion, *[near, far][::order])
    assert word == FAIL
    assert reason.startswith("Far is")


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(
    ("criterion", "wide", "narrow"),
    [
        (GAIN, number(0.9, 0.51, 1.3, what="wide"), number(0.8, 0.7, 0.9, what="narrow")),
        (RATE, number(0.04, 0.0, 0.09, what="wide"), number(0.05, 0.03, 0.07, what="narrow")),
    ],
)
def test_the_reason_of_a_pass_is_what_came_closest_to_the_line(criterion, wide, narrow, order):
    word, reason = judged(criterion, *[wide, narrow][::order])
    assert word == PASS
    assert "Wide is" in reason
