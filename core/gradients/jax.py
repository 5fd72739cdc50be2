"""Gradients compiled by `jax.jit`, once for each batch size it meets."""

import jax
import jax.numpy as jnp
import keras
import numpy as np


def compile_gradient(model: keras.Model, objective: str):
    """Return the function described in `core.gradients.gradient_function`."""
    (inputs,) = model.inputs

    @jax.jit
    def passes(trainable, fixed, x, targets):
        def forward(x):
            logits, _ = model.stateless_call(trainable, fixed, x, training=False)
            return logits

        logits, pull_back = jax.vjp(forward, x)
        hot = jax.nn.one_hot(targets, logits.shape[-1], dtype=logits.dtype)
        if objective == "logit":
            (alpha,), (beta,) = pull_back(hot), pull_back(1 - hot)
            return logits, alpha.reshape(len(x), -1), beta.reshape(len(x), -1)
        softmax = jax.nn.softmax if objective == "probability" else jax.nn.log_softmax
        _, pull_softmax = jax.vjp(softmax, logits)
        (alpha,) = pull_back(*pull_softmax(hot))
        return logits, alpha.reshape(len(x), -1)

    def gradient(x, targets):
        results = passes(
            [v.value for v in model.trainable_variables],
            [v.value for v in model.non_trainable_variables],
            jnp.asarray(x, dtype=inputs.dtype),
            jnp.asarray(targets, dtype=jnp.int32),
        )
        results = [np.asarray(r) for r in results]
        return results[0], results[1], results[2] if objective == "logit" else None

    return gradient


def has_accelerator() -> bool:
    """Say whether JAX runs on something other than a CPU."""
    return jax.default_backend() != "cpu"
