"""The verdict is a pure function: each outcome, and each order of precedence."""

import itertools

import pytest

from core.criteria.metric import Evidence
from core.judgement.rule import (
    FAIL,
    INCONCLUSIVE,
    NOT_RELIABLE,
    PASS,
    REFERENCE,
    Ground,
    judge,
)
from core.judgement.verdicts import verdicts
from core.model.judged import Criterion, ThreatModel
from tests import model

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
    assert found.criterion == GAIN.model_copy(update={"distance": "l0"})
    assert found.threat == ThreatModel(distance="l0", goal="untargeted")


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


@pytest.mark.parametrize("about", [("distillation", 20.0), ("none", None)])
def test_a_failed_check_of_the_network_or_its_reference_stands_as_the_reason(about):
    alarm = check("same_answer_twice", None, None, *about)
    (found,) = verdicts(results(increase=(6.0, 5.0, 7.0), checks=[alarm]))
    assert (found.verdict, found.reason) == (NOT_RELIABLE, "same_answer_twice fired.")


def test_an_incomplete_run_cannot_pass():
    holes = ["jsma-z: failed"]
    (found,) = verdicts(results(increase=(6.0, 5.0, 7.0), incomplete=holes))
    assert found.verdict == INCONCLUSIVE


def test_of_several_criteria_under_one_threat_model_the_worst_verdict_stands():
    strict = Criterion(metric="rho_increase", at_least=9.0, distance="l0", goal="untargeted")
    criteria = [GAIN.model_dump(), strict.model_dump()]
    (found,) = verdicts(results(increase=(2.0, 1.8, 2.2), criteria=criteria))
    assert (found.verdict, found.criterion) == (INCONCLUSIVE, strict)  # the cap leaves no room
    assert [entry.verdict for entry in found.criteria] == [PASS, INCONCLUSIVE]


def test_each_threat_model_has_a_verdict_of_its_own():
    """Within L∞ 0.2 a network may withstand what it does not in L0."""
    kept = model.within(
        defense="distillation", temperature=20.0, seeds=[0, 1, 2], budget=0.2,
        robust_accuracy=0.9, low=0.88, high=0.92,
    )  # fmt: skip
    pgd = {"attack": "pgd", "attack_params": {"eps": 0.2, "loss": "margin", "targeted": False}}
    at = {"defense": "distillation", "temperature": 20.0, "seeds": [0, 1, 2]}
    rows = results().summary
    rows = [*rows, model.row(**at, **pgd, distance="linf", budget=0.2)]
    right = Criterion(metric="robust_accuracy", at_least=0.5, distance="linf", eps=0.2)
    criteria = [GAIN.model_dump(), right.model_dump()]
    found = verdicts(results(summary=rows, within_budget=[kept], criteria=criteria))
    told = {(one.threat.distance, one.threat.eps): one.verdict for one in found}
    assert told == {("l0", None): FAIL, ("linf", 0.2): PASS}


def test_clean_accuracy_is_asked_apart_from_any_attacker():
    accuracy = Criterion(metric="accuracy", at_least=0.9)
    network = model.network(
        defense="distillation", temperature=20.0, accuracy=0.5, accuracy_low=0.4, accuracy_high=0.6
    )
    criteria = [GAIN.model_dump(), accuracy.model_dump()]
    attacked, clean = verdicts(
        results(increase=(6.0, 5.0, 7.0), criteria=criteria, networks=[network])
    )
    assert (attacked.verdict, clean.verdict) == (PASS, FAIL)
    assert not clean.threat.attacked
    assert (attacked.grade is None, clean.grade is None) == (False, True)


@pytest.mark.parametrize("name", ["temperature", "scaled-logits"])
def test_a_control_is_a_reference_and_never_a_failure(name):
    closest = model.closest(
        defense=name, rho_increase=0.0, rho_increase_low=-0.1, rho_increase_high=0.1
    )
    row = model.row(defense=name)
    (found,) = verdicts(results(summary=[model.row(), row], closest=[closest]))
    assert (found.verdict, found.proof, found.grade) == (REFERENCE, "", None)
    assert "0.0\u00a0%" in found.reason


def agreeing(*attacks, low=-0.1, high=0.1, **more):
    """A run in which each attack alone sees a gain within this interval."""
    gain = {"rho_increase": 0.0, "rho_increase_low": low, "rho_increase_high": high}
    at = {"defense": "distillation", "temperature": 20.0, "seeds": [0]}
    rows = [row for name in attacks for row in (model.row(attack=name, attack_params={}),)]
    rows += [model.row(attack=name, attack_params={}, **at, **gain) for name in attacks]
    return results(summary=rows, **more)


@pytest.mark.parametrize(
    ("attacks", "proof"),
    [
        (("jsma-logf",), False),
        (("jsma-f", "jsma-f64", "jsma-logf", "jsma-z"), False),
        (("jsma-logf", "cw-l0"), True),
    ],
)
def test_a_gain_that_is_missing_is_proof_where_attacks_that_search_in_different_ways_agree(
    attacks, proof
):
    (found,) = verdicts(agreeing(*attacks))
    assert found.verdict == FAIL
    assert bool(found.proof) is proof
    assert ("proof" in found.reason) is proof


def test_an_attack_that_sees_enough_of_a_gain_or_is_blind_agrees_with_nothing():
    (found,) = verdicts(agreeing("jsma-logf", "cw-l0", high=0.6))
    assert (found.verdict, found.proof) == (FAIL, "")
    blind = check("planted_found", "cw-l0", {})
    (found,) = verdicts(agreeing("jsma-logf", "cw-l0", checks=[blind]))
    assert (found.verdict, found.proof) == (FAIL, "")
    # Nor one that is blind on the undefended network, which makes any gain look small.
    blind = check("planted_found", "cw-l0", {}, "none", None)
    (found,) = verdicts(agreeing("jsma-logf", "cw-l0", checks=[blind]))
    assert (found.verdict, found.proof) == (FAIL, "")


def test_a_missing_gain_is_proof_where_the_same_attacker_breaks_an_absolute_criterion():
    far = Criterion(metric="rho", at_least=0.1, distance="l0").model_dump()
    (found,) = verdicts(results(criteria=[GAIN.model_dump(), far]))
    assert [bool(one.proof) for one in found.criteria] == [True, True]
    assert "holds under these attacks" not in found.criteria[0].reason
    # Who picks a class is another attacker.
    rate = Criterion(metric="success_rate", at_most=0.1, distance="l0", goal="targeted")
    gain, targeted = verdicts(results(criteria=[GAIN.model_dump(), rate.model_dump()]))
    assert (gain.verdict, gain.proof) == (FAIL, "")
    assert targeted.proof


def test_a_run_without_criteria_has_no_verdicts():
    assert verdicts(results(criteria=[])) == []


def test_where_the_cap_leaves_no_room_for_the_gain_missing_it_proves_nothing():
    """An undefended network at the cap cannot be exceeded by half, however good the defence."""
    (found,) = verdicts(results(undefended=0.143))
    assert found.verdict == INCONCLUSIVE
    assert "room" in found.reason
