"""Quantiles far out: an effect without doubt has a p-value of nearly 0, never above 1."""

import numpy as np
import pytest
from scipy import stats

from core.metrics.intervals.paired import paired_shares
from core.metrics.intervals.quantiles import student_quantile


@pytest.mark.parametrize("freedom", [1, 2, 9, 99, 8837])
def test_a_quantile_of_hardly_any_probability_is_far_below_0(freedom):
    least = [float(student_quantile(p, freedom)) for p in (1e-3, 1e-12, 1e-30, 1e-300, 0.0)]
    assert least == sorted(least, reverse=True)
    assert max(least) < 0
    assert least[0] == pytest.approx(stats.t.ppf(1e-3, freedom))


@pytest.mark.parametrize("seeds", [1, 3])
@pytest.mark.parametrize("targets", [1, 9])
@pytest.mark.parametrize("samples", [20, 1_000])
def test_where_all_pairs_differ_the_p_value_is_one_and_small(samples, targets, seeds):
    every, none = np.ones((samples, seeds, 1)), np.zeros((samples, seeds, 1))
    # One sample apart, so that the samples vary.
    every[0] = 0.5
    (low,), (high,), (p,) = paired_shares(none, every, samples * targets * seeds)
    assert low < high < 0
    assert 0 <= p < 1e-4
