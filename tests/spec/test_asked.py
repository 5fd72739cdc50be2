"""A criterion in one line, and attacks that give what it asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.criteria import METRICS
from core.errors import UserError
from core.spec import asked, spec
from core.spec.spec import WITHIN, Criterion, Experiment
from tests import model


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "robust_accuracy>=0.5@linf:0.1",
            {"at_least": 0.5, "distance": "linf", "eps": 0.1},
        ),
        (
            "robust_accuracy >= 50% @ linf : 8/255",
            {"at_least": 0.5, "distance": "linf", "eps": 8 / 255},
        ),
        ("robust_accuracy>=0.5@l0:20", {"at_least": 0.5, "distance": "l0", "eps": 20.0}),
        ("success_rate<=10%", {"metric": "success_rate", "at_most": 0.1}),
        ("rho>=0.05@l2", {"metric": "rho", "at_least": 0.05, "distance": "l2"}),
        ("accuracy>=0.95", {"metric": "accuracy", "at_least": 0.95}),
    ],
)  # fmt: skip
def test_a_line_is_a_criterion(line, expected):
    one = asked.criterion(line, "--ask")
    assert one == Criterion(**{"metric": "robust_accuracy", **expected})


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("robust accuracy at least half", "robust_accuracy>=0.5@linf:0.1"),
        ("robust_accuracy>0.5", "robust_accuracy>=0.5@linf:0.1"),
        ("robustness>=0.5", "none of rho_increase"),
        ("robust_accuracy>=half", "is no number"),
        ("robust_accuracy>=0.5@l3:0.1", "none of l0"),
        ("robust_accuracy>=0.5@linf:0", "eps"),
        ("robust_accuracy>=0.5@linf:8/0", "is no number"),
        ("rho>=0.5@linf:0.1", "has no radius"),
        ("accuracy>=0.5@linf", "no attacker"),
    ],
)
def test_what_is_none_is_refused_in_a_line_that_says_why(line, said):
    with pytest.raises(UserError, match="--ask") as refused:
        asked.criterion(line, "--ask")
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


@st.composite
def criteria(draw):
    metric = draw(st.sampled_from(list(METRICS)))
    distance = draw(st.sampled_from((None, "l0", "l2", "linf"))) if METRICS[metric].goals else None
    eps = draw(st.none() | st.floats(1e-3, 500)) if distance and metric in WITHIN else None
    side = draw(st.sampled_from(("at_least", "at_most")))
    bound = draw(st.floats(0, 1, allow_subnormal=False))
    return Criterion(metric=metric, distance=distance, eps=eps, **{side: bound})


@given(criteria())
def test_what_was_written_reads_back(one):
    assert asked.criterion(asked.written(one), "--ask") == one


def test_a_spec_may_hold_a_line():
    raw = {"data": {"name": "digits"}, "defenses": [{"name": "none"}], "attacks": [{"name": "pgd"}]}
    made = Experiment.model_validate({**raw, "criteria": ["robust_accuracy>=0.5@linf:0.1"]})
    assert made.criteria == [asked.criterion("robust_accuracy>=0.5@linf:0.1", "--ask")]
    assert Experiment.model_validate(made.as_json()) == made


def test_a_line_does_not_say_what_it_cannot():
    assert asked.written(Criterion(at_least=0.5, metric="rho", attack="jsma-f")) is None
    assert asked.written(Criterion(at_least=0.5, metric="rho", knowledge="black-box")) is None


def experiment(*lines, attacks=None, undefended=False):
    wanted = [asked.criterion(line, "--ask") for line in lines]
    given = {"name": "given", "file": "mine.keras"}
    return Experiment.model_validate(
        {
            "data": {"name": "mnist5k"},
            "defenses": [{"name": "none"}, given] if undefended else [given],
            "attacks": attacks or asked.attacks_for(wanted),
            "criteria": [one.model_dump() for one in wanted],
        }
    )


@pytest.mark.parametrize(
    "line",
    [
        *("robust_accuracy>=0.5@linf:0.1", "robust_accuracy>=0.5@l2:1", "rho>=0.01@l2"),
        *("robust_accuracy>=0.5@l0:20", "robust_accuracy>=0.5@l0:201", "rho>=0.1@linf"),
        *("robust_accuracy>=0.5", "rho>=0.1", "accuracy>=0.9", "success_rate<=0.1@l2"),
    ],
)
def test_the_default_attacks_give_every_number_that_is_asked_for(line):
    asked.require_measured(experiment(line), model.data())


@given(st.lists(criteria(), max_size=4))
def test_whatever_is_asked_the_attacks_for_it_are_ones_that_a_spec_takes(wanted):
    lines = [asked.written(one) for one in wanted if one.distance != "l1"]
    made = experiment(*lines, undefended=True)
    asked.require_measured(made, model.data())
    named = [attack.model_dump_json() for attack in made.attacks]
    assert len(set(named)) == len(named)


def test_without_a_question_a_search_that_sees_no_gradient_is_among_them():
    names = [one["name"] for one in asked.attacks_for([])]
    assert names == ["jsma-f", "jsma-logf", "sigma-zero", "pgd", "decision"]


@pytest.mark.parametrize(
    ("line", "attack", "add"),
    [
        ("robust_accuracy>=0.5@linf:0.1", {"name": "pgd", "eps": 0.2}, "pgd:norm=linf,eps=0.1"),
        ("robust_accuracy>=0.5@linf:0.1", {"name": "jsma-logf"}, "pgd:norm=linf,eps=0.1"),
        ("robust_accuracy>=0.5@l0:200", {"name": "jsma-logf"}, "--attack sigma-zero"),
        ("rho>=0.1@l2", {"name": "jsma-logf"}, "cw-l2:targeted=False"),
    ],
)
def test_a_question_that_no_attack_answers_is_refused_before_the_run(line, attack, add):
    with pytest.raises(UserError) as refused:
        asked.require_measured(experiment(line, attacks=[attack]), model.data())
    assert add in str(refused.value)
    assert line in str(refused.value)


def test_a_gain_needs_a_baseline():
    with pytest.raises(UserError, match="--baseline"):
        asked.require_measured(experiment("rho_increase>=0.5"), model.data())
    asked.require_measured(experiment("rho_increase>=0.5", undefended=True), model.data())


def test_where_no_gradient_reaches_the_inputs_no_attack_that_needs_one_is_proposed():
    asked_for = asked.criterion("robust_accuracy>=0.5@l0:2", "--ask")
    raw = {
        "data": {"name": "digits"},
        "defenses": [{"name": "given", "file": "a.keras"}],
        "attacks": [{"name": "decision"}],
        "criteria": [asked_for.model_dump()],
    }
    for gradients, said in ((True, "--attack sigma-zero"), (False, "no gradient reaches")):
        with pytest.raises(UserError, match=said):
            asked.require_measured(spec.parse(raw), model.data(), gradients=gradients)
