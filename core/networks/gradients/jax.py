"""Gradients compiled by `jax.jit`, once for each batch size it meets."""

import jax
import jax.numpy as jnp
import keras
import numpy as np


def compile_gradient(model: keras.Model, objective: str, temperature: float):
    """Return the function described in `core.networks.gradients.gradient_function`."""
    (inputs,) = model.inputs
    passes = jax.jit(_passes(model, objective, temperature))

    def gradient(x, targets):
        x = jnp.asarray(x, dtype=inputs.dtype)
        results = passes(*_variables(model), x, jnp.asarray(targets, dtype=jnp.int32))
        results = [np.asarray(r) for r in results]
        return results[0], results[1], results[2] if objective == "logit" else None

    return gradient


def on_device(model: keras.Model, objective: str):
    """Return what is described in `core.networks.gradients.on_device`."""
    passes = _passes(model, objective, 1.0)
    (inputs,) = model.inputs
    return (
        lambda weights, x, targets: passes(*weights, x.astype(inputs.dtype), targets),
        _variables(model),
        jax.jit,
    )


def _passes(model, objective, temperature):
    def passes(trainable, fixed, x, targets):
        def forward(x):
            logits, _ = model.stateless_call(trainable, fixed, x, training=False)
            return logits

        logits, pull_back = jax.vjp(forward, x)
        hot = jax.nn.one_hot(targets, logits.shape[-1], dtype=logits.dtype)
        if objective == "logit":
            (alpha,), (beta,) = pull_back(hot / temperature), pull_back((1 - hot) / temperature)
            return logits, alpha.reshape(len(x), -1), beta.reshape(len(x), -1)
        if objective == "log-probability":
            # onehot - softmax with softmax as exp(log softmax), which is 1 for a certain class.
            # As a quotient XLA contracts it with the difference into one rounding and leaves 1e-8.
            by_logits = (hot - jnp.exp(jax.nn.log_softmax(logits / temperature))) / temperature
        else:
            by_logits = jax.grad(lambda z: _wanted(objective, z / temperature, hot).sum())(logits)
        (alpha,) = pull_back(by_logits)
        return logits, alpha.reshape(len(x), -1)

    return passes


def compile_logits(model: keras.Model):
    """Return the function described in `core.networks.gradients.logits_function`."""
    (inputs,) = model.inputs

    @jax.jit
    def forward(trainable, fixed, x):
        return model.stateless_call(trainable, fixed, x, training=False)[0]

    return lambda x: np.asarray(forward(*_variables(model), jnp.asarray(x, dtype=inputs.dtype)))


def has_accelerator() -> bool:
    """Say whether JAX runs on something other than a CPU."""
    return jax.default_backend() != "cpu"


def _variables(model):
    trainable = [v.value for v in model.trainable_variables]
    return trainable, [v.value for v in model.non_trainable_variables]


def _wanted(objective, logits, hot):
    """Return values whose sum is the objective, summed over the batch."""
    if objective == "probability":
        return jax.nn.softmax(logits) * hot
    others = jnp.where(hot > 0, -jnp.inf, logits)
    rival = jnp.max if objective == "margin" else jax.nn.logsumexp
    return (logits * hot).sum(axis=-1) - rival(others, axis=-1)
