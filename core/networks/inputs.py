"""What a network takes, fitted to the data: shapes, channels first, whole numbers.

Which scale of the values it takes is core.networks.scales.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import keras
import numpy as np
from keras import layers, ops

from core.errors import UserError
from core.networks.gradients import gradient_function
from core.networks.graph import has_one_end

_TAKES_WHOLE_NUMBERS = (
    layers.Embedding,
    layers.IntegerLookup,
    layers.CategoryEncoding,
    layers.Hashing,
    layers.Discretization,
)
_PROBES = 8


def in_floats(model: keras.Model, title: str) -> keras.Model:
    """The same layers on an input of floats, so that gradients reach it where the layers let them.

    Raises `UserError` where the network takes text.
    """
    (taken,) = model.inputs
    if taken.dtype == "string":
        raise UserError(f"{title}: takes text; save the part that takes numbers")
    if keras.backend.is_float_dtype(taken.dtype):
        return model
    fresh = keras.Input(taken.shape[1:], dtype="float32")
    plain = isinstance(model, keras.Sequential)
    return keras.models.clone_model(
        model,
        input_tensors=fresh if plain else keras.tree.map_structure(lambda _: fresh, model.input),
        clone_function=lambda layer: _inner(layer, title),
    )


def _inner(layer: keras.Layer, title: str) -> keras.Layer:
    nested = isinstance(layer, keras.Model) and has_one_end(layer)
    return in_floats(layer, title) if nested else layer


def takes_whole_numbers(model: keras.Model, declared: bool) -> bool:
    """Whether no gradient reaches the input because its values are looked up, not computed with.

    True only where both hold: the network says so (an input of whole numbers, or a layer that looks
    values up), and every gradient of every logit is exactly zero. A network that rounds its input
    to mask gradients says nothing of the kind.

    Args: model: in logits, on an input of floats. declared: whether its own input was of integers.
    """
    looks_up = any(isinstance(layer, _TAKES_WHOLE_NUMBERS) for layer in _every_layer(model))
    if not (declared or looks_up):
        return False
    shape = tuple(model.inputs[0].shape[1:])
    probes = np.random.default_rng(0).integers(0, 2, (_PROBES, *shape)).astype(np.float32)
    gradient = gradient_function(model, "logit")
    for logit in range(model.outputs[0].shape[-1]):
        _, slope, _ = gradient(probes, np.full(_PROBES, logit))
        if slope.any():
            return False
    return True


def rounded(model: keras.Model) -> keras.Model:
    """The network with its inputs rounded first: 6.9999995 of a sum is the 7 that was meant."""
    given = keras.Input(tuple(model.inputs[0].shape[1:]))
    return keras.Model(given, model(ops.round(given)))


def _every_layer(model: keras.Model) -> Iterator[keras.Layer]:
    for layer in model.layers:
        yield layer
        if isinstance(layer, keras.Model):
            yield from _every_layer(layer)


def fitted(model: keras.Model, shape: tuple[int, ...], title: str) -> tuple[keras.Model, list[str]]:
    """The network on inputs of `shape`, and one note where they are arranged anew.

    Raises `UserError` where the two do not fit.
    """
    wanted = tuple(model.inputs[0].shape[1:])
    if wanted == tuple(shape):
        return model, []
    given = keras.Input(shape)
    if len(wanted) == len(shape) and _fits(wanted, shape):
        return keras.Model(given, model(given)), []
    if len(shape) == 3 and len(wanted) == 3 and _fits(wanted, (shape[2], *shape[:2])):
        note = (
            f"{title}: takes channels first, {wanted}; the data's {tuple(shape)} are turned for it."
        )
        return keras.Model(given, model(layers.Permute((3, 1, 2))(given))), [note]
    if None not in wanted and math.prod(wanted) == math.prod(shape):
        note = f"{title}: takes inputs of shape {wanted}; the data's {tuple(shape)} are reshaped."
        return keras.Model(given, model(layers.Reshape(wanted)(given))), [note]
    raise UserError(f"{title}: takes inputs of shape {wanted}, the data have {tuple(shape)}")


def _fits(wanted: tuple[int | None, ...], shape: tuple[int, ...]) -> bool:
    return all(a in (None, b) for a, b in zip(wanted, shape, strict=True))
