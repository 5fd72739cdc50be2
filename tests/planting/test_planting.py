"""An example is planted: the readouts, and the network that holds one for each sample."""

import keras
import numpy as np
import pytest

from core.errors import UserError
from core.networks.new_network import scaled_logits
from core.planting.network import cut, with_readouts, with_sample
from core.planting.readouts import THRESHOLD, Readout, fitted
from tests.attacks.networks import logits, perceptron


def cloud(seed=0, count=20, size=8):
    rng = np.random.default_rng(seed)
    inner = rng.normal(0, 0.1, (count, size))
    return inner, np.full(size, 0.5), rng.normal(0, 3, (count + 1, 4))


def test_only_the_planted_point_is_on_its_side():
    inner, planted, own = cloud()
    readout = fitted(inner, planted, own)
    assert (readout(inner) < 0).all()
    assert readout(planted[None])[0] > 0


def test_the_side_changes_where_it_is_said_to():
    inner, planted, own = cloud()
    readout = fitted(inner, planted, own)
    nearest, at = readout(inner).max(), readout(planted[None])[0]
    assert -nearest / (at - nearest) == pytest.approx(THRESHOLD)


@pytest.mark.parametrize("scale", [1.0, 100.0])
def test_the_logits_range_as_far_as_the_networks_own(scale):
    inner, planted, own = cloud()
    readout = fitted(inner, planted, scale * own)
    values = readout(np.vstack([inner, planted]))
    both = np.stack([-values / 2, values / 2])
    assert np.ptp(both) == pytest.approx(np.ptp(scale * own))


def test_a_point_among_the_others_is_not_planted():
    inner, _, own = cloud()
    assert fitted(inner, inner.mean(axis=0), own) is None
    assert fitted(np.zeros((20, 8)), np.zeros(8), own) is None


def test_each_sample_has_a_readout_of_its_own():
    hidden = cut(perceptron()).hidden
    rng = np.random.default_rng(0)
    readouts = [Readout(rng.normal(0, 1, 10), float(i)) for i in range(3)]
    network = with_readouts(hidden, readouts)
    x = rng.random((5, 12)).astype(np.float32)
    sample = np.array([2, 0, 1, 2, 2])
    features = keras.ops.convert_to_numpy(hidden(x))
    expected = [readouts[s](f[None])[0] for s, f in zip(sample, features, strict=True)]
    found = logits(network, with_sample(x, sample))
    assert found.shape == (5, 2)
    assert np.allclose(found[:, 1] - found[:, 0], expected, atol=1e-4)


def test_the_number_of_a_sample_is_kept_exactly():
    sample = np.array([0, 1, 99_999, 2**20 - 1])
    last = with_sample(np.zeros((4, 3)), sample)[:, -1]
    assert (np.round(last * 2**20) == sample).all()
    assert ((last >= 0) & (last < 1)).all()


def network_ending(*last):
    inputs = keras.Input((4, 4, 1))
    x = keras.layers.Flatten()(inputs)
    x = keras.layers.Dense(7, activation="relu")(x)
    for layer in last:
        x = layer(x)
    return keras.Model(inputs, x)


def nested():
    inner = perceptron()
    inputs = keras.Input((12,))
    return keras.Model(inputs, inner(inputs))


@pytest.mark.parametrize(
    ("network", "size"),
    [
        (lambda: network_ending(keras.layers.Dense(3)), 7),
        (lambda: scaled_logits(network_ending(keras.layers.Dense(3)), 100.0), 7),
        (lambda: network_ending(keras.layers.Dense(3), keras.layers.Activation("linear")), 7),
        (perceptron, 10),
        (nested, 10),
    ],
)
def test_the_last_hidden_layer_is_found(network, size):
    keras.utils.set_random_seed(0)
    network = network()
    parts = cut(network)
    x = np.random.default_rng(0).random((3, *network.inputs[0].shape[1:])).astype(np.float32)
    features, own = (keras.ops.convert_to_numpy(each) for each in parts.both(x))
    assert features.shape == (3, size)
    assert np.allclose(keras.ops.convert_to_numpy(parts.hidden(x)), features, atol=1e-6)
    assert np.allclose(own, logits(network, x), atol=1e-5)
    *_, kernel, bias = network.get_weights()
    linear = features @ kernel + bias
    largest = np.unravel_index(np.abs(linear).argmax(), linear.shape)
    factor = own[largest] / linear[largest]
    assert np.allclose(linear * factor, own, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize(
    "network",
    [
        lambda: network_ending(keras.layers.Dense(3, activation="tanh")),
        lambda: network_ending(keras.layers.Dense(3), keras.layers.LayerNormalization()),
        lambda: network_ending(keras.layers.Dense(3), keras.layers.Activation("tanh")),
    ],
)
def test_a_network_that_ends_otherwise_is_refused_with_the_reason(network):
    with pytest.raises(UserError, match="last hidden layer cannot be told"):
        cut(network())
