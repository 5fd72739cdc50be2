"""Gradient amplitudes by powers of ten, against exact arithmetic."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.special import log_softmax

from core.metrics import amplitudes


def linear(logits, weights):
    """log F and max over features of |d log F / dx| of z = W x, at the given logits."""
    log_probability = log_softmax(np.asarray(logits, np.float64), -1)
    probability = np.exp(log_probability)
    gradient = weights[None] - (probability @ weights)[:, None]
    return log_probability, np.abs(gradient).max(-1)


def test_an_amplitude_is_f_times_the_slope_of_log_f():
    log_probability = np.log(np.array([[0.9, 0.09, 0.01]]))
    slope = np.array([[7.0, 2.0, 30.0]])
    assert amplitudes.amplitudes(log_probability, slope)[0] == pytest.approx(np.log10(0.3))


def test_amplitudes_equal_the_gradient_of_the_softmax_where_it_can_be_computed():
    generator = np.random.default_rng(0)
    weights = generator.normal(size=(4, 6))
    logits = generator.normal(size=(5, 4))
    log_probability, slope = linear(logits, weights)
    step = 1e-6
    largest = []
    for z in logits:
        f = lambda z: np.exp(log_softmax(z))  # noqa: E731
        jacobian = np.stack(
            [(f(z + step * weights[:, i]) - f(z - step * weights[:, i])) / (2 * step)
             for i in range(6)], 1,
        )  # fmt: skip
        jacobian[z.argmax()] = 0
        largest.append(np.abs(jacobian).max())
    found = amplitudes.amplitudes(log_probability, slope)
    assert 10**found == pytest.approx(largest, rel=1e-5)


def test_no_amplitude_underflows():
    """A gap of 2,000 nats: the probability is 0 in every float there is, its power of ten not."""
    found = amplitudes.amplitudes(np.array([[0.0, -2000.0]]), np.array([[0.0, 10.0]]))
    exact = -2000 * Fraction(np.log10(np.e)) + 1
    assert found[0] == pytest.approx(float(exact))


def test_the_predicted_class_adds_nothing():
    found = amplitudes.amplitudes(np.array([[0.0, -50.0]]), np.array([[1e6, 1.0]]))
    assert found[0] == pytest.approx(-50 / np.log(10))


@pytest.mark.parametrize(
    ("gap", "flushed", "kept"),
    [(80, False, False), (88, True, False), (103, True, False), (105, True, True)],
)
def test_float32_is_zero_at_the_gaps_that_numpy_says(gap, flushed, kept):
    log_probability = np.array([[0.0, -gap]], float)
    slope = np.array([[0.0, 1.0]])
    assert amplitudes.zero_in_float32(log_probability, slope, True)[0] == flushed
    assert amplitudes.zero_in_float32(log_probability, slope, False)[0] == kept
    # numpy keeps denormals.
    assert (np.exp(np.float32(-gap)) == 0) == kept


def test_a_steep_slope_does_not_save_a_probability_that_is_zero():
    assert amplitudes.zero_in_float32(np.array([[0.0, -110.0]]), np.array([[0.0, 1e30]]))[0]


def test_one_wrong_class_with_a_gradient_is_enough():
    log_probability, slope = np.array([[0.0, -300.0, -20.0]]), np.ones((1, 3))
    assert not amplitudes.zero_in_float32(log_probability, slope)[0]


def test_the_histogram_counts_every_sample_once():
    values = np.array([-np.inf, -400.0, -45.0, -3.2, -3.0, -0.5, 0.0, 1.7])
    table = amplitudes.amplitude_histogram(values)
    assert table["count"].sum() == len(values)
    assert table["share"].sum() == pytest.approx(1)
    count = dict(zip(table["low_power"], table["count"], strict=True))
    assert count[-np.inf] == 2
    assert (count[-45], count[-4], count[-3], count[-1], count[0], count[1]) == (1,) * 6
    assert ((table["share_low"] <= table["share"]) & (table["share"] <= table["share_high"])).all()


def test_a_histogram_of_zero_gradients_only_is_its_open_bin():
    table = amplitudes.amplitude_histogram(np.full(4, -np.inf))
    assert table["share"].iloc[0] == 1
    assert table["count"].sum() == 4


def test_bad_input_is_an_error():
    with pytest.raises(ValueError, match="NaN"):
        amplitudes.amplitude_histogram(np.array([np.nan]))
    with pytest.raises(ValueError, match=r"\(2, 3\) and \(2, 2\)"):
        amplitudes.amplitudes(np.zeros((2, 3)), np.zeros((2, 2)))
