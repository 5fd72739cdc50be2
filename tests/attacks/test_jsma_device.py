"""Several steps on the device give what the host's path gives, step by step."""

import numpy as np
import pytest

from core.errors import UserError
from tests.attacks.asking import FIELDS, asked
from tests.attacks.networks import linear, logits, perceptron, wrong_pairs

VARIANTS = ("jsma-f", "jsma-f64", "jsma-logf")


def attack(model, x, sample, target, *, variant="jsma-logf", visit, **given):
    """Attack with so many steps between two looks of the host; 1 keeps all on the host."""
    given = {"budget": 11, "steps_per_visit": visit, **given}
    return asked(variant, model, x, sample, target, **given)


def assert_same(one, other):
    for field in FIELDS:
        np.testing.assert_array_equal(getattr(one, field), getattr(other, field), field)


@pytest.fixture(scope="module")
def population():
    model = perceptron(features=20, classes=4, seed=12)
    x = np.random.default_rng(0).random((30, 20)).astype(np.float32)
    sample, target = np.divmod(np.arange(30 * 4), 4)
    # Of the later samples no target is predicted already, so that some pairs have a way to go.
    kept = (sample < 5) | (target != logits(model, x).argmax(axis=1)[sample])
    return model, x, sample[kept], target[kept]


@pytest.mark.parametrize("name", VARIANTS)
def test_every_pair_ends_as_on_the_host(name, population):
    host = attack(*population, variant=name, visit=1, batch_size=16)
    assert {"success", "already", "cap"} <= set(host.status)
    for visit, batch_size in ((4, 16), (3, 7), (50, 256)):
        options = {"variant": name, "visit": visit, "batch_size": batch_size}
        assert_same(attack(*population, **options), host)


@pytest.mark.parametrize("name", VARIANTS)
def test_targets_of_a_sample_end_together_at_its_first_success(name, population):
    whole = attack(*population, variant=name, visit=1)
    _, _, sample, _ = population
    least = np.array(
        [whole.iterations[(sample == s) & whole.success].min(initial=99) for s in sample]
    )
    for visit, batch_size in ((4, 16), (3, 1), (50, 256)):
        options = {"variant": name, "visit": visit, "batch_size": batch_size}
        found = attack(*population, stop="first-target", **options)
        beaten = whole.iterations > least
        assert beaten.any()
        np.testing.assert_array_equal(found.status == "stopped", beaten)
        np.testing.assert_array_equal(found.iterations, np.minimum(whole.iterations, least))
        for field in FIELDS:
            kept = getattr(found, field)[~beaten], getattr(whole, field)[~beaten]
            np.testing.assert_array_equal(*kept, field)


@pytest.mark.parametrize("theta", [0.3, -1.0])
def test_bounds_theta_and_immutable_features_are_kept(theta, population):
    model, x, sample, target = population
    options = {
        "theta": theta,
        "bounds": (np.full(20, -0.5), np.linspace(1, 2, 20)),
        "mutable": np.arange(20) % 3 > 0,
    }
    host = attack(model, x, sample, target, visit=1, **options)
    assert_same(attack(model, x, sample, target, visit=5, **options), host)
    assert "no_admissible_pair" in host.status


def test_a_gradient_of_zero_is_seen(population):
    _, x, *_ = population
    model = perceptron(features=20, scale=100.0, seed=12)
    sample, target = wrong_pairs(model, x)
    options = {"variant": "jsma-f", "budget": 20}
    host = attack(model, x, sample, target, visit=1, **options)
    assert "zero_gradient" in host.status
    assert_same(attack(model, x, sample, target, visit=4, **options), host)


def test_an_infinite_logit_is_named():
    model = linear(np.zeros((4, 2)), (np.inf, 0))
    with pytest.raises(UserError, match="not finite"):
        attack(model, np.zeros((1, 4), np.float32), [0], [1], budget=4, visit=4)


def test_the_exact_pair_search_stays_on_the_host(population):
    host = attack(*population, variant="jsma-z", visit=1)
    assert_same(attack(*population, variant="jsma-z", visit=6), host)
