"""Batches that come whole and in a new order, and biases whose gradient is taken by itself."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from core.model.training import OptimizerSettings, Schedule
from core.networks import training
from core.networks.tensorflow_training import batches, biases_apart


def seen(data) -> list[np.ndarray]:
    return [x.numpy() for x, _ in data]


def test_every_pass_brings_every_row_once_and_with_its_target():
    x, rows = np.arange(70, dtype=np.float32), np.arange(70, dtype=np.float32) ** 2
    keras.utils.set_random_seed(0)
    for size in (16, 35, 100):
        data = batches(x, rows, size, shuffle=True)
        for _ in range(3):
            found = list(data)
            assert [len(part) for part, _ in found][:-1] == [size] * ((70 - 1) // size)
            points = np.concatenate([part.numpy() for part, _ in found])
            targets = np.concatenate([part.numpy() for _, part in found])
            np.testing.assert_array_equal(np.sort(points), x)
            np.testing.assert_array_equal(targets, points**2)


def test_the_order_is_new_at_every_pass_and_the_seeds():
    x = np.arange(200, dtype=np.float32)

    def two_passes(seed):
        keras.utils.set_random_seed(seed)
        data = batches(x, x, 50, shuffle=True)
        return [np.concatenate(seen(data)) for _ in range(2)]

    first, second = two_passes(0)
    assert not np.array_equal(first, x)
    assert not np.array_equal(first, second)
    again = two_passes(0)
    np.testing.assert_array_equal(again, [first, second])
    assert not np.array_equal(two_passes(1)[0], first)


def test_what_is_only_watched_keeps_its_order():
    x = np.arange(10, dtype=np.float32)
    np.testing.assert_array_equal(np.concatenate(seen(batches(x, x, 4, shuffle=False))), x)


def test_no_thread_tunes_the_pipeline():
    x = np.zeros(4, np.float32)
    assert batches(x, x, 2, shuffle=True).options().autotune.enabled is False


def network() -> keras.Model:
    """Convolutions of every kind that matters here: padded, strided, shared, without a bias."""
    keras.utils.set_random_seed(0)
    shared = layers.Conv2D(3, 3, padding="same", activation="tanh")
    inputs = keras.Input((8, 8, 2))
    x = layers.Conv2D(3, 3, padding="same", activation="relu")(inputs)
    x = layers.Add()([shared(x), shared(shared(x))])
    x = layers.Conv2D(4, 3, strides=2)(x)
    x = layers.Conv2D(4, 3, use_bias=False)(keras.ops.relu(x))
    x = layers.DepthwiseConv2D(1)(x)
    outputs = layers.Dense(3)(layers.Dropout(0.5)(layers.Flatten()(x)))
    return keras.Model(inputs, outputs)


@pytest.fixture(scope="module")
def both():
    model = network()
    for weight in model.trainable_weights:
        weight.assign(weight + keras.random.normal(weight.shape, stddev=0.1, seed=1))
    return model, biases_apart(model)


def gradients(model, x, variables):
    with tf.GradientTape() as tape:
        value = tf.reduce_sum(model(x) ** 2)
    return tape.gradient(value, [variable.value for variable in variables])


def test_biases_apart_change_neither_outputs_nor_gradients(both):
    plain, apart = both
    x = np.random.default_rng(0).random((16, 8, 8, 2), np.float32)
    np.testing.assert_allclose(apart(x), plain(x), atol=1e-6)
    variables = plain.trainable_variables
    expected = gradients(plain, x, variables)
    for variable, one, other in zip(
        variables, expected, gradients(apart, x, variables), strict=True
    ):
        scale = np.abs(one).max()
        assert scale > 0, variable.path
        np.testing.assert_allclose(other, one, atol=1e-5 * scale, err_msg=variable.path)


def test_biases_apart_has_the_same_weights(both):
    plain, apart = both
    assert {id(w) for w in apart.trainable_weights} == {id(w) for w in plain.trainable_weights}
    assert len(apart.trainable_weights) == len(plain.trainable_weights)


def operations(model, x) -> set[str]:
    """Kinds of operation in the graph of all weights' gradients."""

    @tf.function
    def step(x):
        return gradients(model, x, model.trainable_variables)

    nodes = step.get_concrete_function(tf.TensorSpec(x.shape, tf.float32)).graph.get_operations()
    return {node.type for node in nodes}


@pytest.fixture
def only_convolution():
    inputs = keras.Input((8, 8, 2))
    outputs = keras.ops.mean(layers.Conv2D(3, 3, activation="relu")(inputs), (1, 2))
    return keras.Model(inputs, outputs)


def test_no_convolutions_bias_is_left_for_tensorflow_to_merge(only_convolution):
    """It merges a BiasAddGrad with the filter's gradient of the same convolution."""
    x = np.zeros((4, 8, 8, 2), np.float32)
    assert {"BiasAddGrad", "Conv2DBackpropFilter"} <= operations(only_convolution, x)
    found = operations(biases_apart(only_convolution), x)
    assert "BiasAddGrad" not in found
    assert "Conv2DBackpropFilter" in found


def schedule(temperature, batch_size, epochs):
    optimizer = OptimizerSettings(optimizer="adam", learning_rate=0.01, batch_size=batch_size)
    return Schedule(temperature=temperature, optimizer=optimizer, epochs=epochs)


def test_fit_does_both(only_convolution, monkeypatch):
    given = {}
    monkeypatch.setattr(keras.Model, "fit", lambda self, **told: given.update(told, model=self))
    x, labels = np.zeros((4, 8, 8, 2), np.float32), np.arange(4) % 3
    training.fit(
        only_convolution,
        x,
        training.hard_targets(labels, 3),
        schedule(temperature=5.0, batch_size=2, epochs=1),
        test=(x, labels),
    )
    for data in (given["x"], given["validation_data"]):
        assert data.options().autotune.enabled is False
    assert "BiasAddGrad" not in operations(given["model"], x)


def test_fit_trains_the_network_it_was_given():
    generator = np.random.default_rng(0)
    x = generator.random((64, 8, 8, 2), np.float32)
    labels = (x[..., 0].mean((1, 2)) > x[..., 1].mean((1, 2))).astype(int)
    model = network()
    before = [weight.numpy().copy() for weight in model.trainable_weights]
    history = training.fit(
        model,
        x,
        training.hard_targets(labels, 3),
        schedule(temperature=2.0, batch_size=16, epochs=8),
        test=(x, labels),
    )
    assert history.loss[-1] < 0.8 * history.loss[0]
    for weight, old in zip(model.trainable_weights, before, strict=True):
        assert not np.array_equal(weight.numpy(), old), weight.path
    accuracy = (training.logits(model, x).argmax(-1) == labels).mean()
    assert accuracy == pytest.approx(history.test_accuracy[-1])
