"""The verdict is a pure function: each outcome, and each order of precedence."""

import itertools

import pytest

from core.criteria.metric import Evidence
from core.judgement.verdicts import (
    FAIL,
    INCONCLUSIVE,
    NOT_RELIABLE,
    PASS,
    judge,
    verdicts,
)
from core.model.judged import Criterion
from tests import model

GAIN = Criterion(metric="rho_increase", at_least=0.5)
RATE = Criterion(metric="success_rate", at_most=0.1)


def number(value, low, high, seeds=3):
    return Evidence("the gain", value, low, high, seeds, ("jsma-logf",))


def verdict(evidence, criterion=GAIN, alarms=(), adaptive=True, complete=True):
    return judge(criterion, evidence, list(alarms), adaptive, complete)[0]


HIGH, LOW, WIDE = number(0.9, 0.7, 1.1), number(0.0, -0.1, 0.1), number(0.5, 0.2, 0.8)


def test_an_attack_that_works_is_proof_with_one_seed():
    assert verdict([number(0.0, -0.1, 0.1, seeds=1)]) == FAIL


@pytest.mark.parametrize(
    ("alarms", "adaptive", "complete"),
    list(itertools.product([(), ("alarm",)], [True, False], [True, False])),
)
def test_failing_comes_before_everything_else(alarms, adaptive, complete):
    assert verdict([LOW], alarms=alarms, adaptive=adaptive, complete=complete) == FAIL


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


def test_a_pass_says_withstood_and_a_failure_names_number_and_criterion():
    assert judge(GAIN, [HIGH], [], True, True)[1].startswith("Withstood these attacks")
    reason = judge(GAIN, [LOW], [], True, True)[1]
    assert "0.0\u00a0% (−10.0\u00a0% to 10.0\u00a0%)" in reason
    assert "at least 50.0\u00a0%" in reason


def results(
    attack="jsma-logf", params=None, increase=(0.0, -0.1, 0.1), checks=(), undefended=0.02, **more
):
    params = {"budget": 112, "theta": 1} if params is None else params
    named = {"defense": "distillation", "temperature": 20.0, "seeds": [0, 1, 2]}
    attacked = {"attack": attack, "attack_params": params}
    closest = model.closest(
        **named,
        attacks=[{**attacked, "strongest": 1.0}],
        rho=undefended * (1 + increase[0]),
        rho_cap=0.143,
        rho_increase=increase[0],
        rho_increase_low=increase[1],
        rho_increase_high=increase[2],
    )
    parts = {
        "criteria": [GAIN.model_dump()],
        "summary": [model.row(**attacked), model.row(**named, **attacked)],
        "closest": [closest],
        "diagnostics": list(checks),
    }
    return model.results(**{**parts, **more})


def check(name, attack=None, params=None, defense="distillation", temperature=20.0):
    subject = {"defense": defense, "params": {}, "temperature": temperature}
    return model.check(name, {**subject, "attack": attack, "attack_params": params})


def test_the_undefended_network_gets_no_verdict():
    assert [entry.defense for entry in verdicts(results())] == ["distillation"]


def test_on_defaults_distillation_fails():
    (found,) = verdicts(results())
    assert found.verdict == FAIL
    assert found.criterion == GAIN


def test_without_an_adaptive_attack_a_gain_is_not_reliable():
    (found,) = verdicts(results("jsma-f", increase=(6.0, 5.0, 7.0)))
    assert found.verdict == NOT_RELIABLE
    assert "jsma-logf" in found.reason
    (found,) = verdicts(results("jsma-logf", increase=(6.0, 5.0, 7.0)))
    assert found.verdict == PASS


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"loss": "margin", "targeted": False}, PASS),
        ({"loss": "probability", "targeted": False}, NOT_RELIABLE),
        # The log-probability of a label to leave vanishes as well; of a class to reach it does not.
        ({"loss": "log-probability", "targeted": False}, NOT_RELIABLE),
        ({"loss": "log-probability", "targeted": True}, PASS),
    ],
)
def test_a_gradient_attack_counts_as_adaptive_by_its_loss(params, expected):
    (found,) = verdicts(results("pgd", params, increase=(6.0, 5.0, 7.0)))
    assert found.verdict == expected


def test_a_check_on_an_attack_disqualifies_that_attack_only():
    own = {"budget": 112, "theta": 1}
    masked = check("zero_gradients", "jsma-f", own)
    (found,) = verdicts(results(increase=(6.0, 5.0, 7.0), checks=[masked]))
    assert found.verdict == PASS
    blind = check("zero_gradients", "jsma-logf", own)
    (found,) = verdicts(results(increase=(6.0, 5.0, 7.0), checks=[blind]))
    assert found.verdict == NOT_RELIABLE


def test_an_attack_that_calls_the_broken_network_robust_counts_nowhere():
    own = {"budget": 112, "theta": 1}
    fooled = check("broken_network_found", "jsma-logf", own, "scaled-logits", None)
    (found,) = verdicts(results(increase=(6.0, 5.0, 7.0), checks=[fooled]))
    assert found.verdict == NOT_RELIABLE


def test_a_failed_check_of_the_network_stands_as_the_reason():
    (found,) = verdicts(results(increase=(6.0, 5.0, 7.0), checks=[check("same_answer_twice")]))
    assert (found.verdict, found.reason) == (NOT_RELIABLE, "same_answer_twice fired.")


def test_an_incomplete_run_cannot_pass():
    holes = ["jsma-z: failed"]
    (found,) = verdicts(results(increase=(6.0, 5.0, 7.0), incomplete=holes))
    assert found.verdict == INCONCLUSIVE


def test_of_several_criteria_the_worst_verdict_stands():
    accuracy = Criterion(metric="accuracy", at_least=0.9)
    network = model.network(
        defense="distillation", temperature=20.0, accuracy=0.5, accuracy_low=0.4, accuracy_high=0.6
    )
    criteria = [GAIN.model_dump(), accuracy.model_dump()]
    (found,) = verdicts(results(increase=(6.0, 5.0, 7.0), criteria=criteria, networks=[network]))
    assert (found.verdict, found.criterion) == (FAIL, accuracy)
    assert [entry.verdict for entry in found.criteria] == [PASS, FAIL]


def test_a_run_without_criteria_has_no_verdicts():
    assert verdicts(results(criteria=[])) == []


def test_where_the_cap_leaves_no_room_for_the_gain_missing_it_proves_nothing():
    """An undefended network at the cap cannot be exceeded by half, however good the defence."""
    (found,) = verdicts(results(undefended=0.143))
    assert found.verdict == INCONCLUSIVE
    assert "room" in found.reason
