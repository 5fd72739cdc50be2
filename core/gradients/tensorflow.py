"""Gradients compiled by `tf.function`; no XLA, which was slower than this on a CPU."""

import keras
import numpy as np
import tensorflow as tf


def compile_gradient(model: keras.Model, objective: str):
    """Return the function described in `core.gradients.gradient_function`."""
    (inputs,) = model.inputs
    signature = [
        tf.TensorSpec((None, *inputs.shape[1:]), inputs.dtype),
        tf.TensorSpec((None,), tf.int32),
    ]

    @tf.function(input_signature=signature, autograph=False)
    def passes(x, targets):
        with tf.GradientTape(persistent=objective == "logit", watch_accessed_variables=False) as t:
            t.watch(x)
            logits = model(x, training=False)
            hot = tf.one_hot(targets, logits.shape[-1], dtype=logits.dtype)
            if objective == "probability":
                wanted = tf.nn.softmax(logits) * hot
            elif objective == "log-probability":
                wanted = tf.nn.log_softmax(logits) * hot
            else:
                wanted = logits * hot
                others = logits * (1 - hot)
        alpha = _flat(t.gradient(wanted, x))
        if objective != "logit":
            return logits, alpha
        return logits, alpha, _flat(t.gradient(others, x))

    def gradient(x, targets):
        x = np.asarray(x, dtype=inputs.dtype)
        results = [r.numpy() for r in passes(x, np.asarray(targets, dtype=np.int32))]
        return results[0], results[1], results[2] if objective == "logit" else None

    return gradient


def has_accelerator() -> bool:
    """Say whether TensorFlow sees a GPU."""
    return bool(tf.config.list_logical_devices("GPU"))


def _flat(gradient):
    return tf.reshape(gradient, (tf.shape(gradient)[0], -1))
