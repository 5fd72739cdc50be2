"""Gradients compiled by `tf.function`; no XLA, which was slower than this on a CPU."""

import keras
import numpy as np
import tensorflow as tf


def compile_gradient(model: keras.Model, objective: str, temperature: float):
    """Return the function described in `core.networks.gradients.gradient_function`."""
    (inputs,) = model.inputs
    signature = [
        tf.TensorSpec((None, *inputs.shape[1:]), inputs.dtype),
        tf.TensorSpec((None,), tf.int32),
    ]
    passes = tf.function(
        _passes(model, objective, temperature), input_signature=signature, autograph=False
    )

    def gradient(x, targets):
        x = np.asarray(x, dtype=inputs.dtype)
        results = [r.numpy() for r in passes(x, np.asarray(targets, dtype=np.int32))]
        return results[0], results[1], results[2] if objective == "logit" else None

    return gradient


def on_device(model: keras.Model, objective: str):
    """Return what is described in `core.networks.gradients.on_device`."""
    passes = _passes(model, objective, 1.0)
    (inputs,) = model.inputs
    return (
        lambda _, x, targets: passes(tf.cast(x, inputs.dtype), targets),
        (),
        lambda function: tf.function(function, autograph=False),
    )


def _passes(model, objective, temperature):
    def passes(x, targets):
        with tf.GradientTape(persistent=objective == "logit", watch_accessed_variables=False) as t:
            t.watch(x)
            logits = model(x, training=False)
            hot = tf.one_hot(targets, logits.shape[-1], dtype=logits.dtype)
            scaled = logits if temperature == 1 else logits / temperature
            wanted = _wanted(objective, scaled, hot)
            others = scaled * (1 - hot) if objective == "logit" else None
        # A step in the network, such as rounding, has no gradient here; elsewhere it is 0.
        alpha = _flat(t.gradient(wanted, x, unconnected_gradients=tf.UnconnectedGradients.ZERO))
        if objective != "logit":
            return logits, alpha
        beta = t.gradient(others, x, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        return logits, alpha, _flat(beta)

    return passes


def compile_logits(model: keras.Model):
    """Return the function described in `core.networks.gradients.logits_function`."""
    (inputs,) = model.inputs
    signature = [tf.TensorSpec((None, *inputs.shape[1:]), inputs.dtype)]

    @tf.function(input_signature=signature, autograph=False)
    def forward(x):
        return model(x, training=False)

    return lambda x: forward(np.asarray(x, dtype=inputs.dtype)).numpy()


def has_accelerator() -> bool:
    """Say whether TensorFlow sees a GPU."""
    return bool(tf.config.list_logical_devices("GPU"))


def _wanted(objective, logits, hot):
    """Return values whose sum is the objective, summed over the batch."""
    if objective == "probability":
        return tf.nn.softmax(logits) * hot
    if objective == "log-probability":
        return tf.nn.log_softmax(logits) * hot
    if objective == "logit":
        return logits * hot
    others = tf.where(hot > 0, tf.constant(-np.inf, logits.dtype), logits)
    rival = tf.reduce_max if objective == "margin" else tf.reduce_logsumexp
    return tf.reduce_sum(logits * hot, axis=-1) - rival(others, axis=-1)


def _flat(gradient):
    return tf.reshape(gradient, (tf.shape(gradient)[0], -1))
