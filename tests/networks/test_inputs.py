"""What networks take: shapes, channels first, whole numbers; gradients where there are any."""

import keras
import numpy as np
import pytest
from keras import layers

from core.errors import UserError
from core.networks import inputs, opening
from core.networks.gradients import gradient_function
from tests.networks.test_outputs import saved, values


def opened(model, folder, shape, classes=3):
    return opening.from_file(saved(model, folder), shape, classes)


@pytest.mark.parametrize("wanted", [(3, 4, 6), (3, None, None)])
def test_channels_first_are_turned_and_not_only_reshaped(tmp_path, wanted):
    original = keras.Sequential(
        [
            keras.Input(wanted),
            layers.Permute((2, 3, 1)),
            layers.Conv2D(2, 2),
            layers.GlobalMaxPooling2D(),
            layers.Dense(3),
        ]
    )
    found = opened(original, tmp_path, (4, 6, 3))
    x = np.random.default_rng(0).random((5, 4, 6, 3), np.float32)
    np.testing.assert_allclose(
        values(found.model(x)), values(original(x.transpose(0, 3, 1, 2))), rtol=1e-5, atol=1e-6
    )
    assert "takes channels first" in found.notes[0]


@pytest.mark.parametrize(
    ("wanted", "shape"), [((16,), (4, 4, 1)), ((4, 4), (4, 4, 1)), ((4, 4, 1), (16,))]
)
def test_the_same_values_in_another_shape_are_reshaped(tmp_path, wanted, shape):
    original = keras.Sequential([keras.Input(wanted), layers.Flatten(), layers.Dense(3)])
    found = opened(original, tmp_path, shape)
    x = np.random.default_rng(0).random((5, *shape), np.float32)
    np.testing.assert_allclose(
        values(found.model(x)), values(original(x.reshape(5, *wanted))), rtol=1e-5
    )
    assert "reshaped" in found.notes[0]


def test_open_sizes_take_those_of_the_data(tmp_path):
    original = keras.Sequential(
        [
            keras.Input((None, None, 1)),
            layers.Conv2D(2, 3),
            layers.GlobalAveragePooling2D(),
            layers.Dense(3),
        ]
    )
    assert opened(original, tmp_path, (5, 6, 1)).model.input_shape == (None, 5, 6, 1)


def cast_inside(dtype, deep):
    inner = keras.Sequential(
        [
            keras.Input((4, 4, 1), dtype=dtype),
            layers.Rescaling(1 / 255),
            layers.Flatten(),
            layers.Dense(3),
        ]
    )
    if not deep:
        return inner
    given = keras.Input((4, 4, 1), dtype=dtype)
    return keras.Model(given, inner(given))


@pytest.mark.parametrize("deep", [False, True], ids=["plain", "nested"])
@pytest.mark.parametrize("dtype", ["uint8", "int32"])
def test_an_input_of_integers_that_is_cast_inside_gets_floats_and_gradients(tmp_path, dtype, deep):
    original = cast_inside(dtype, deep)
    found = opened(original, tmp_path, (4, 4, 1))
    x = np.random.default_rng(0).integers(0, 256, (5, 4, 4, 1))
    np.testing.assert_allclose(
        values(found.model(x.astype(np.float32))), values(original(x.astype(dtype))), rtol=1e-5
    )
    assert not found.whole_numbers
    _, slope, _ = gradient_function(found.model, "logit")(x.astype(np.float32), np.zeros(5))
    assert (slope != 0).all()


def embedding(dtype):
    return keras.Sequential(
        [
            keras.Input((6,), dtype=dtype),
            layers.Embedding(17, 4),
            layers.Flatten(),
            layers.Dense(3, activation="softmax"),
        ]
    )


@pytest.mark.parametrize("dtype", ["int32", "float32"])
def test_what_is_looked_up_is_whole_numbers_and_rounded_to_the_nearest(tmp_path, dtype):
    original = embedding(dtype)
    found = opened(original, tmp_path, (6,))
    assert found.whole_numbers
    assert "looks its inputs up as whole numbers" in " ".join(found.notes)
    x = np.random.default_rng(0).integers(0, 17, (5, 6)).astype(np.float32)
    logits = values(found.model(x))
    for moved in (x - 1e-4, x + 0.49, x - 0.49):
        np.testing.assert_array_equal(values(found.model(moved)), logits)
    probability = values(original(x.astype(dtype)))
    np.testing.assert_array_equal(logits.argmax(-1), probability.argmax(-1))
    _, slope, _ = gradient_function(found.model, "logit")(x, np.zeros(5))
    assert not slope.any()


def test_a_defence_that_rounds_its_input_is_no_network_of_whole_numbers(tmp_path):
    """Its gradients are exactly zero too: that is what attacks have to show."""
    given = keras.Input((6,))
    model = keras.Model(given, layers.Dense(3)(keras.ops.round(given * 8) / 8))
    found = opened(model, tmp_path, (6,))
    assert not found.whole_numbers
    _, slope, _ = gradient_function(found.model, "logit")(np.ones((2, 6), np.float32), np.zeros(2))
    assert not slope.any()


def test_a_network_that_looks_up_a_part_and_computes_with_the_rest_has_gradients(tmp_path):
    given = keras.Input((6,))
    looked = layers.Flatten()(layers.Embedding(17, 2)(given[:, :2]))
    model = keras.Model(given, layers.Dense(3)(layers.Concatenate()([looked, given[:, 2:]])))
    assert not opened(model, tmp_path, (6,)).whole_numbers


def test_text_is_refused():
    model = keras.Sequential([keras.Input((1,), dtype="string"), layers.StringLookup()])
    with pytest.raises(UserError, match="takes text"):
        inputs.in_floats(model, "words.keras")


def test_several_inputs_are_refused_with_the_lines_that_join_them(tmp_path):
    first, second = keras.Input((2,)), keras.Input((3,))
    joined = layers.Concatenate()([first, second])
    original = keras.Model([first, second], layers.Dense(2)(joined))
    path = saved(original, tmp_path)
    with pytest.raises(UserError) as error:
        opening.from_file(path, (5,), 2)
    lines = str(error.value).partition("all features: ")[2].replace("'one.keras'", "PATH")
    exec(lines, {"keras": keras, "network": original, "PATH": tmp_path / "one.keras"})
    x = np.random.default_rng(0).random((4, 5), np.float32)
    found = opening.from_file(tmp_path / "one.keras", (5,), 2)
    np.testing.assert_allclose(
        values(found.model(x)), values(original([x[:, :2], x[:, 2:]])), rtol=1e-5
    )
