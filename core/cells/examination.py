"""What is measured of every network before it is attacked: accuracy, confidence, gradients."""

from __future__ import annotations

from itertools import product

import keras
import numpy as np
from scipy.special import log_softmax

from core.data.dataset import Dataset, class_balanced_order
from core.metrics import amplitudes, answers, calibration
from core.metrics.intervals.exact import clopper_pearson
from core.metrics.outputs import output_facts
from core.model.network import Amplitudes, Calibration, Examined, Outputs, Power
from core.networks import architectures, training
from core.networks.gradients import gradient_function
from core.networks.numerics import denormals_flushed

AMPLITUDE_SAMPLES = 100
PROBE_SAMPLES, FEWEST_PROBES = 64, 8
MOST_CLASSES = 50
"""Classes of which the gradient of each probability is computed; a pass each."""
VALUES_AT_ONCE = 2**22
"""Features of all inputs whose gradients are computed at once, so that large images fit."""
MOST_ANSWERS = 100_000
"""Test inputs of which the ledger keeps whether each was right: a bit each."""


def examine(model: keras.Model, dataset: Dataset) -> Examined:
    """Measure a network on the test set; gradients on the first 100 class-balanced inputs."""
    logits = training.logits(model, dataset.x_test)
    predicted, sure = calibration.confidence(logits)
    right = predicted == dataset.y_test
    low, high = clopper_pearson(int(right.sum()), len(right))
    fitting = max(FEWEST_PROBES, VALUES_AT_ONCE // int(np.prod(dataset.shape)))
    probe = dataset.x_test[: min(PROBE_SAMPLES, fitting)]
    first, second = (_pass(model, probe) for _ in range(2))
    return Examined(
        accuracy=float(right.mean()),
        accuracy_low=low,
        accuracy_high=high,
        answers=answers.packed(right) if len(right) <= MOST_ANSWERS else None,
        mean_confidence=float(sure.mean()),
        chance=float(np.bincount(dataset.y_test).max() / len(dataset.y_test)),
        parameters=architectures.parameters(model),
        calibration=Calibration.model_validate(calibration.calibration(logits, dataset.y_test)),
        amplitudes=_amplitudes(model, dataset),
        outputs=Outputs.model_validate(output_facts(first, second)),
    )


def _targets(model: keras.Model, x: np.ndarray, classes: int) -> np.ndarray:
    """The classes whose gradients are looked at, `(n, classes)` or the most probable of them."""
    if classes <= MOST_CLASSES:
        return np.tile(np.arange(classes), (len(x), 1))
    return np.argsort(-training.logits(model, x), axis=-1, kind="stable")[:, :MOST_CLASSES]


def _pass(model: keras.Model, x: np.ndarray) -> np.ndarray:
    return np.asarray(keras.ops.convert_to_numpy(model(x, training=False)), np.float64)


def _amplitudes(model: keras.Model, dataset: Dataset) -> Amplitudes:
    """Sizes of the probabilities' gradients by powers of ten, on class-balanced test inputs.

    By fractions of each feature's range, over the features that an attacker may change. Where there
    are very many classes, of the most probable ones: F_t is a factor of each gradient.
    """
    order = class_balanced_order(dataset.y_test)[:AMPLITUDE_SAMPLES]
    x = dataset.x_test[order]
    targets = _targets(model, x, dataset.classes)
    gradient = gradient_function(model, "log-probability")
    log_probability, slope = (np.empty(targets.shape) for _ in range(2))
    mutable, span = dataset.mutable, dataset.units.span
    at_once = max(1, VALUES_AT_ONCE // int(np.prod(dataset.shape)))
    for start, place in product(range(0, len(x), at_once), range(targets.shape[1])):
        rows = slice(start, start + at_once)
        target = targets[rows, place]
        logits, alpha, _ = gradient(x[rows], target)
        told = log_softmax(logits.astype(np.float64), axis=-1)
        log_probability[rows, place] = told[np.arange(len(told)), target]
        slope[rows, place] = (np.abs(alpha) * span)[:, mutable].max(axis=1)
    powers = amplitudes.amplitudes(log_probability, slope)
    histogram = amplitudes.amplitude_histogram(powers)
    filled = histogram[histogram["count"] > 0]
    vanished = amplitudes.zero_in_float32(log_probability, slope, denormals_flushed())
    finite = powers[np.isfinite(powers)]
    return Amplitudes(
        samples=len(x),
        median_power=float(np.median(finite)) if len(finite) else None,
        zero_in_float32=float(vanished.mean()),
        bins=[
            Power(power=None if np.isinf(low) else int(low), share=share)
            for low, share in zip(filled["low_power"], filled["share"], strict=True)
        ],
    )
