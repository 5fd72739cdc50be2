"""Whatever a network ends in, as logits: softmax, log-softmax, one sigmoid unit, several outputs.

What a network takes is core.networks.inputs.
"""

from __future__ import annotations

import math
from typing import Any

import keras
from keras import layers

from core.errors import UserError
from core.networks.graph import has_one_end, is_linear, ships_with_keras, source

_FUNCTIONS = {
    keras.activations.softmax: "softmax",
    keras.activations.log_softmax: "log-softmax",
    keras.activations.sigmoid: "sigmoid",
}
_OPERATIONS = {"Softmax": "softmax", "LogSoftmax": "log-softmax", "Sigmoid": "sigmoid"}
_ORDER_KEPT = ("Flatten", "Reshape", "Squeeze", "Identity", "Dropout")
"""Operations that give the values that they get, in the same order."""


def chosen(model: keras.Model, output: str | None, title: str) -> keras.Model:
    """The network with the one output that is asked for.

    Args: output: its name; None where there is one output.

    Raises `UserError` that names the outputs.
    """
    names = list(getattr(model, "output_names", None) or [model.layers[-1].name])
    listed = ", ".join(names)
    if output is None:
        if len(names) == 1:
            return model
        raise UserError(
            f"{title}: has {len(names)} outputs ({listed}); say which holds the class scores:"
            f" `output: {names[0]}` in a spec, --output {names[0]} of `core evaluate`"
        )
    if output not in names:
        raise UserError(f"{title}: has no output {output!r}; there is {listed}", 2)
    return keras.Model(model.inputs, model.outputs[names.index(output)])


def in_logits(model: keras.Model, title: str) -> tuple[keras.Model, list[str]]:
    """The same weights ending in logits, float32 `(b, classes)`.

    A final softmax or log-softmax is taken off, at any depth of nested networks. One sigmoid unit
    with the logit z becomes the two logits (0, z), whose softmax is (1 - sigmoid(z), sigmoid(z)).
    Axes of length 1 are dropped.

    Returns: the network and one note for each change. Raises `UserError`.
    """
    network, taken_off = _without_activation(model)
    shape = tuple(network.outputs[0].shape[1:])
    units = _units(shape, title)
    notes = []
    if taken_off == "softmax" and units > 1:
        notes = [f"{title}: its final softmax was taken off; the same weights give the logits."]
    elif taken_off == "log-softmax" and units > 1:
        notes = [
            f"{title}: its final log-softmax was taken off; the same weights give the logits of"
            " the same probabilities."
        ]
    scores = network.outputs[0]
    if shape != (units,):
        scores = layers.Reshape((units,))(scores)
    if taken_off == "sigmoid":
        _refuse_several_labels(units, title)
        # Padding copies z: no arithmetic that could round it.
        padded = layers.ZeroPadding1D((1, 0))(layers.Reshape((1, 1))(scores))
        scores = layers.Reshape((2,))(padded)
        notes = [
            f"{title}: its one sigmoid unit became two logits, 0 and the unit's own before the"
            " sigmoid; their softmax gives the same probability. One of the two stands still, so"
            " jsma-z, which wants it to fall, finds nothing here; jsma-logf does."
        ]
    elif units == 1:
        _refuse_one_unit(taken_off, title)
    if scores.dtype != "float32":
        scores = layers.Activation("linear", dtype="float32")(scores)
    if scores is not network.outputs[0]:
        network = keras.Model(network.inputs, scores)
    return network, notes


def classes_of(model: keras.Model, title: str) -> int:
    """How many classes a network tells apart: its units, 2 for one unit. Raises `UserError`."""
    return max(2, _units(tuple(model.outputs[0].shape[1:]), title))


def _units(shape: tuple[int | None, ...], title: str) -> int:
    known = [size for size in shape if size is not None]
    if len(known) < len(shape) or math.prod(known) != max([1, *known]):
        raise UserError(
            f"{title}: gives scores of shape {shape} for an input; one vector of class scores is"
            " needed, so pool or flatten the rest and save the network again"
        )
    return math.prod(known)


def _refuse_several_labels(units: int, title: str) -> None:
    if units > 1:
        raise UserError(
            f"{title}: ends in {units} sigmoid units, which answer one by one (multi-label): no"
            " class wins, so nothing says when an attack has succeeded; train it with a softmax"
            " where the classes exclude each other, or with one unit for one label"
        )


def _refuse_one_unit(taken_off: str | None, title: str) -> None:
    if taken_off is not None:
        raise UserError(
            f"{title}: ends in a {taken_off} over a single unit, which always says the same;"
            " save it with a sigmoid or with one unit a class"
        )
    raise UserError(
        f"{title}: gives one number without a sigmoid, which may be a logit, a margin (hinge) or a"
        " regression; if its sign tells the class, say so:"
        f" keras.Sequential([keras.models.load_model('{title}'),"
        " keras.layers.Activation('sigmoid')]).save('binary.keras')"
    )


def _without_activation(model: keras.Model) -> tuple[keras.Model, str | None]:
    """The network without its final softmax, log-softmax or sigmoid, and which it was."""
    kept = []
    last, given = source(model.outputs[0])
    while _keeps_order(last) and given is not model.outputs[0]:
        kept.append(last)
        last, given = source(given)
    if isinstance(last, keras.Model):
        if not has_one_end(last):
            return model, None
        inner, taken_off = _without_activation(last)
        if taken_off is None or inner is last:
            return model, taken_off
        scores = inner(given)
    else:
        taken_off = _activation(last)
        if taken_off is None:
            return model, None
        if not _only_activates(last):
            vars(last)["activation"] = keras.activations.linear
            return model, taken_off
        scores = given
    for operation in reversed(kept):
        scores = operation(scores)
    return keras.Model(model.inputs, scores), taken_off


def _activation(last: Any) -> str | None:
    if not ships_with_keras(last):
        return None
    activation = getattr(last, "activation", None)
    if activation is not None:
        return _FUNCTIONS.get(activation)
    return _OPERATIONS.get(type(last).__name__)


def _only_activates(last: Any) -> bool:
    return isinstance(last, layers.Activation) or not hasattr(last, "activation")


def _keeps_order(operation: Any) -> bool:
    if isinstance(operation, layers.Activation):
        return is_linear(operation)
    return ships_with_keras(operation) and type(operation).__name__ in _ORDER_KEPT
