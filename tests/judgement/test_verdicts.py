"""One verdict a network and threat model, from what the results hold."""

import pytest

from core.judgement.rule import (
    FAIL,
    INCONCLUSIVE,
    NOT_RELIABLE,
    PASS,
    REFERENCE,
)
from core.judgement.verdicts import verdicts
from core.model.judged import Criterion, ThreatModel
from tests import model

GAIN = Criterion(metric="rho_increase", at_least=0.5, goal="untargeted")


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
