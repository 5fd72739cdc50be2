"""Intervals, computed again by other code on random tables."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from core.metrics.statistics import draw_means, mean_interval, mean_intervals, wilson

few = settings(max_examples=8, deadline=None, derandomize=True, database=None)


def by_scipy(values):
    """The percentile bootstrap of the mean, of other draws."""
    found = stats.bootstrap(
        (values,), np.mean, n_resamples=9_999, method="percentile", rng=np.random.default_rng(7)
    )
    return found.confidence_interval


@few
@given(seed=st.integers(0, 10_000), n=st.integers(20, 150))
def test_the_interval_of_a_mean_is_the_percentile_bootstrap_at_95_percent(seed, n):
    """At 90 % it would be narrower by a sixth; draws make a difference of a few percent."""
    values = np.random.default_rng(seed).gamma(1.5, size=n)
    low, high = mean_interval(values, 0, 100)
    expected = by_scipy(values)
    width = expected.high - expected.low
    assert low == pytest.approx(expected.low, abs=0.06 * width)
    assert high == pytest.approx(expected.high, abs=0.06 * width)
    assert high - low == pytest.approx(width, rel=0.08)
    assert mean_intervals(values[:, None], 0, 100)[0] == pytest.approx((low, high))


@few
@given(seed=st.integers(0, 10_000))
def test_a_draw_is_as_many_samples_as_there_are_with_replacement(seed):
    """Its mean spreads around the mean of the samples by their deviation over sqrt(n)."""
    values = np.random.default_rng(seed).random((60, 2))
    drawn = draw_means(values)
    assert drawn.shape == (2_000, 2)
    expected = values.std(axis=0) / np.sqrt(60)
    assert drawn.std(axis=0) == pytest.approx(expected, rel=0.08)
    assert drawn.mean(axis=0) == pytest.approx(values.mean(axis=0), abs=0.1 * expected.max())
    # Columns of one draw hold the same samples.
    assert (draw_means(np.hstack([values, values]))[:, 2:] == drawn).all()


@few
@given(n=st.integers(1, 400), data=st.data())
def test_wilsons_interval_is_scipys(n, data):
    k = data.draw(st.integers(0, n))
    expected = stats.binomtest(k, n).proportion_ci(0.95, method="wilson")
    assert wilson(k / n, n) == pytest.approx((expected.low, expected.high), abs=1e-9)


@pytest.mark.parametrize(("value", "least", "most"), [(0.0, -0.3, 0.3), (0.1, -0.2, 0.2)])
def test_where_all_agree_wilsons_interval_is_stretched_to_what_is_possible(value, least, most):
    n = 20
    k = round((value - least) / (most - least) * n)
    expected = stats.binomtest(k, n).proportion_ci(0.95, method="wilson")
    found = mean_interval(np.full(n, value), least, most)
    stretched = [least + end * (most - least) for end in (expected.low, expected.high)]
    assert found == pytest.approx(stretched, abs=1e-9)
