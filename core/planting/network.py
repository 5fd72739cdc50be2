"""A network whose last layer is a readout of its own for each sample.

The sample travels with its point, as one more feature that no attack may change. So every attack
on every backend runs on it as on any other network, with a full batch of different samples.
"""

from __future__ import annotations

import keras
import numpy as np
from keras import layers, ops

from core.errors import UserError
from core.planting.readouts import Readout

_STEP = 2.0**-20
"""What the last feature rises by from one sample to the next: a power of two is kept exactly."""
MOST = 2**20


def up_to_last_layer(network: keras.Model) -> keras.Model:
    """A network's last hidden layer and its logits, of the same inputs, with the same weights.

    Layers that only scale the logits are no hidden layers.

    Returns: a model with two outputs: `(b, h)` hidden features, `(b, classes)` logits.
    Raises: `UserError` where the network does not end in a linear Dense layer.
    """
    (taken,) = network.inputs
    given = keras.Input(taken.shape[1:], dtype=taken.dtype)
    return keras.Model(given, [_hidden(network, given), network(given)])


def _hidden(network: keras.Model, given: keras.KerasTensor) -> keras.KerasTensor:
    steps = list(getattr(network, "operations", None) or network.layers)
    while steps and isinstance(steps[-1], (layers.Rescaling, layers.Dropout)):
        steps.pop()
    last = steps[-1] if steps else None
    inside = network.inputs[0]
    if isinstance(last, keras.Model):
        return _hidden(last, keras.Model(inside, last.input)(given))
    if isinstance(last, layers.Activation) and last.activation is keras.activations.linear:
        steps.pop()
        last = steps[-1] if steps else None
    if not isinstance(last, layers.Dense) or last.activation is not keras.activations.linear:
        kind = "nothing" if last is None else type(last).__name__
        raise UserError(
            f"the last hidden layer cannot be told: the network ends in {kind} and not in a Dense"
            " layer that gives the logits"
        )
    if len(last.input.shape) != 2:
        raise UserError("the last hidden layer cannot be told: it is no vector")
    return keras.Model(inside, last.input)(given)


@keras.saving.register_keras_serializable("thermocline")
class PlantedReadouts(layers.Layer):
    """Two logits from hidden features and the number of the sample that they belong to.

    Args: samples: how many readouts it holds.
    """

    def __init__(self, samples: int, **more):
        super().__init__(**more)
        self.samples = samples

    def build(self, shapes):
        """Make room for the weights; `shapes`: of the features, and of the sample's feature."""
        size = shapes[0][-1]
        self.kernel = self.add_weight(shape=(self.samples, size), name="kernel", trainable=False)
        self.offset = self.add_weight(shape=(self.samples,), name="offset", trainable=False)

    def call(self, inputs):
        """Logits `(b, 2)`: of the class around the sample, and of the planted one."""
        features, sample = inputs
        which = ops.cast(ops.round(sample[:, 0] / _STEP), "int32")
        kernel, offset = ops.take(self.kernel, which, axis=0), ops.take(self.offset, which, axis=0)
        half = (ops.sum(features * kernel, axis=1) + offset) / 2
        return ops.stack([-half, half], axis=1)

    def get_config(self):
        """For copies of the network."""
        return {**super().get_config(), "samples": self.samples}


def with_readouts(both: keras.Model, readouts: list[Readout]) -> keras.Model:
    """The network whose logits are those of each sample's own readout.

    Args: both: from `up_to_last_layer`, taking inputs in unit space. readouts: at most `MOST`.
    Returns: a model of inputs `(b, n + 1)`, see `with_sample`, and two logits.
    """
    shape = tuple(both.inputs[0].shape[1:])
    n = int(np.prod(shape))
    given = keras.Input((n + 1,))
    point = layers.Reshape(shape)(given[:, :n])
    features, _ = both(point)
    last = PlantedReadouts(len(readouts))
    network = keras.Model(given, last([features, given[:, n:]]))
    last.kernel.assign(np.stack([one.weights for one in readouts]).astype(np.float32))
    last.offset.assign(np.array([one.offset for one in readouts], np.float32))
    return network


def with_sample(x: np.ndarray, sample: np.ndarray) -> np.ndarray:
    """Points `(b, n)` with the number of their sample as one more feature, float32 `(b, n + 1)`."""
    return np.concatenate([x, (sample * _STEP)[:, None]], axis=1).astype(np.float32)
