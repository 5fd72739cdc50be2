"""Criteria under one threat model: which numbers they are held against, by independent counting."""

import pytest

from core.criteria import METRICS
from core.errors import UserError
from core.metrics.intervals.exact import clopper_pearson
from core.model.identity import NetworkId
from core.model.judged import Criterion
from core.spec.spec import parse
from tests import model

AT = {"defense": "distillation", "temperature": 20.0}
NETWORK = NetworkId.of("distillation", {}, 20.0)
BALL = {"distance": "linf", "budget": 0.2}
PGD = {"attack": "pgd", "attack_params": {"eps": 0.2, "targeted": False}, **BALL}
NOISE = {"attack": "noise", "attack_params": {"eps": 0.2, "targeted": False}, **BALL}


def evidence(results, metric, **asked):
    return METRICS[metric].evidence(results, NETWORK, Criterion(metric=metric, **asked))


def test_robust_accuracy_is_asked_within_one_radius_of_one_distance():
    made = model.results(
        within_budget=[
            model.within(**AT, budget=0.1, robust_accuracy=0.8, low=0.7, high=0.9),
            model.within(**AT, budget=0.2, robust_accuracy=0.4, low=0.3, high=0.5),
            model.within(**AT, distance="l2", budget=0.2, robust_accuracy=0.6, low=0.5, high=0.7),
        ]
    )
    (one,) = evidence(made, "robust_accuracy", at_least=0.5, distance="linf", eps=0.2)
    assert (one.value, one.low, one.high, one.eps) == (0.4, 0.3, 0.5, 0.2)
    assert len(evidence(made, "robust_accuracy", at_least=0.5, distance="linf")) == 2
    assert len(evidence(made, "robust_accuracy", at_least=0.5)) == 3


def rate(success):
    return {"success_rate": success, "success_low": success - 0.1, "success_high": success + 0.1}


def test_what_a_black_box_reaches_lies_between_all_attacks_and_the_best_of_its_own():
    made = model.results(
        summary=[model.row(**AT, **PGD, **rate(0.7)), model.row(**AT, **NOISE, **rate(0.2))],
        within_budget=[model.within(**AT, budget=0.2, robust_accuracy=0.3, low=0.2, high=0.4)],
    )
    asked = {"at_least": 0.5, "distance": "linf", "eps": 0.2}
    (all_of_them,) = evidence(made, "robust_accuracy", **asked)
    assert (all_of_them.low, all_of_them.high) == (0.2, 0.4)
    assert evidence(made, "robust_accuracy", **asked, knowledge="white-box") == [all_of_them]
    (one,) = evidence(made, "robust_accuracy", **asked, knowledge="black-box")
    assert (one.value, one.low, one.high) == pytest.approx((0.8, 0.2, 0.9))
    alone = model.results(summary=made.summary[:1], within_budget=made.within_budget)
    assert evidence(alone, "robust_accuracy", **asked, knowledge="black-box") == []


def test_a_chosen_class_and_any_wrong_class_are_two_numbers():
    """Of 900 attacks on chosen classes 60 % succeed, though each sample leaves its label."""
    made = model.results(
        summary=[model.row(**AT, **rate(0.6))],
        within_budget=[
            model.within(**AT, distance="l0", budget=112, robust_accuracy=0.0, low=0.0, high=0.04)
        ],
    )
    asked = {"at_most": 0.5, "distance": "l0", "eps": 112}
    (chosen,) = evidence(made, "success_rate", **asked, goal="targeted")
    (any_class,) = evidence(made, "success_rate", **asked, goal="untargeted")
    assert (chosen.value, chosen.goal) == (0.6, "targeted")
    assert (any_class.value, any_class.low, any_class.goal) == (1.0, 0.96, "untargeted")


@pytest.mark.parametrize(("censored", "far"), [(0.0, None), (0.1, 0.07)])
def test_samples_that_nothing_moved_lie_anywhere_up_to_the_largest_distance(censored, far):
    row = model.closest(**AT, rho_high=0.07, censored=censored)
    (one,) = evidence(model.results(closest=[row]), "rho", at_least=0.1)
    assert one.bound is (far is not None)
    if far is not None:
        assert one.most == pytest.approx(
            far + clopper_pearson(100 * censored, 100)[1] * (1 - 1 / 7)
        )


@pytest.mark.parametrize(("mine", "reference"), [(0.0, 0.0), (0.1, 0.0), (0.0, 0.1)])
def test_a_gain_is_a_bound_where_either_side_has_such_samples(mine, reference):
    gain = {"rho_increase": 0.2, "rho_increase_low": 0.1, "rho_increase_high": 0.3}
    made = model.results(
        closest=[
            model.closest(rho_low=0.02, censored=reference),
            model.closest(**AT, **gain, rho_high=0.03, censored=mine),
        ]
    )
    (one,) = evidence(made, "rho_increase", at_least=0.5)
    assert one.bound is bool(mine or reference)
    most = (0.03 + clopper_pearson(10, 100)[1] * (1 - 1 / 7)) / 0.02 - 1
    assert one.highest == pytest.approx(most if mine else 0.3)


@pytest.mark.parametrize(
    ("criterion", "said"),
    [
        ({"metric": "rho", "at_least": 0.1, "goal": "targeted"}, "about untargeted attacks"),
        ({"metric": "accuracy", "at_least": 0.1, "distance": "l2"}, "has no attacker"),
        ({"metric": "rho", "at_least": 0.1, "distance": "l2", "eps": 0.1}, "has no radius"),
        ({"metric": "robust_accuracy", "at_least": 0.1, "eps": 0.1}, "needs the distance"),
        ({"metric": "rho", "at_least": 0.1, "distance": "l3"}, "distance"),
        ({"metric": "rho", "at_least": 0.1, "knowledge": "all"}, "knowledge"),
    ],
)
def test_a_threat_model_that_makes_no_sense_is_refused(criterion, said):
    raw = {"data": {"name": "digits"}, "defenses": [{"name": "none"}], "attacks": [{"name": "pgd"}]}
    with pytest.raises(UserError, match=said):
        parse({**raw, "criteria": [criterion]})
