"""The same network in float64: weights, forward and backward pass, on every backend."""

import contextlib
from collections.abc import Generator

import keras
import numpy as np
from keras.src.backend.common import dtypes

from core.errors import UserError


@contextlib.contextmanager
def float64_kept() -> Generator[None]:
    """Let Keras compute in float64 while this lasts, which it does by itself on TensorFlow only.

    On the other backends Keras's type promotion turns float64 into float32, layer by layer, as
    JAX does by default; no public setting changes that, so the entry of its table is replaced.
    A float64 network must be built and called inside; networks in float32 are not affected.
    """
    with contextlib.ExitStack() as stack:
        if keras.backend.backend() == "jax":
            import jax

            stack.enter_context(jax.enable_x64(True))
        rounded = dtypes.BIT64_TO_BIT32_DTYPE["float64"]
        stack.callback(dtypes.BIT64_TO_BIT32_DTYPE.__setitem__, "float64", rounded)
        dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"
        yield


def as_float64(model: keras.Model) -> keras.Model:
    """Copy a network into float64; the logits stay what they were up to rounding.

    Call it, and the copy, inside `float64_kept`.

    Args:
        model: Keras model made of built-in layers, nested models included.

    Returns:
        A new model with every floating-point weight and computation in float64.

    Raises:
        UserError: if the model cannot be rebuilt from its configuration.
    """
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
