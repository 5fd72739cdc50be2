"""What is measured of every network before it is attacked: accuracy, confidence, gradients."""

from __future__ import annotations

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
PROBE_SAMPLES = 64
MOST_ANSWERS = 100_000
"""Test inputs of which the ledger keeps whether each was right: a bit each."""


def examine(model: keras.Model, dataset: Dataset) -> Examined:
    """Measure a network on the test set; gradients on the first 100 class-balanced inputs."""
    logits = training.logits(model, dataset.x_test)
    predicted, sure = calibration.confidence(logits)
    right = predicted == dataset.y_test
    low, high = clopper_pearson(int(right.sum()), len(right))
    probe = dataset.x_test[:PROBE_SAMPLES]
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


def _pass(model: keras.Model, x: np.ndarray) -> np.ndarray:
    return np.asarray(keras.ops.convert_to_numpy(model(x, training=False)), np.float64)


def _amplitudes(model: keras.Model, dataset: Dataset) -> Amplitudes:
    """Sizes of the probabilities' gradients by powers of ten, on class-balanced test inputs.

    By fractions of each feature's range, over the features that an attacker may change.
    """
    order = class_balanced_order(dataset.y_test)[:AMPLITUDE_SAMPLES]
    x = dataset.x_test[order]
    gradient = gradient_function(model, "log-probability")
    log_probability = np.empty((len(x), dataset.classes))
    slope = np.empty((len(x), dataset.classes))
    mutable, span = dataset.mutable, dataset.units.span
    for target in range(dataset.classes):
        logits, alpha, _ = gradient(x, np.full(len(x), target))
        log_probability[:, target] = log_softmax(logits.astype(np.float64), axis=-1)[:, target]
        slope[:, target] = (np.abs(alpha) * span)[:, mutable].max(axis=1)
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
