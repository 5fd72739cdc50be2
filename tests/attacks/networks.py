"""Small networks for the tests of attacks."""

import keras
import numpy as np


def linear(weights, bias=(0.0, 0.0)):
    """A linear classifier: `weights` (features, classes)."""
    weights = np.asarray(weights, np.float32)
    model = keras.Sequential([keras.Input((len(weights),)), keras.layers.Dense(weights.shape[1])])
    model.set_weights([weights, np.asarray(bias, np.float32)])
    return model


def perceptron(features=12, classes=3, scale=1.0, seed=3):
    """A random multilayer perceptron whose logits are multiplied by `scale`."""
    keras.utils.set_random_seed(seed)
    wide = keras.initializers.RandomNormal(stddev=0.7)
    return keras.Sequential(
        [
            keras.Input((features,)),
            keras.layers.Dense(10, activation="relu", kernel_initializer=wide),
            keras.layers.Dense(classes, kernel_initializer=wide),
            keras.layers.Rescaling(scale),
        ]
    )


def logits(model, x):
    return keras.ops.convert_to_numpy(model(np.asarray(x, np.float32), training=False))


def wrong_pairs(model, x, classes=3):
    """Every (sample, target) pair but those whose target is predicted already."""
    predicted = logits(model, x).argmax(axis=1)
    pairs = [(i, t) for i in range(len(x)) for t in range(classes) if t != predicted[i]]
    return np.array(pairs).T
