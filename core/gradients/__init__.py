"""Compiled gradients of a network's logits, probabilities and log-probabilities.

Each backend has one file with one function; only the chosen backend's file is imported.
"""

import importlib
from collections.abc import Callable
from types import ModuleType

import keras
import numpy as np

Gradient = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray, np.ndarray | None]]

OBJECTIVES = ("probability", "log-probability", "logit")


def gradient_function(model: keras.Model, objective: str) -> Gradient:
    """Compile one fused forward and backward pass of a network.

    Args:
        model: Keras model that ends in logits, input `(b, *shape)`, output `(b, classes)`, in
            float32, or float64 (TensorFlow only); it is called with `training=False`.
        objective: what is differentiated with respect to the input, for target t:
            `"probability"`: softmax(z)_t in the model's own precision, underflow included;
            `"log-probability"`: log softmax(z)_t, which does not underflow;
            `"logit"`: z_t, and apart from it the sum of the other logits.

    Returns:
        A function of `x` `(b, *shape)` and `targets` `(b,)` integers that returns numpy arrays
        `(logits (b, classes), alpha (b, n), beta (b, n) or None)`, n features in row-major order.
        alpha is the gradient of the target's output and beta that of the sum of all others. For
        the two softmax objectives beta is None: probabilities sum to one, so beta = -alpha (for
        the log-probability, up to the positive factor softmax(z)_t, which changes no ranking).

    Raises:
        ValueError: if the objective is not one of `OBJECTIVES`.

    Source: Papernot et al., arXiv 1511.07528, Eq. 8 and 9; Carlini & Wagner, arXiv 1608.04644,
    section III-C, for the difference between probabilities and logits.
    """
    if objective not in OBJECTIVES:
        raise ValueError(f"objective must be one of {OBJECTIVES}, got {objective!r}")
    return _backend().compile_gradient(model, objective)


def default_batch_size() -> int:
    """Return the batch size at which attacks run when none is given: 128 on a CPU, else 1024."""
    return 1024 if _backend().has_accelerator() else 128


def _backend() -> ModuleType:
    return importlib.import_module(f".{keras.backend.backend()}", __package__)
