"""A network whose last layer is a readout of its own for each sample.

The sample travels with its point, as one more feature that no attack may change. So every attack
on every backend runs on it as on any other network, with a full batch of different samples.
"""

from __future__ import annotations

from dataclasses import dataclass

import keras
import numpy as np
from keras import layers, ops

from core.data.units import Units
from core.errors import UserError
from core.networks.graph import has_one_end, is_linear, source
from core.networks.units import in_units
from core.planting.readouts import Readout

_STEP = 2.0**-20
"""What the last feature rises by from one sample to the next: a power of two is kept exactly."""
MOST = 2**20


@dataclass(frozen=True)
class Cut:
    """A network cut before its last layer; all parts share its weights and take its inputs.

    Attributes:
        hidden: gives the last hidden layer's features `(b, h)`.
        both: gives them and the network's logits `(b, classes)`, in one pass.
    """

    hidden: keras.Model
    both: keras.Model

    def in_units(self, units: Units) -> Cut:
        """The same, taking inputs in unit space."""
        return Cut(in_units(self.hidden, units), in_units(self.both, units))


def cut(network: keras.Model) -> Cut:
    """A network up to its last hidden layer. Layers that only scale logits are no hidden layers.

    Raises: `UserError` where the network does not end in a linear Dense layer.
    """
    (given,) = network.inputs
    features, logits = _ends(network)
    return Cut(keras.Model(given, features), keras.Model(given, [features, logits]))


def _ends(network: keras.Model) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """Features and logits, in terms of the network's own input."""
    last, given = source(network.outputs[0])
    scaling = []
    while _only_scales(last):
        scaling.append(last)
        last, given = source(given)
    if isinstance(last, keras.Model) and has_one_end(last):
        features, logits = keras.Model(last.inputs[0], _ends(last))(given)
        for layer in reversed(scaling):
            logits = layer(logits)
        return features, logits
    if not isinstance(last, layers.Dense) or not is_linear(last):
        raise UserError(
            f"the last hidden layer cannot be told: the network ends in {type(last).__name__} and"
            " not in a Dense layer that gives the logits"
        )
    if len(given.shape) != 2:
        raise UserError("the last hidden layer cannot be told: it is no vector")
    return given, network.outputs[0]


def _only_scales(layer: keras.Operation) -> bool:
    """Scales logits, or moves them about as the two logits of one sigmoid unit are."""
    if isinstance(layer, layers.Activation):
        return is_linear(layer)
    kinds = (layers.Rescaling, layers.Dropout, layers.Reshape, layers.ZeroPadding1D)
    return isinstance(layer, kinds)


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


def with_readouts(hidden: keras.Model, readouts: list[Readout]) -> keras.Model:
    """The network whose logits are those of each sample's own readout.

    Args: hidden: of a `Cut`, taking inputs in unit space. readouts: at most `MOST`.
    Returns: a model of inputs `(b, n + 1)`, see `with_sample`, and two logits.
    """
    shape = tuple(hidden.inputs[0].shape[1:])
    n = int(np.prod(shape))
    given = keras.Input((n + 1,))
    point = layers.Reshape(shape)(given[:, :n])
    features = hidden(point)
    last = PlantedReadouts(len(readouts))
    network = keras.Model(given, last([features, given[:, n:]]))
    last.kernel.assign(np.stack([one.weights for one in readouts]).astype(np.float32))
    last.offset.assign(np.array([one.offset for one in readouts], np.float32))
    return network


def with_sample(x: np.ndarray, sample: np.ndarray) -> np.ndarray:
    """Points `(b, n)` with the number of their sample as one more feature, float32 `(b, n + 1)`."""
    return np.concatenate([x, (sample * _STEP)[:, None]], axis=1).astype(np.float32)
