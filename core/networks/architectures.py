"""The networks that are known by name: the paper's two CNNs and an MLP.

Every network ends in logits; softmax, at whatever temperature, is applied outside it. Networks from
files are core.networks.opening.
"""

from __future__ import annotations

import keras
from keras import layers

from core.errors import UserError


def build(
    name: str, shape: tuple[int, ...], classes: int, dropout: float | None = None
) -> keras.Model:
    """A new network by name.

    Args:
        name: `paper-mnist`, `paper-cifar10` (CW17, Tables I and II) or `mlp`.
        shape: of one input, `(height, width, channels)` or `(features,)`.
        classes: number of logits.
        dropout: rate in [0, 1); None for the network's own: 0.5, of the MLP 0.
    """
    if name == "mlp":
        return mlp(shape, classes, dropout or 0.0)
    widths = {"paper-mnist": (32, 64, 200), "paper-cifar10": (64, 128, 256)}[name]
    return paper_cnn(shape, classes, *widths, dropout=0.5 if dropout is None else dropout)


def paper_cnn(
    shape: tuple[int, ...], classes: int, first: int, second: int, dense: int, *, dropout: float
) -> keras.Model:
    """Two blocks of two 3x3 convolutions and a pooling, two dense layers and dropout.

    Padding is 'valid' and dropout stands after the first dense layer, as in the code of CW17; the
    paper states neither. Source: CW17, Tables I and II.
    """
    return keras.Sequential(
        [
            keras.Input(shape),
            layers.Conv2D(first, 3, activation="relu"),
            layers.Conv2D(first, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(second, 3, activation="relu"),
            layers.Conv2D(second, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(dense, activation="relu"),
            layers.Dropout(dropout),
            layers.Dense(dense, activation="relu"),
            layers.Dense(classes),
        ]
    )


def mlp(shape: tuple[int, ...], classes: int, dropout: float = 0.0) -> keras.Model:
    """Two hidden layers of 128 rectified units, for tables and small images.

    Args: dropout: rate after each hidden layer; 0 leaves the layers out.
    """
    hidden = []
    for _ in range(2):
        hidden.append(layers.Dense(128, activation="relu"))
        hidden += [layers.Dropout(dropout)] if dropout else []
    return keras.Sequential([keras.Input(shape), layers.Flatten(), *hidden, layers.Dense(classes)])


def new_weights(model: keras.Model, dropout: float | None = None) -> keras.Model:
    """The same architecture with freshly drawn weights.

    Args: dropout: rate that every dropout layer gets; None leaves each as it is.
    Raises `UserError` when a rate above 0 finds no dropout layer.
    """
    if dropout is None:
        return keras.models.clone_model(model)
    found = []

    def changed(layer: keras.Layer) -> keras.Layer:
        config = layer.get_config()
        if isinstance(layer, layers.Dropout):
            found.append(layer)
            config["rate"] = dropout
        return type(layer).from_config(config)

    clone = keras.models.clone_model(model, clone_function=changed, recursive=True)
    if dropout and not found:
        raise UserError(
            f"{model.name}: has no dropout layer, so it cannot be trained with dropout"
            f" {dropout:g}; add one, or leave that defence out"
        )
    return clone


def parameters(model: keras.Model) -> int:
    """Number of weights."""
    return int(model.count_params())
