"""The networks: the paper's two CNNs, an MLP, and the user's own `.keras` file.

Every network ends in logits; softmax, at whatever temperature, is applied outside it.
"""

from __future__ import annotations

import math
from pathlib import Path

import keras
import numpy as np
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


def from_file(path: Path, shape: tuple[int, ...], classes: int) -> tuple[keras.Model, list[str]]:
    """A trained network from a `.keras` file, ending in logits, for inputs of `shape`.

    Returns: the network (built-in layers only, safe mode) and notes for the report.
    Raises `UserError` when it cannot be read or does not fit the data.
    """
    try:
        model = keras.saving.load_model(path, compile=False, safe_mode=True)
    except Exception as error:
        reason = " ".join(str(error).split())[:200]
        raise UserError(
            f"{path.name}: not a network that Keras can open safely: {reason}"
        ) from None
    if not isinstance(model, keras.Model) or not model.built or len(model.inputs) != 1:
        raise UserError(f"{path.name}: the network must be built and take one input")
    if len(model.outputs) != 1 or len(model.outputs[0].shape) != 2:
        raise UserError(f"{path.name}: the network must give one vector of class scores an input")
    outputs = model.outputs[0].shape[-1]
    if outputs != classes:
        hint = " (a single sigmoid unit is not supported; use two logits)" if outputs == 1 else ""
        raise UserError(
            f"{path.name}: the network has {outputs} outputs, the data set {classes} classes{hint}"
        )
    model, notes = without_softmax(model, path.name)
    model, fitted = _fitted_to(model, shape, path.name)
    _refuse_probabilities(model, path.name)
    return model, notes + fitted


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


def without_softmax(model: keras.Model, title: str) -> tuple[keras.Model, list[str]]:
    """Take a final softmax off; the weights stay.

    Returns: the network in logits, and one note if a softmax was taken off.
    """
    removed = [f"{title}: its final softmax was taken off; the same weights give the logits."]
    # A functional network may end in an operation that is no layer, such as keras.ops.softmax.
    last = (getattr(model, "operations", None) or model.layers)[-1]
    if isinstance(last, keras.Model):
        inner, notes = without_softmax(last, title)
        if not notes:
            return model, []
        if inner is last:
            return model, notes
        return keras.Model(model.inputs[0], inner(last.input)), notes
    activation = getattr(last, "activation", None)
    is_activation = isinstance(last, layers.Softmax) or (
        isinstance(last, layers.Activation) and activation is keras.activations.softmax
    )
    if is_activation or type(last).__name__ == "Softmax":
        return keras.Model(model.inputs[0], last.input), removed
    if activation is keras.activations.softmax:
        last.activation = keras.activations.linear
        return model, removed
    if activation is keras.activations.sigmoid:
        raise UserError(
            f"{title}: ends in a sigmoid; only class scores that compete through a softmax are"
            " supported, so save it with logits or softmax"
        )
    return model, []


def parameters(model: keras.Model) -> int:
    """Number of weights."""
    return int(model.count_params())


def _fitted_to(
    model: keras.Model, shape: tuple[int, ...], title: str
) -> tuple[keras.Model, list[str]]:
    wanted = tuple(model.inputs[0].shape[1:])
    if wanted == tuple(shape):
        return model, []
    known = None not in wanted
    if known and math.prod(wanted) == math.prod(shape):
        inputs = keras.Input(shape)
        reshaped = layers.Reshape(wanted)(inputs)
        note = f"{title}: takes inputs of shape {wanted}; the data's {tuple(shape)} are reshaped."
        return keras.Model(inputs, model(reshaped)), [note]
    if len(wanted) == len(shape) and all(
        a in (None, b) for a, b in zip(wanted, shape, strict=True)
    ):
        inputs = keras.Input(shape)
        return keras.Model(inputs, model(inputs)), []
    raise UserError(f"{title}: takes inputs of shape {wanted}, the data have {tuple(shape)}")


def _refuse_probabilities(model: keras.Model, title: str) -> None:
    probe = np.random.default_rng(0).random((8, *model.inputs[0].shape[1:]), np.float32)
    scores = keras.ops.convert_to_numpy(model(probe, training=False))
    if not np.isfinite(scores).all():
        raise UserError(f"{title}: gives NaN or infinity on inputs between 0 and 1")
    if (scores >= 0).all() and np.allclose(scores.sum(-1), 1, atol=1e-4):
        raise UserError(
            f"{title}: still gives probabilities once its last layer's activation is off: the"
            " softmax is not its last operation; save the network with logits as its output"
        )
