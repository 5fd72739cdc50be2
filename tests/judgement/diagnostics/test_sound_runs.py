"""Sound evaluations raise no alarm, whatever the luck of the draw."""

import json

import pytest

from core.evaluation import evidence
from core.evaluation.evaluation import Evaluation
from tests.judgement.diagnostics import world

SOFT = ("soft-labels", {"confidence": 0.9}, None)
ROBUST = ("adversarial-training", {"eps": 0.2, "steps": 7}, None)
DISTILLED = ("distillation", {}, 20.0)
BROKEN = ("scaled-logits", {"factor": 100}, None)


def jsma_on_soft_labels(luck):
    return world.run(
        *(
            world.attack("jsma-logf", world.JSMA, defense=defense, world=luck)
            for defense in (("none", {}, None), SOFT)
        )
    )


def balls_on_adversarial_training(luck):
    """Many budgets, one step and many, noise and transfer; five times as robust."""
    tables = []
    for defense, hard in ((("none", {}, None), 1.0), (ROBUST, 2.5)):
        common = {"defense": defense, "hard": hard, "world": luck, "samples": 100}
        for eps in (0.1, 0.25, 0.5, 1.0):
            tables += [
                world.attack("pgd", {**world.PGD, "eps": eps}, skill=0.02, **common),
                world.attack("fgsm", {**world.FGSM, "eps": eps}, skill=0.3, **common),
            ]
        more = {**world.PGD, "steps": 80, "step_size": 0.008}
        tables += [
            world.attack("pgd", more, skill=0.02, **common),
            world.attack("pgd", {**world.PGD, "restarts": 5}, skill=0.015, **common),
            world.attack("noise", world.NOISE, skill=4.0, **common),
            world.attack("transfer", world.TRANSFER, skill=1.0, **common),
        ]
    return world.run(*tables)


def closest_on_distillation(luck):
    """Attacks without a budget, 20 samples only."""
    tables = []
    for defense in (("none", {}, None), DISTILLED):
        common = {"defense": defense, "world": luck, "samples": 20}
        tables += [
            world.attack("cw-l2", world.CW, skill=0.02, **common),
            world.attack("lbfgs", world.LBFGS, skill=0.1, **common),
            world.attack("decision", world.DECISION, skill=0.2, **common),
            world.attack("cw-l0", world.CW, **common),
        ]
    return world.run(*tables)


def everything_with_the_broken_network(luck):
    """All kinds, a broken network, three seeds, and the strongest attack reported."""
    tables = []
    for defense in (("none", {}, None), DISTILLED, BROKEN):
        common = {"defense": defense, "world": luck, "samples": 40, "seeds": (0, 1, 2)}
        tables += [
            world.attack("pgd", world.PGD, skill=0.02, **common),
            world.attack("bim", world.BIM, skill=0.03, **common),
            world.attack("fgsm", world.FGSM, skill=0.4, **common),
            world.attack("genetic", world.GENETIC, skill=0.5, **common),
            world.attack("noise", world.NOISE, skill=5.0, **common),
            world.attack("decision", world.DECISION, skill=0.2, **common),
            world.attack("cw-l2", world.CW, skill=0.02, **common),
            world.attack("jsma-logf", world.JSMA, **common),
        ]
    made = world.run(*tables)
    found = evidence.closest(Evaluation.of(made["rows"], world.EXTENT))
    return {**made, "closest": [one.model_dump() for one in found]}


def a_table_with_immutable_features(luck):
    """No attack is owed success on everything here: one that fails on half is no fault."""
    tables = []
    for defense in (("none", {}, None), ("weight-decay", {"strength": 0.01}, None)):
        common = {"defense": defense, "world": luck, "samples": 80}
        tables += [
            world.attack("pgd", {**world.PGD, "eps": 1.0}, hard=8.0, **common),
            world.attack("cw-l2", world.CW, fails=0.5, **common),
        ]
    return {**world.run(*tables), "data": {"mutable_features": 500}}


SOUND = [
    jsma_on_soft_labels,
    balls_on_adversarial_training,
    closest_on_distillation,
    everything_with_the_broken_network,
    a_table_with_immutable_features,
]


@pytest.mark.parametrize("setup", SOUND)
def test_sound_setups_raise_no_alarm(setup):
    for luck in range(5):
        alarms = [
            (subject, check)
            for subject, check in world.checks(setup(luck))
            if check.result == "fail"
        ]
        assert alarms == []


def test_between_them_they_pass_every_check():
    passed, seen = set(), set()
    for setup in SOUND:
        for _, check in world.checks({**setup(0), "planted": True}):
            seen.add(check.check)
            passed |= {check.check} if check.result == "pass" else set()
    assert seen == {
        *("network_trained", "test_inputs_new", "logits_given"),
        *("same_answer_twice", "zero_gradients"),
        *("outcomes_recorded", "iterative_beats_single_step", "success_grows"),
        *("everything_without_budget", "chance_at_half_range", "more_work_changes_nothing"),
        *("white_box_beats_black_box", "black_box_run", "adaptive_attack_run"),
        *("undefended_twin_attacked", "broken_network_found", "attacks_validated"),
        *("mean_of_minima", "parameters_listed", "planted_found"),
    }
    assert passed == seen


def test_every_result_is_json_with_a_subject_and_a_sentence():
    for subject, check in world.checks(everything_with_the_broken_network(0)):
        assert list(subject.model_dump(mode="json")) == [
            *("defense", "params", "temperature", "seed", "attack", "attack_params"),
        ]
        json.dumps(check.model_dump(mode="json"), allow_nan=False)
        assert check.result in ("pass", "fail", "not run")
        assert check.sentence.endswith(".")
        assert "nan" not in check.sentence


def test_what_was_not_run_is_said_in_the_same_words_for_all_networks():
    said = {}
    for subject, check in world.checks(jsma_on_soft_labels(0)):
        if check.result == "not run":
            said.setdefault(check.check, set()).add(check.sentence)
            assert subject.attack is None
    assert "white_box_beats_black_box" in said
    assert all(len(sentences) == 1 for sentences in said.values())


def test_a_run_without_any_row_yet_has_checks_of_its_networks_only():
    made = jsma_on_soft_labels(0)
    found = world.checks({**made, "rows": made["rows"].iloc[:0]})
    assert {check.check for _, check in found} == {
        *("network_trained", "test_inputs_new", "logits_given", "same_answer_twice"),
    }
