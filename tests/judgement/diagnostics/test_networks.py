"""Checks of a network by itself: trained, in logits, and of one mind."""

import numpy as np
import pytest

from core.judgement.diagnostics import network_trained, trained
from core.metrics.outputs import output_facts
from tests.judgement.diagnostics import world
from tests.judgement.diagnostics.test_planted_faults import found, results


def softmax(logits):
    return np.exp(logits) / np.exp(logits).sum(1, keepdims=True)


def test_probabilities_given_as_logits():
    made = world.run(world.attack("pgd", world.PGD))
    outputs = np.random.default_rng(0).normal(size=(50, 10)) * 9
    made["networks"][0]["outputs"] = output_facts(softmax(outputs), softmax(outputs))
    ((_, check),) = found(made, "logits_given")
    assert check.number < 1e-6
    made["networks"][0]["outputs"] = output_facts(outputs, outputs)
    assert results(made, "logits_given") == {"pass"}


def test_one_input_whose_logits_sum_to_one_is_no_softmax():
    outputs = np.array([[0.25, 0.75], [3.0, -4.0]])
    made = world.run(world.attack("pgd", world.PGD))
    made["networks"][0]["outputs"] = output_facts(outputs, outputs)
    assert results(made, "logits_given") == {"pass"}


def test_a_random_forward_pass():
    generator = np.random.default_rng(0)
    outputs = generator.normal(size=(50, 10)).astype(np.float32) * 9
    made = world.run(world.attack("pgd", world.PGD))
    dropped = outputs * (generator.random(outputs.shape) > 0.1) / 0.9
    made["networks"][0]["outputs"] = output_facts(outputs, dropped)
    assert len(found(made, "same_answer_twice")) == 1
    # Another order of summation is no randomness.
    made["networks"][0]["outputs"] = output_facts(outputs, outputs * np.float32(1 + 1e-6))
    assert results(made, "same_answer_twice") == {"pass"}


def test_outputs_nobody_looked_at_are_not_run():
    made = world.run(world.attack("pgd", world.PGD))
    made["networks"][0]["outputs"] = None
    assert results(made, "logits_given") == results(made, "same_answer_twice") == {"not run"}


def test_outputs_that_are_not_finite_are_an_error():
    with pytest.raises(ValueError, match="not finite"):
        output_facts(np.array([[np.nan, 1.0]]), np.array([[0.0, 1.0]]))
    with pytest.raises(ValueError, match=r"\(2, 2\) and \(1, 2\)"):
        output_facts(np.zeros((2, 2)), np.zeros((1, 2)))


def test_a_network_near_chance():
    made = world.run(world.attack("pgd", world.PGD))
    made["networks"][0].update(accuracy=0.12, trained=False)
    assert len(found(made, "network_trained")) == 1


@pytest.mark.parametrize(
    ("accuracy", "n", "chance", "result"),
    [
        # All of four are right, where three of four are of one class: nothing can be said.
        (1.0, 4, 0.75, "not run"),
        (0.5, 4, 0.25, "not run"),
        (1.0, 4, 0.25, "pass"),
        # Each side of a tenth of the way from chance to perfect: the low end of the interval.
        (0.24, 500, 0.1, "pass"),
        (0.22, 500, 0.1, "fail"),
        (0.12, 500, 0.1, "fail"),
        # Each side of half of the way: the high end, where the low end is near chance.
        (0.1, 10, 0.1, "fail"),
        (0.2, 10, 0.1, "not run"),
    ],
)
def test_too_few_test_inputs_judge_nothing(accuracy, n, chance, result):
    outcome = network_trained(accuracy, n, chance)
    assert outcome.result == result
    assert trained(accuracy, n, chance) == {"pass": True, "fail": False, "not run": None}[result]
    if result == "not run":
        assert f"on {n} test inputs" in outcome.sentence
        assert "did not train" not in outcome.sentence


def test_of_a_network_that_was_handed_in_nothing_is_said_about_its_training():
    given, own = (network_trained(0.12, 500, 0.1, from_a_file=given) for given in (True, False))
    assert given.result == own.result == "fail"
    assert "did not train" in own.sentence
    assert "did not train" not in given.sentence
    assert "answers near chance" in given.sentence
    for cause in ("scale", "labels", "channels"):
        assert cause in given.sentence
    file = ("given", {"file": "mine.keras", "sha256": "0" * 12}, None)
    made = world.run(world.attack("pgd", world.PGD, defense=file))
    made["networks"][0].update(accuracy=0.12, trained=False)
    assert "not trained here" in found(made, "network_trained")[0][1].sentence


def test_logits_that_sum_to_one_are_still_logits():
    """Only outputs that also lie between 0 and 1 are probabilities."""
    outputs = np.array([[4.0, -3.0], [-1.0, 2.0]])
    made = world.run(world.attack("pgd", world.PGD))
    made["networks"][0]["outputs"] = output_facts(outputs, outputs)
    assert results(made, "logits_given") == {"pass"}
