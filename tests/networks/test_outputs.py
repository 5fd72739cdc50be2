"""What networks end in: every common ending gives the same probabilities from logits."""

import re

import keras
import numpy as np
import pytest
from keras import layers

from core.errors import UserError
from core.networks import opening

SHAPE = (4, 4, 1)
X = np.random.default_rng(1).random((6, *SHAPE), np.float32)


def values(tensor):
    return keras.ops.convert_to_numpy(tensor).astype(np.float64)


def softmax(logits):
    shifted = np.exp(logits - logits.max(-1, keepdims=True))
    return shifted / shifted.sum(-1, keepdims=True)


def saved(model, folder, name="mine.keras"):
    path = folder / name
    model.save(path)
    return path


def sequential(*ending):
    return keras.Sequential([keras.Input(SHAPE), layers.Flatten(), layers.Dense(5), *ending])


def one_unit(ending, scale=1.0):
    model = sequential(layers.ReLU(), layers.Rescaling(scale), *ending)
    rng = np.random.default_rng(0)
    model.set_weights([rng.normal(0, 1, w.shape) for w in model.get_weights()])
    return model


def nested(depth, *ending):
    model = one_unit(ending)
    for _ in range(depth):
        inputs = keras.Input(SHAPE)
        model = keras.Model(inputs, model(inputs))
    return model


SIGMOIDS = {
    "of a dense layer": lambda: one_unit([layers.Dense(1, activation="sigmoid")]),
    "a layer of its own": lambda: one_unit([layers.Dense(1), layers.Activation("sigmoid")]),
    "three networks deep": lambda: nested(3, layers.Dense(1, activation="sigmoid")),
    "reshaped to (1, 1)": lambda: one_unit(
        [layers.Dense(1), layers.Activation("sigmoid"), layers.Reshape((1, 1))]
    ),
    "an operation": lambda: keras.Model(
        (model := one_unit([layers.Dense(1)])).inputs, keras.ops.sigmoid(model.outputs[0])
    ),
}


@pytest.mark.parametrize("build", SIGMOIDS.values(), ids=SIGMOIDS)
def test_one_sigmoid_unit_is_two_logits(tmp_path, build):
    original = build()
    opened = opening.from_file(saved(original, tmp_path), SHAPE, 2)
    logits, right = values(opened.model(X)), values(original(X)).reshape(-1)
    assert logits.shape == (6, 2)
    assert (logits[:, 0] == 0).all()
    np.testing.assert_allclose(softmax(logits)[:, 1], right, atol=1e-6)
    assert "one sigmoid unit became two logits" in opened.notes[0]


def test_the_logit_of_a_sure_sigmoid_is_not_lost(tmp_path):
    """A sigmoid is 1 in float32 from 17 nats on; its logit is kept."""
    original = one_unit([layers.Dense(1, activation="sigmoid")], scale=100.0)
    bare = keras.Model(original.inputs, original.layers[-1].input)
    weights, bias = original.layers[-1].get_weights()
    logits = values(opening.from_file(saved(original, tmp_path), SHAPE, 2).model(X))
    assert (values(original(X)) == 1).any() or (values(original(X)) < 1e-30).any()
    np.testing.assert_allclose(logits[:, 1:], values(bare(X)) @ weights + bias, rtol=1e-5)
    assert np.abs(logits).max() > 20


@pytest.mark.parametrize(("bias", "sure"), [(-500.0, 0.0), (500.0, 1.0)])
def test_a_sigmoid_that_is_sure_of_every_probe_is_opened(tmp_path, bias, sure):
    """A network on values of its own may answer every input from 0 to 1 alike."""
    original = one_unit([layers.Dense(1, activation="sigmoid")])
    weights, _ = original.layers[-1].get_weights()
    original.layers[-1].set_weights([weights, np.array([bias])])
    assert (values(original(X)) == sure).all()
    logits = values(opening.from_file(saved(original, tmp_path), SHAPE, 2).model(X))
    assert np.sign(logits[:, 1]).tolist() == [np.sign(bias)] * len(X)


