"""What is asked where nobody asked: it follows the attacks that ran."""

import pytest

from core.criteria.defaults import asked
from core.model.judged import Criterion
from core.spec.spec import parse
from tests import model

AT = {"defense": "distillation", "temperature": 20.0}
JSMA = {}
CW = {"attack": "cw-l2", "attack_params": {"targeted": True}, "distance": "l2", "budget": None}
FIRST = {"attack_params": {"budget": 112, "theta": 1, "stop": "first-target"}}


def pgd(eps, targeted=False):
    params = {"eps": eps, "targeted": targeted}
    return {"attack": "pgd", "attack_params": params, "distance": "linf", "budget": eps}


def run(*attacks, undefended=True, criteria=None):
    rows = [model.row(**AT, **one) for one in attacks]
    if undefended:
        rows += [model.row(**one) for one in attacks]
    made = model.results(summary=rows)
    return made.model_copy(update={"spec": {"criteria": criteria}})


def told(results):
    return [(one.metric, one.distance, one.eps, one.goal) for one in asked(results)]


FARTHER_L0 = ("rho_increase", "l0", None, "untargeted")
REACHED_L0 = ("success_rate", "l0", 112.0, "targeted")


@pytest.mark.parametrize(
    ("attacks", "expected"),
    [
        ((JSMA,), [FARTHER_L0, REACHED_L0]),
        # Stopped at the first target nobody knows how many succeed.
        ((FIRST,), [FARTHER_L0]),
        ((CW,), [("rho_increase", "l2", None, "untargeted")]),
        ((pgd(0.2),), [("robust_accuracy", "linf", 0.2, "untargeted")]),
        (
            (pgd(0.1), pgd(0.2)),
            [(("robust_accuracy"), "linf", eps, "untargeted") for eps in (0.1, 0.2)],
        ),
        (
            (pgd(0.2, targeted=True),),
            [
                ("robust_accuracy", "linf", 0.2, "untargeted"),
                ("success_rate", "linf", 0.2, "targeted"),
            ],
        ),
        (
            (JSMA, pgd(0.2)),
            [FARTHER_L0, ("robust_accuracy", "linf", 0.2, "untargeted"), REACHED_L0],
        ),
    ],
)
def test_the_default_follows_the_attacks_that_ran(attacks, expected):
    assert told(run(*attacks)) == expected
    assert all(one.set_by == "default" for one in asked(run(*attacks)))


STAYS_L0 = ("robust_accuracy", "l0", 112.0, "untargeted")
STAYS_LINF = ("robust_accuracy", "linf", 0.2, "untargeted")


def test_a_gain_needs_the_undefended_network_and_without_it_numbers_stand_by_themselves():
    assert told(run(JSMA, undefended=False)) == [STAYS_L0, REACHED_L0]
    assert told(run(JSMA, pgd(0.2), undefended=False)) == [STAYS_L0, STAYS_LINF, REACHED_L0]


def test_without_a_reference_every_radius_that_the_results_tell_is_asked_about():
    """An attack without a budget names no radius; the results tell the usual one."""
    alone = run(CW, undefended=False)
    assert told(alone) == []
    entry = model.within(**AT, distance="l2", budget=2.0)
    assert told(alone.model_copy(update={"within_budget": [entry]})) == [
        ("robust_accuracy", "l2", 2.0, "untargeted")
    ]
    beside = run(CW).model_copy(update={"within_budget": [entry]})
    assert [one[0] for one in told(beside)] == ["rho_increase"]


def test_a_reference_that_is_planned_and_not_finished_keeps_the_question():
    waiting = run(JSMA, undefended=False)
    spec = {**waiting.spec, "defenses": [{"name": "none"}, {"name": "distillation"}]}
    assert told(waiting.model_copy(update={"spec": spec})) == [REACHED_L0]


def test_linf_training_is_not_held_against_distances_that_nothing_attacked():
    assert {one.distance for one in asked(run(pgd(0.2)))} == {"linf"}


def test_what_somebody_asked_stands_instead():
    own = Criterion(metric="rho", at_least=0.1, set_by="the bank")
    assert asked(run(JSMA, criteria=[own.model_dump(mode="json")])) == [own]
    assert asked(run(JSMA, criteria=[])) == []


FORMER = {
    "metric": "rho_increase",
    "at_least": 0.5,
    "at_most": None,
    "attack": "strongest",
    "set_by": "default",
}


def test_the_default_that_earlier_versions_wrote_out_is_the_default():
    assert told(run(JSMA, criteria=[FORMER])) == told(run(JSMA))
    raw = {"data": {"name": "digits"}, "defenses": [{"name": "none"}], "attacks": [{"name": "pgd"}]}
    assert parse({**raw, "criteria": [FORMER]}).criteria is None
    assert parse(raw).criteria is None
    # Whoever writes the same without that name asked for it.
    (own,) = parse({**raw, "criteria": [{"at_least": 0.5}]}).criteria
    assert own.set_by == "the spec of this run"


def test_of_two_classes_the_other_one_is_no_question_of_its_own():
    for classes, expected in ((2, [STAYS_L0]), (3, [STAYS_L0, REACHED_L0])):
        alone = run(JSMA, undefended=False)
        data = model.data(classes=classes)
        about = alone.provenance.model_copy(update={"data": data})
        assert told(alone.model_copy(update={"provenance": about})) == expected
