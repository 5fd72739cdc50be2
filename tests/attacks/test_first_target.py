"""Eq. 11 alone: when one target of a sample is reached the others stop, and rho is the same."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.attacks import run
from core.errors import UserError
from tests.attacks.networks import logits, perceptron, wrong_pairs

VARIANTS = ("jsma-f", "jsma-f64", "jsma-logf", "jsma-z")
BUDGET = 12


def attack(name, model, x, sample, target, stop, batch_size=128):
    params = {"budget": BUDGET, "theta": 1.0, "stop": stop}
    options = {"bounds": (0, 1), "mutable": None, "params": params}
    return run(name, model, x, sample, target, batch_size=batch_size, **options)


def least(result, x, sample):
    """Features changed at the nearest success of each sample; the budget where there is none."""
    changed = (result.adversarial != x[sample]).sum(axis=1)
    reach = np.where(result.success, changed, BUDGET)
    return np.array([reach[sample == each].min() for each in np.unique(sample)])


def every_wrong_class(labels, classes):
    pairs = [(i, t) for i, label in enumerate(labels) for t in range(classes) if t != label]
    return np.array(pairs).T


@pytest.mark.parametrize("name", VARIANTS)
@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 1000), scale=st.sampled_from([1.0, 30.0]), classes=st.integers(2, 6))
def test_rho_is_identical_on_every_network(name, seed, scale, classes):
    model = perceptron(features=20, classes=classes, scale=scale, seed=seed)
    x = np.random.default_rng(seed).random((12, 20)).astype(np.float32)
    # Labels that are no predictions: some samples are misclassified, some pairs reached already.
    labels = np.random.default_rng(seed + 1).integers(classes, size=len(x))
    sample, target = every_wrong_class(labels, classes)
    whole = attack(name, model, x, sample, target, "each-pair")
    short = attack(name, model, x, sample, target, "first-target")
    np.testing.assert_array_equal(least(short, x, sample), least(whole, x, sample))
    np.testing.assert_array_equal(short.predicted_clean, whole.predicted_clean)
    np.testing.assert_array_equal(short.status == "already", whole.status == "already")
    kept = short.status != "stopped"
    for field in ("adversarial", "predicted", "success", "status", "iterations"):
        np.testing.assert_array_equal(getattr(short, field)[kept], getattr(whole, field)[kept])


@pytest.fixture(scope="module")
def population():
    model = perceptron(features=20, classes=5, seed=12)
    x = np.random.default_rng(0).random((30, 20)).astype(np.float32)
    return model, x, *wrong_pairs(model, x, classes=5)


def test_pairs_stop_when_another_target_of_their_sample_is_reached(population):
    model, x, sample, target = population
    result = attack("jsma-logf", model, x, sample, target, "first-target")
    stopped = result.status == "stopped"
    assert stopped.any()
    assert not result.success[stopped].any()
    for each in np.unique(sample):
        mine = sample == each
        won = mine & result.success
        if won.any():
            assert len(set(result.iterations[won])) == 1
            steps = result.iterations[won][0]
            assert (result.iterations[mine] <= steps).all()
            assert (result.iterations[mine & stopped] == steps).all()
        else:
            assert not (mine & stopped).any()
    predicted = logits(model, result.adversarial).argmax(axis=1)
    np.testing.assert_array_equal(result.predicted, predicted)


def test_it_takes_fewer_steps(population):
    model, x, sample, target = population
    steps = {
        stop: attack("jsma-logf", model, x, sample, target, stop).iterations.sum()
        for stop in ("each-pair", "first-target")
    }
    assert steps["first-target"] < 0.7 * steps["each-pair"]


@pytest.mark.parametrize("name", VARIANTS)
def test_results_do_not_depend_on_the_batch_size(name, population):
    model, x, sample, target = population
    wide = attack(name, model, x, sample, target, "first-target")
    for batch_size in (1, 7):
        narrow = attack(name, model, x, sample, target, "first-target", batch_size)
        for field in ("adversarial", "predicted", "success", "status", "iterations"):
            np.testing.assert_array_equal(getattr(wide, field), getattr(narrow, field), field)


def test_pairs_of_a_sample_that_lie_apart_are_refused(population):
    model, x, *_ = population
    with pytest.raises(UserError, match="one after another"):
        attack("jsma-f", model, x, np.array([0, 1, 0]), np.array([1, 2, 3]), "first-target")


def test_another_word_is_refused(population):
    model, x, sample, target = population
    with pytest.raises(UserError, match="first-target"):
        attack("jsma-f", model, x, sample, target, "soon")
