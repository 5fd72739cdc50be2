"""Networks from files: what they end in becomes logits, what does not fit is refused with why."""

import json
import zipfile

import keras
import numpy as np
import pytest
from keras import layers

from core.errors import UserError
from core.inspection import check
from core.networks import opening

SHAPE = (4, 4, 1)


def dense_with_softmax():
    return keras.Sequential(
        [keras.Input(SHAPE), layers.Flatten(), layers.Dense(3, activation="softmax")]
    )


def softmax_layer():
    return keras.Sequential(
        [keras.Input(SHAPE), layers.Flatten(), layers.Dense(3), layers.Softmax()]
    )


def activation_layer():
    return keras.Sequential(
        [keras.Input(SHAPE), layers.Flatten(), layers.Dense(3), layers.Activation("softmax")]
    )


def nested():
    inputs = keras.Input(SHAPE)
    return keras.Model(inputs, dense_with_softmax()(inputs))


def operation():
    inputs = keras.Input(SHAPE)
    scores = layers.Dense(3)(layers.Flatten()(inputs))
    return keras.Model(inputs, keras.ops.softmax(scores))


@pytest.mark.parametrize(
    "build", [dense_with_softmax, softmax_layer, activation_layer, nested, operation]
)
def test_a_final_softmax_comes_off(tmp_path, build):
    original = build()
    path = tmp_path / "mine.keras"
    original.save(path)
    opened = opening.from_file(path, SHAPE, 3)
    network, notes = opened.model, opened.notes
    x = np.random.default_rng(0).random((5, *SHAPE), np.float32)
    scores = keras.ops.convert_to_numpy(network(x))
    shifted = np.exp(scores - scores.max(-1, keepdims=True))
    np.testing.assert_allclose(
        shifted / shifted.sum(-1, keepdims=True), keras.ops.convert_to_numpy(original(x)), atol=1e-6
    )
    assert not np.allclose(scores.sum(-1), 1)
    assert "softmax was taken off" in notes[0]


def test_a_network_in_logits_is_taken_as_it_is(tmp_path):
    path = tmp_path / "logits.keras"
    keras.Sequential([keras.Input((16,)), layers.Dense(3)]).save(path)
    opened = opening.from_file(path, SHAPE, 3)
    network, notes = opened.model, opened.notes
    assert network.input_shape == (None, *SHAPE)
    assert "reshaped" in notes[0]
    assert len(notes) == 1


def test_what_does_not_fit_is_refused(tmp_path):
    path = tmp_path / "network.keras"
    cases = [
        ([keras.Input(SHAPE), layers.Flatten(), layers.Dense(4)], "4 outputs, the data set 3"),
        ([keras.Input((5,)), layers.Dense(3)], "takes inputs of shape"),
        (
            [keras.Input(SHAPE), layers.Flatten(), layers.Dense(3, activation="sigmoid")],
            "ends in 3 sigmoid units, which answer one by one (multi-label)",
        ),
        (
            [
                keras.Input(SHAPE),
                layers.Flatten(),
                layers.Dense(3),
                layers.Softmax(),
                layers.Rescaling(1.0),
            ],
            "the softmax is not its last operation",
        ),
    ]
    for parts, expected in cases:
        keras.Sequential(parts).save(path)
        with pytest.raises(UserError) as error:
            opening.from_file(path, SHAPE, 3)
        assert expected in str(error.value)
        assert "\n" not in str(error.value)


def test_code_in_a_network_file_is_never_run(tmp_path):
    path = tmp_path / "lambda.keras"
    marker = tmp_path / "was here"
    keras.Sequential([keras.Input((3,)), layers.Lambda(lambda x: x), layers.Dense(3)]).save(path)
    with pytest.raises(UserError, match="Lambda layer, which carries code"):
        check.network(path, shape=[3], classes=3)
    custom = tmp_path / "custom.keras"
    keras.Sequential([keras.Input((3,)), layers.Dense(3)]).save(custom)
    rewritten = tmp_path / "evil.keras"
    with zipfile.ZipFile(custom) as source, zipfile.ZipFile(rewritten, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "config.json":
                config = json.loads(content)
                layer = config["config"]["layers"][-1]
                layer["module"], layer["class_name"] = "os", "system"
                layer["config"] = {"command": f"touch {marker}"}
                content = json.dumps(config)
            target.writestr(name, content)
    with pytest.raises(UserError, match="only built-in layers are opened"):
        check.network(rewritten, shape=[3], classes=3)
    assert not marker.exists()


@pytest.mark.parametrize("content", [b"hello", b""])
def test_what_is_no_network_file_is_refused(tmp_path, content):
    path = tmp_path / "mine.keras"
    path.write_bytes(content)
    with pytest.raises(UserError) as error:
        check.network(path)
    assert "mine.keras" in str(error.value)
