"""A detector notices what leaves the data, and cries wolf as often as it is allowed to."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from core.metrics import detection
from core.metrics.intervals.exact import clopper_pearson


@pytest.fixture(scope="module")
def digits():
    x = load_digits().images.astype(np.float32) / 16
    order = np.random.default_rng(0).permutation(len(x))
    return x[order[:1000]], x[order[1000:1400]], x[order[1400:]]


def test_at_most_five_percent_of_held_out_inputs_raise_an_alarm(digits):
    train, clean, fresh = digits
    fitted = detection.detector(train)
    threshold = detection.alarm_threshold(fitted, clean)
    assert (fitted.score(clean) < threshold).sum() == 20
    # A sample never seen by either: 5 % up to chance.
    alarms = (fitted.score(fresh) < threshold).sum()
    low, high = clopper_pearson(int(alarms), len(fresh))
    assert low < 0.05 < high


def test_the_threshold_is_not_taken_from_the_training_set(digits):
    """The training set fits itself too well: its own 5 % would alarm more often on held-out."""
    train, clean, _ = digits
    fitted = detection.detector(train)
    assert detection.alarm_threshold(fitted, clean) < np.quantile(fitted.score(train), 0.05)


def test_more_distortion_is_noticed_more_often(digits):
    train, clean, fresh = digits
    fitted = detection.detector(train)
    generator = np.random.default_rng(1)
    rates = []
    for size in (0.01, 0.2, 0.6):
        noise = generator.choice([-1, 1], size=fresh.shape)
        raised, false_alarms = detection.alarms(fitted, clean, np.clip(fresh + size * noise, 0, 1))
        assert false_alarms == 0.05
        rates.append(raised.mean())
    assert rates == sorted(rates)
    assert rates[0] < 0.12
    assert rates[-1] > 0.95


def test_the_score_is_the_gaussian_likelihood_of_the_model(digits):
    """Against the density of the fitted covariance, computed without scikit-learn."""
    train, clean, _ = digits
    fitted = detection.detector(train)
    covariance = fitted.pca.get_covariance()
    delta = clean[:20].reshape(20, -1) - train.reshape(len(train), -1).mean(0)
    _, logdet = np.linalg.slogdet(covariance)
    mahalanobis = (delta * np.linalg.solve(covariance, delta.T).T).sum(1)
    expected = -0.5 * (mahalanobis + logdet + 64 * np.log(2 * np.pi))
    assert fitted.score(clean[:20]) == pytest.approx(expected, rel=1e-6)


def test_a_table_is_judged_in_units_of_its_own_features():
    generator = np.random.default_rng(2)
    base = generator.normal(size=(600, 6)) * [1e4, 1, 1, 1, 1, 1e-3]
    moved = base[500:].copy()
    moved[:, 5] += 0.02
    rates = [
        detection.alarms(detection.detector(base[:400], standardize=each), base[400:500], moved)[
            0
        ].mean()
        for each in (True, False)
    ]
    assert rates[0] > 0.95
    assert rates[1] < 0.3


def test_at_most_five_thousand_inputs_are_fitted_and_always_the_same():
    x = np.random.default_rng(3).random((6000, 5))
    first, second = detection.detector(x), detection.detector(x)
    assert first.fitted_on == 5000
    assert np.array_equal(first.score(x[:9]), second.score(x[:9]))


def test_too_little_to_judge_is_an_error(digits):
    train, clean, _ = digits
    fitted = detection.detector(train)
    with pytest.raises(ValueError, match="at least 20 are needed"):
        detection.alarm_threshold(fitted, clean[:19])
    with pytest.raises(ValueError, match="at least 20 training inputs"):
        detection.detector(train[:10])
    with pytest.raises(ValueError, match="vary independently"):
        detection.detector(np.ones((30, 4)))


def test_a_distortion_outside_the_edges_is_in_no_bin():
    edges = np.array([1.0, 2.0, 3.0])
    found = detection.bins(np.array([0.5, 1.0, 1.9, 2.0, 3.0, 3.1]), edges)
    assert found.tolist() == [-1, 0, 0, 1, 1, -1]
