"""Compiled gradients of a network's logits, margins, probabilities and log-probabilities.

Each backend has one file with the same functions; only the chosen backend's file is imported, and
Keras with it, when the first of them is asked for.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import keras

Gradient = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray, np.ndarray | None]]
Logits = Callable[[np.ndarray], np.ndarray]

OBJECTIVES = ("probability", "log-probability", "logit", "margin", "log-odds")


def gradient_function(model: keras.Model, objective: str, temperature: float = 1.0) -> Gradient:
    """Compile one fused forward and backward pass of a network.

    Args:
        model: Keras model that ends in logits, input `(b, *shape)`, output `(b, classes)`, in
            float32, or float64 inside `precision.float64_kept`; called with `training=False`.
        objective: what is differentiated with respect to the input, for target t and
            u = z / temperature:
            `"probability"`: softmax(u)_t in the model's own precision, underflow included;
            `"log-probability"`: log softmax(u)_t, which keeps a gradient while another class
            leads, and loses it where t itself is certain: its gradient by u is onehot_t -
            softmax(u), in the model's own precision;
            `"logit"`: u_t, and apart from it the sum of the other logits;
            `"margin"`: u_t - max u_j over j != t; among equal largest any or all may count;
            `"log-odds"`: u_t - logsumexp u_j over j != t, which never loses its gradient.
        temperature: the logits are divided by it, T > 0; 1 costs nothing.

    Returns:
        A function of `x` `(b, *shape)` and `targets` `(b,)` integers that returns numpy arrays
        `(logits (b, classes), alpha (b, n), beta (b, n) or None)`, n features in row-major order.
        The logits are those of the network, never divided. alpha is the gradient of the objective
        and beta, for `"logit"` alone, that of the sum of all others. For the two softmax
        objectives it is not needed: probabilities sum to one, so beta = -alpha (for the
        log-probability, up to the positive factor softmax(u)_t, which changes no ranking).

    Raises:
        ValueError: if the objective is not one of `OBJECTIVES` or the temperature not positive.

    Source: Papernot et al., arXiv 1511.07528, Eq. 8 and 9; Carlini & Wagner, arXiv 1608.04644,
    section III-C, for the difference between probabilities and logits, and VI-A for the margin;
    Carlini & Wagner, arXiv 1607.04311, for the division by a temperature.
    """
    if objective not in OBJECTIVES:
        raise ValueError(f"objective must be one of {OBJECTIVES}, got {objective!r}")
    if not (np.isfinite(temperature) and temperature > 0):
        raise ValueError(f"temperature must be a number above 0, got {temperature!r}")
    return _backend().compile_gradient(model, objective, float(temperature))


def on_device(
    model: keras.Model, objective: str
) -> tuple[Callable, Any, Callable[[Callable], Callable]]:
    """Give an attack what it needs to take several steps without leaving the device.

    Args:
        model, objective: as for `gradient_function`; not `"logit"`.

    Returns:
        `(gradient, weights, compiled)`: `gradient(weights, x, targets)` takes and returns tensors
        of the backend, x `(b, *shape)` and targets `(b,)` int32 to logits `(b, classes)` and alpha
        `(b, n)`; `compiled(function)` compiles a function of nested tuples of tensors, which has
        to be given `weights` and pass them on, so that they are no constants of what is compiled.
    """
    return _backend().on_device(model, objective)


def steps_per_visit() -> int:
    """Return how many steps an attack takes on the device before the host looks: 8, on a CPU 1."""
    return 8 if _backend().has_accelerator() else 1


def logits_function(model: keras.Model) -> Logits:
    """Compile the forward pass alone, for attacks that use no gradient.

    Args:
        model: as for `gradient_function`.

    Returns:
        A function of `x` `(b, *shape)` that returns the logits `(b, classes)` as a numpy array.
    """
    return _backend().compile_logits(model)


def default_batch_size() -> int:
    """Return the batch size at which attacks run when none is given: 128 on a CPU, else 1024."""
    return 1024 if _backend().has_accelerator() else 128


def _backend() -> ModuleType:
    import keras

    return importlib.import_module(f".{keras.backend.backend()}", __package__)
