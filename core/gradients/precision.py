"""The same network in float64: weights, forward and backward pass."""

import keras
import numpy as np

from core.errors import UserError


def as_float64(model: keras.Model) -> keras.Model:
    """Copy a network into float64; the logits stay what they were up to rounding.

    Args:
        model: Keras model made of built-in layers, nested models included.

    Returns:
        A new model with every floating-point weight and computation in float64.

    Raises:
        UserError: if the model cannot be rebuilt from its configuration, or the backend is not
            TensorFlow.
    """
    if keras.backend.backend() != "tensorflow":
        # Keras's type promotion turns float64 into float32 on the other backends, layer by layer.
        raise UserError(
            f"jsma-f64 needs KERAS_BACKEND=tensorflow: on {keras.backend.backend()} Keras rounds "
            "float64 to float32; leave that attack out, jsma-logf needs no float64"
        )
    try:
        clone = keras.saving.deserialize_keras_object(
            _widened(keras.saving.serialize_keras_object(model))
        )
    except (TypeError, ValueError, NotImplementedError) as error:
        reason = str(error).strip().splitlines()[0]
        raise UserError(
            f"network {model.name!r} cannot be copied to float64, so jsma-f64 cannot attack "
            f"it; leave that attack out or use built-in layers only ({reason})"
        ) from error
    for source, copy in zip(model.weights, clone.weights, strict=True):
        copy.assign(np.asarray(keras.ops.convert_to_numpy(source), dtype=copy.dtype))
    return clone


_FLOATS = ("float16", "bfloat16", "float32", "mixed_float16", "mixed_bfloat16")


def _widened(config):
    """Replace every floating-point type in a serialized model by float64."""
    if isinstance(config, (list, tuple)):
        return type(config)(_widened(item) for item in config)
    if not isinstance(config, dict):
        return config
    if config.get("class_name") == "DTypePolicy":
        name = config["config"]["name"]
        return {**config, "config": {"name": "float64" if name in _FLOATS else name}}
    return {
        key: "float64" if key == "dtype" and value in _FLOATS else _widened(value)
        for key, value in config.items()
    }
