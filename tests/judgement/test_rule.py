"""The verdict is a pure function: each outcome, and each order of precedence."""

import itertools

import pytest

from core.criteria.metric import Evidence
from core.judgement.rule import (
    FAIL,
    INCONCLUSIVE,
    NOT_RELIABLE,
    PASS,
    Ground,
    judge,
)
from core.model.judged import Criterion

GAIN = Criterion(metric="rho_increase", at_least=0.5, goal="untargeted")
RATE = Criterion(metric="success_rate", at_most=0.1, goal="untargeted")
FAR = Criterion(metric="rho", at_least=0.5, goal="untargeted")


def number(value, low, high, seeds=3, **more):
    return Evidence("the gain", value, low, high, seeds, ("jsma-logf",), **more)


def verdict(evidence, criterion=GAIN, alarms=(), **more):
    return judge(criterion, evidence, Ground(tuple(alarms), **more)).verdict


HIGH, LOW, WIDE = number(0.9, 0.7, 1.1), number(0.0, -0.1, 0.1), number(0.5, 0.2, 0.8)


def test_an_attack_that_works_is_proof_with_one_seed():
    made = judge(FAR, [number(0.0, -0.1, 0.1, seeds=1)], Ground())
    assert (made.verdict, bool(made.proof)) == (FAIL, True)


@pytest.mark.parametrize(
    ("alarms", "adaptive", "complete"),
    list(itertools.product([(), ("alarm",)], [True, False], [True, False])),
)
def test_failing_comes_before_everything_else(alarms, adaptive, complete):
    """An absolute criterion is missed whatever else; a gain only where no check failed."""
    asked = {"alarms": alarms, "adaptive": adaptive, "complete": complete}
    assert verdict([LOW], FAR, **asked) == FAIL
    assert verdict([LOW], GAIN, **asked) == (NOT_RELIABLE if alarms else FAIL)


@pytest.mark.parametrize("agreeing", [(), ("jsma-logf",), ("jsma-logf", "cw-l0")])
def test_one_ratio_of_two_upper_bounds_is_no_proof(agreeing):
    made = judge(GAIN, [LOW], Ground(agreeing=agreeing))
    assert made.verdict == FAIL
    assert ("proof" in f"{made.reason} {made.proof}") == (len(agreeing) > 1)
    assert ("holds under these attacks" in made.reason) == (len(agreeing) < 2)


@pytest.mark.parametrize("evidence", [[HIGH], [WIDE], []])
@pytest.mark.parametrize("complete", [True, False])
def test_an_alarm_or_no_adaptive_attack_comes_before_passing(evidence, complete):
    assert verdict(evidence, alarms=["alarm"], complete=complete) == NOT_RELIABLE
    assert verdict(evidence, adaptive=False, complete=complete) == NOT_RELIABLE


def test_passing_needs_three_seeds_a_whole_run_and_every_number_clear():
    assert verdict([HIGH]) == PASS
    assert verdict([number(0.9, 0.7, 1.1, seeds=2)]) == INCONCLUSIVE
    assert verdict([HIGH], complete=False) == INCONCLUSIVE
    assert verdict([HIGH, WIDE]) == INCONCLUSIVE
    assert verdict([]) == INCONCLUSIVE


def test_one_distance_that_misses_is_enough_to_fail():
    assert verdict([HIGH, LOW]) == FAIL


def test_a_ceiling_is_held_from_above():
    assert verdict([number(0.02, 0.0, 0.05)], RATE) == PASS
    assert verdict([number(0.9, 0.85, 0.95)], RATE) == FAIL
    assert verdict([number(0.1, 0.05, 0.15)], RATE) == INCONCLUSIVE


@pytest.mark.parametrize("criterion", [GAIN, FAR])
def test_a_mean_over_samples_that_nothing_moved_passes_nothing(criterion):
    """Attacks gave up on a sample; where it lies nobody knows."""
    assert verdict([number(0.9, 0.7, 1.1, most=5.0, bound=True)], criterion) == INCONCLUSIVE
    assert verdict([number(0.9, 0.7, 1.1)], criterion) == PASS


@pytest.mark.parametrize("criterion", [GAIN, FAR])
@pytest.mark.parametrize(("most", "word"), [(0.499, FAIL), (0.5, INCONCLUSIVE)])
def test_and_fails_something_only_wherever_those_samples_lie(criterion, most, word):
    assert verdict([number(0.1, 0.0, 0.2, most=most, bound=True)], criterion) == word


def test_a_pass_says_withstood_and_a_failure_names_number_and_criterion():
    assert judge(GAIN, [HIGH], Ground()).reason.startswith("Withstood these attacks")
    reason = judge(GAIN, [LOW], Ground()).reason
    assert "0.0\u00a0% (−10.0\u00a0% to 10.0\u00a0%)" in reason
    assert "at least 50.0\u00a0%" in reason
