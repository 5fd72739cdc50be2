"""Adversarial training: the worst input near each example, and a network that withstands it."""

from dataclasses import replace

import numpy as np
import pytest

from core.data import datasets
from core.errors import UserError
from core.model.cell import NewNetwork
from core.model.training import Adversarial, ArchitectureSettings, Labels, OptimizerSettings
from core.networks import new_network, training
from core.networks.adversarial_training import Around, worst_in_ball
from core.networks.gradients import gradient_function
from tests.attacks.allowed import broken, table
from tests.attacks.networks import linear
from tests.store.cell_factory import SOMEWHERE

OPTIMIZER = OptimizerSettings(optimizer="adam", learning_rate=0.003, batch_size=64)


def test_the_worst_point_of_a_linear_network_is_a_corner_of_the_ball():
    model = linear([[2.0, -2.0], [-1.0, 1.0], [3.0, -3.0]])
    x = np.full((4, 3), 0.5, np.float32)
    mutable = np.array([True, True, False])
    worst = worst_in_ball(
        gradient_function(model, "log-probability"),
        x,
        np.zeros(4, int),
        0.2,
        5,
        Around(np.zeros(3, np.float32), np.array([1.0, 0.6, 1.0], np.float32), mutable),
        np.random.default_rng(0),
    )
    # Class 0 loses by the first feature falling and the second rising, up to its bound.
    assert worst == pytest.approx(np.tile([0.3, 0.6, 0.5], (4, 1)), abs=1e-6)


def test_the_ball_is_a_fraction_of_each_feature_s_range():
    weights = np.array([[2.0, -2.0], [-1.0, 1.0]])
    span, low = np.array([256, 4], np.float32), np.array([0, -2], np.float32)
    x, mutable = np.full((3, 2), 0.5, np.float32), np.ones(2, bool)

    def worst(model, x, low, high):
        return worst_in_ball(
            gradient_function(model, "log-probability"),
            x,
            np.zeros(3, int),
            0.125,
            5,
            Around(low, high, mutable),
            np.random.default_rng(0),
        )

    zero, one = np.zeros(2, np.float32), np.ones(2, np.float32)
    fractions = worst(linear(weights), x, zero, one)
    found = worst(linear(weights / span[:, None]), low + x * span, low, low + span)
    np.testing.assert_array_equal(found, low + fractions * span)
    np.testing.assert_allclose(fractions, np.tile([0.375, 0.625], (3, 1)))


@pytest.fixture(scope="module")
def digits():
    return datasets.load("digits")


def trained(dataset, targets, epochs):
    plan = NewNetwork(
        **SOMEWHERE,
        architecture=ArchitectureSettings(name="mlp"),
        targets=targets,
        optimizer=OPTIMIZER,
        epochs=epochs,
    )
    return new_network.train(plan, dataset)


def right_under_attack(model, dataset, eps):
    x, y = dataset.x_test, dataset.y_test
    worst = worst_in_ball(
        gradient_function(model, "margin"),
        x,
        y,
        eps,
        20,
        Around.of(dataset),
        np.random.default_rng(1),
    )
    return (training.logits(model, worst).argmax(-1) == y).mean()


def test_it_keeps_more_right_within_the_ball_than_training_on_clean_inputs(digits):
    plain, _ = trained(digits, Labels(), 8)
    hardened, history = trained(digits, Adversarial(eps=0.15, steps=5), 12)
    assert history.test_accuracy[-1] > 0.85
    assert len(history.loss) == len(history.accuracy) == 12
    before, after = (right_under_attack(model, digits, 0.15) for model in (plain, hardened))
    assert after > before + 0.2


def test_what_it_trains_on_is_what_an_attacker_could_make():
    """Directions, categories and sums hold there too, in whatever unit the radius is."""
    for seed in range(12):
        for unit in ("range", "deviation", "cost"):
            data = replace(table(seed, stepped=False), unit=unit)
            try:
                around = Around.of(data)
            except UserError:  # no cost drawn, or a feature that never varies
                continue
            weights = np.random.default_rng(seed).normal(0, 1, (14, 3))
            gradient = gradient_function(linear(weights, (0, 0, 0)), "log-probability")
            x, size = data.x_train, data.units.size
            generator = np.random.default_rng(0)
            worst = worst_in_ball(gradient, x, data.y_train, 0.2, 3, around, generator)
            for clean, point in zip(x, worst, strict=True):
                assert broken(data, clean, point) == []
            assert (np.abs(worst.astype(float) - x) <= 0.2 * size * (1 + 1e-5) + 1e-5).all()
            assert (worst != x).any()