ENDINGS = {
    "softmax three networks deep": lambda: nested(3, layers.Dense(3, activation="softmax")),
    "log-softmax": lambda: sequential(layers.Dense(3, activation="log_softmax")),
    "log-softmax, a layer": lambda: sequential(layers.Dense(3), layers.Activation("log_softmax")),
    "softmax, flattened": lambda: sequential(
        layers.Dense(3), layers.Softmax(), layers.Reshape((1, 1, 3)), layers.Flatten()
    ),
    "softmax of (1, 1, k)": lambda: sequential(
        layers.Reshape((1, 1, 5)), layers.Conv2D(3, 1, activation="softmax")
    ),
    "softmax of (1, k)": lambda: sequential(
        layers.Reshape((1, 5)), layers.Dense(3, activation="softmax")
    ),
    "temperature, a layer": lambda: sequential(
        layers.Dense(3), layers.Rescaling(1 / 2.5), layers.Softmax()
    ),
    "temperature, a division": lambda: keras.Model(
        (model := sequential(layers.Dense(3))).inputs,
        keras.ops.softmax(model.outputs[0] / 1.7),
    ),
    "half precision": lambda: sequential(
        layers.Dense(3, dtype="float16"), layers.Activation("softmax", dtype="float32")
    ),
}


@pytest.mark.parametrize("build", ENDINGS.values(), ids=ENDINGS)
def test_every_ending_gives_logits_of_the_same_probabilities(tmp_path, build):
    original = build()
    opened = opening.from_file(saved(original, tmp_path), SHAPE, 3)
    assert opened.model.outputs[0].shape == (None, 3)
    assert opened.model.outputs[0].dtype == "float32"
    told = values(original(X)).reshape(6, 3)
    probability = np.exp(told) if (told < 0).all() else told
    np.testing.assert_allclose(softmax(values(opened.model(X))), probability, atol=1e-3)
    assert len(opened.notes) == 1


def two_outputs():
    model = sequential(layers.ReLU())
    embedding = layers.Dense(7, name="embedding")(model.outputs[0])
    scores = layers.Dense(3, activation="softmax", name="scores")(model.outputs[0])
    return keras.Model(model.inputs, [embedding, scores])


def test_of_several_outputs_one_has_to_be_named(tmp_path):
    original = two_outputs()
    path = saved(original, tmp_path)
    with pytest.raises(UserError, match=r"2 outputs \(embedding, scores\).*--output"):
        opening.from_file(path, SHAPE, 3)
    with pytest.raises(UserError, match="no output 'logits'; there is embedding, scores"):
        opening.from_file(path, SHAPE, 3, reading=opening.Reading(output="logits"))
    opened = opening.from_file(path, SHAPE, 3, reading=opening.Reading(output="scores"))
    np.testing.assert_allclose(softmax(values(opened.model(X))), values(original(X)[1]), atol=1e-6)


def refused(model, folder, classes):
    with pytest.raises(UserError) as error:
        opening.from_file(saved(model, folder), SHAPE, classes)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_several_sigmoids_are_no_classes(tmp_path):
    said = refused(sequential(layers.Dense(3, activation="sigmoid")), tmp_path, 3)
    assert "3 sigmoid units" in said
    assert "multi-label" in said


@pytest.mark.parametrize("activation", ["linear", "tanh"])
def test_one_number_without_a_sigmoid_may_be_anything_and_the_way_out_is_told(tmp_path, activation):
    original = sequential(layers.Dense(1, activation=activation))
    said = refused(original, tmp_path, 2)
    assert "a logit, a margin (hinge) or a regression" in said
    line = re.search(r"keras\.Sequential\(.*\.save\('binary\.keras'\)", said)[0]
    folder = f"{tmp_path}/"
    line = line.replace("'mine.keras'", f"'{folder}mine.keras'")
    exec(line.replace("'binary.keras'", f"'{folder}binary.keras'"), {"keras": keras})
    opened = opening.from_file(tmp_path / "binary.keras", SHAPE, 2)
    np.testing.assert_allclose(values(opened.model(X))[:, 1], values(original(X))[:, 0], rtol=1e-5)


@pytest.mark.parametrize(
    ("ending", "classes", "expected"),
    [
        ([layers.Dense(1, activation="softmax")], 2, "softmax over a single unit"),
        ([layers.Dense(1, activation="sigmoid")], 3, "2 outputs, the data set 3 classes"),
        ([layers.Dense(4, activation="softmax")], 3, "4 outputs, the data set 3 classes"),
        ([layers.Reshape((5, 1)), layers.Dense(3)], 3, "scores of shape (5, 3)"),
        (
            [layers.Reshape((1, 5)), layers.Dense(3), layers.Softmax(axis=1)],
            3,
            "a softmax over another axis?",
        ),
    ],
)
def test_outputs_that_are_no_classes_are_refused(tmp_path, ending, classes, expected):
    assert expected in refused(sequential(*ending), tmp_path, classes)
