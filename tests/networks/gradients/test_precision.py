"""A float64 copy is the same network, computed in float64 throughout."""

import keras
import numpy as np
import pytest

from core.errors import UserError
from core.networks.gradients import gradient_function
from core.networks.gradients.precision import as_float64, float64_kept

LAYERS = keras.layers


def convolutional():
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            LAYERS.Rescaling(2.0, offset=-1.0),
            LAYERS.Conv2D(3, 3, activation="relu"),
            LAYERS.BatchNormalization(),
            LAYERS.MaxPooling2D(),
            LAYERS.Flatten(),
            LAYERS.Dropout(0.5),
            LAYERS.Dense(4),
        ]
    )


def nested():
    inputs = keras.Input((8, 8, 1))
    hidden = convolutional()(inputs)
    skip = LAYERS.Dense(4)(LAYERS.Flatten()(inputs))
    return keras.Model(inputs, LAYERS.Add()([hidden, skip]))


@pytest.mark.parametrize("build", [convolutional, nested])
def test_the_copy_computes_the_same_logits_in_float64(build):
    keras.utils.set_random_seed(0)
    model = build()
    for weight in model.weights:
        # Statistics of a fresh BatchNormalization are 0 and 1; make the test see them.
        weight.assign(weight + 0.1)
    x = np.random.default_rng(0).random((5, 8, 8, 1))
    with float64_kept():
        copy = as_float64(model)
        logits = keras.ops.convert_to_numpy(copy(x, training=False))
    assert logits.dtype == np.float64
    assert {w.dtype for w in copy.weights if "float" in w.dtype} == {"float64"}
    single = keras.ops.convert_to_numpy(model(x.astype("float32"), training=False))
    np.testing.assert_allclose(logits, single, rtol=1e-4, atol=1e-5)
    rounded = logits.astype(np.float32).astype(np.float64)
    assert (rounded != logits).any(), "these are float32 values in a float64 array"


def test_the_original_is_left_alone():
    model = convolutional()
    before = [w.copy() for w in model.get_weights()]
    with float64_kept():
        as_float64(model)
    for weight, kept in zip(model.get_weights(), before, strict=True):
        assert weight.dtype == np.float32
        np.testing.assert_array_equal(weight, kept)


def test_a_network_that_cannot_be_rebuilt_is_refused_by_name():
    model = keras.Sequential(
        [keras.Input((3,)), LAYERS.Lambda(lambda x: x + 1), LAYERS.Dense(2)], name="homemade"
    )
    with pytest.raises(UserError, match="homemade"), float64_kept():
        as_float64(model)


def test_its_gradients_are_in_float64():
    keras.utils.set_random_seed(0)
    model = convolutional()
    x = np.random.default_rng(0).random((5, 8, 8, 1))
    with float64_kept():
        gradient = gradient_function(as_float64(model), "probability")
        _, alpha, _ = gradient(x, np.arange(5) % 4)
    assert alpha.dtype == np.float64
    assert (alpha.astype(np.float32) != alpha).any(), "these are float32 values in a float64 array"


def test_afterwards_everything_is_as_it_was():
    before = keras.backend.result_type("float64", "float32")
    with float64_kept():
        assert keras.backend.result_type("float64", "float32") == "float64"
    with pytest.raises(UserError), float64_kept():
        raise UserError("an attack fails inside")
    assert keras.backend.result_type("float64", "float32") == before
    assert keras.ops.zeros(2).dtype == keras.ops.zeros(2, "float32").dtype
