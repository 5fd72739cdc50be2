"""Confidence and calibration, worked by hand and by an independent loop."""

import json

import numpy as np
import pytest

from core.metrics import calibration as calibrations


def two_class(confidences):
    """Logits of two classes whose softmax gives class 0 these confidences."""
    p = np.asarray(confidences, np.float64)
    return np.stack([np.log(p), np.log1p(-p)], 1)


def test_the_error_is_the_hand_worked_one():
    # Four answers at 0.9 of which three are right, two at 0.6 of which none is.
    logits = two_class([0.9, 0.9, 0.9, 0.9, 0.6, 0.6])
    found = calibrations.calibration(logits, np.array([0, 0, 0, 1, 1, 1]))
    assert found["expected_calibration_error"] == pytest.approx(
        4 / 6 * abs(0.75 - 0.9) + 2 / 6 * abs(0 - 0.6)
    )
    assert found["accuracy"] == pytest.approx(0.5)
    assert found["right"]["count"] == 3
    assert found["right"]["mean_confidence"] == pytest.approx(0.9)
    assert found["wrong"]["mean_confidence"] == pytest.approx((0.9 + 0.6 + 0.6) / 3)
    assert found["wrong"]["low"] <= found["wrong"]["mean_confidence"] <= found["wrong"]["high"]


def test_a_bin_excludes_its_low_edge_and_includes_its_high_one():
    diagram = calibrations.reliability_diagram(two_class([0.75, 0.76]), np.zeros(2), bins=4)
    assert diagram["count"].tolist() == [0, 0, 1, 1]
    assert np.isnan(diagram["accuracy"].iloc[0])


def test_a_perfectly_calibrated_network_has_an_error_near_zero():
    generator = np.random.default_rng(0)
    sure = generator.uniform(0.5, 1, 50_000)
    labels = (generator.random(50_000) > sure).astype(int)
    found = calibrations.calibration(two_class(sure), labels)
    assert found["expected_calibration_error"] < 0.01
    overconfident = calibrations.calibration(20 * two_class(sure), labels)
    assert overconfident["expected_calibration_error"] > 0.2


def test_the_error_equals_an_independent_loop():
    generator = np.random.default_rng(1)
    logits = 3 * generator.normal(size=(500, 10))
    labels = generator.integers(0, 10, 500)
    probabilities = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    sure, right = probabilities.max(1), probabilities.argmax(1) == labels
    error = 0.0
    for k in range(15):
        inside = (sure > k / 15) & (sure <= (k + 1) / 15)
        if inside.any():
            error += inside.mean() * abs(right[inside].mean() - sure[inside].mean())
    found = calibrations.calibration(logits, labels)
    assert found["expected_calibration_error"] == pytest.approx(error)
    assert sum(row["count"] for row in found["bins"]) == 500


def test_logits_of_a_distilled_network_neither_overflow_nor_leave_json():
    logits = np.array([[0, 2000.0, -500], [1500.0, 0, 0]], np.float32)
    found = calibrations.calibration(logits, np.array([1, 0]))
    assert found["right"]["mean_confidence"] == 1.0
    assert found["wrong"] == {"count": 0, "mean_confidence": None, "low": None, "high": None}
    json.dumps(found, allow_nan=False)


def test_float32_confidences_are_told_apart_in_float64():
    """At a gap of 30 nats float32 says exactly 1."""
    _, sure = calibrations.confidence(np.array([[30.0, 0.0]], np.float32))
    assert 0 < 1 - sure[0] < 1e-12


def test_shapes_that_do_not_fit_are_an_error():
    with pytest.raises(ValueError, match=r"\(3, 2\) and \(2,\)"):
        calibrations.calibration(np.zeros((3, 2)), np.zeros(2))
    with pytest.raises(ValueError, match="at least one sample"):
        calibrations.calibration(np.zeros((0, 2)), np.zeros(0))
