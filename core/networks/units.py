"""A network that takes its inputs in unit space: each feature in the unit of distances."""

from __future__ import annotations

import keras
import numpy as np

from core.data.units import Units


def in_units(model: keras.Model, units: Units) -> keras.Model:
    """The same network, with one affine layer in front that puts each feature into its range.

    Args: model: takes inputs in the data's units.

    Returns: a model with the same weights that takes multiples of the unit `(b, *shape)`; `model`
    itself where the data run from 0 to 1 and the unit is the range.
    """
    if units.identity:
        return model
    (taken,) = model.inputs
    shape = tuple(taken.shape[1:])
    # Fractions do not fit into the whole numbers that some networks take.
    dtype = taken.dtype if keras.backend.is_float_dtype(taken.dtype) else "float32"
    fractions = keras.Input(shape, dtype=dtype)
    layer = keras.layers.Rescaling(
        alike(units.size, shape), offset=alike(units.low, shape), dtype=dtype
    )
    return keras.Model(fractions, model(layer(fractions)))


def alike(values: np.ndarray, shape: tuple[int, ...]) -> float | np.ndarray:
    """One number where all features have the same, else one a feature."""
    values = values.astype(np.float32)
    return float(values[0]) if (values == values[0]).all() else values.reshape(shape)
