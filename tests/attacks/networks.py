"""Small networks for the tests of attacks."""

import keras
import numpy as np

from core.model.data import DataFacts

DATA = DataFacts(
    name="mine", title="Mine", source="", checksum="c", n_train=9, n_test=9, shape=[28, 28, 1],
    n_features=784, classes=10, mutable_features=784, kind="image", low=0.0, high=1.0,
    extent={"l0": 784.0, "l1": 784.0, "l2": 28.0, "linf": 1.0},
)  # fmt: skip
"""Facts of a data set of images, of which attacks ask only sizes."""


def linear(weights, bias=(0.0, 0.0)):
    """A linear classifier: `weights` (features, classes)."""
    weights = np.asarray(weights, np.float32)
    model = keras.Sequential([keras.Input((len(weights),)), keras.layers.Dense(weights.shape[1])])
    model.set_weights([weights, np.asarray(bias, np.float32)])
    return model


def perceptron(features=12, classes=3, scale=1.0, seed=3):
    """A random multilayer perceptron whose logits are multiplied by `scale`."""
    # Weights from numpy, so that every backend gets the same network.
    rng = np.random.default_rng(seed)
    model = keras.Sequential(
        [
            keras.Input((features,)),
            keras.layers.Dense(10, activation="relu"),
            keras.layers.Dense(classes),
            keras.layers.Rescaling(scale),
        ]
    )
    hidden = rng.normal(0, 0.7, (features, 10))
    output = rng.normal(0, 0.7, (10, classes))
    model.set_weights([hidden, np.zeros(10), output, np.zeros(classes)])
    return model


def logits(model, x):
    return keras.ops.convert_to_numpy(model(np.asarray(x, np.float32), training=False))


def wrong_pairs(model, x, classes=3):
    """Every (sample, target) pair but those whose target is predicted already."""
    predicted = logits(model, x).argmax(axis=1)
    pairs = [(i, t) for i in range(len(x)) for t in range(classes) if t != predicted[i]]
    return np.array(pairs).T
