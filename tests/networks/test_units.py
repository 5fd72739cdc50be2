"""A network that takes fractions answers what it answers to the data themselves."""

import keras
import numpy as np
import pytest

from core.data.units import Units
from core.networks.gradients import gradient_function
from core.networks.gradients.precision import as_float64, float64_kept
from core.networks.units import in_units
from tests.attacks.networks import linear, logits, perceptron

LOW = np.array([-4, 0, 10, -1], np.float32)
HIGH = np.array([4, 255, 12, 0], np.float32)
UNITS = Units(LOW, HIGH)
FRACTIONS = np.random.default_rng(0).random((6, 4)).astype(np.float32)


def test_from_0_to_1_it_is_the_network_itself():
    model = perceptron(4)
    assert in_units(model, Units(np.zeros(4, np.float32), np.ones(4, np.float32))) is model


def test_its_logits_are_those_of_the_data_and_its_slopes_count_each_range():
    model = perceptron(4, scale=0.01)
    data = UNITS.from_unit(FRACTIONS)
    np.testing.assert_allclose(
        logits(in_units(model, UNITS), FRACTIONS), logits(model, data), rtol=1e-4, atol=1e-4
    )
    target = np.zeros(len(data), int)
    _, in_data, _ = gradient_function(model, "log-odds")(data, target)
    _, by_range, _ = gradient_function(in_units(model, UNITS), "log-odds")(FRACTIONS, target)
    np.testing.assert_allclose(by_range, in_data * UNITS.span, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("low", [0.0, -1.0])
def test_images_on_one_scale_keep_their_shape(low):
    model = keras.Sequential(
        [keras.Input((4, 3, 2)), keras.layers.Conv2D(2, 2), keras.layers.Flatten()]
    )
    units = Units(np.full(24, low, np.float32), np.full(24, 255, np.float32))
    fractions = np.random.default_rng(1).random((2, 4, 3, 2)).astype(np.float32)
    expected = logits(model, units.from_unit(fractions))
    np.testing.assert_allclose(logits(in_units(model, units), fractions), expected, rtol=1e-4)


def test_its_float64_twin_agrees_further_than_float32_can():
    weights = np.random.default_rng(2).normal(size=(4, 2)).astype(np.float32)
    model = in_units(linear(weights), UNITS)
    with float64_kept():
        twin = as_float64(model)
        found = keras.ops.convert_to_numpy(twin(FRACTIONS.astype(np.float64)))
    exact = (LOW + FRACTIONS.astype(np.float64) * UNITS.span) @ weights.astype(np.float64)
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, exact, rtol=1e-12)


def test_a_network_of_whole_numbers_is_given_fractions_all_the_same():
    model = keras.Sequential(
        [
            keras.Input((4,), dtype="int32"),
            keras.layers.Embedding(17, 3),
            keras.layers.Flatten(),
            keras.layers.Dense(2),
        ]
    )
    units = Units(np.zeros(4, np.float32), np.full(4, 16, np.float32))
    whole = np.random.default_rng(3).integers(0, 17, (5, 4))
    found = logits(in_units(model, units), units.to_unit(whole.astype(np.float32)))
    expected = keras.ops.convert_to_numpy(model(whole, training=False))
    np.testing.assert_allclose(found, expected, rtol=1e-5)
