"""The median of distances of which some lie beyond what was searched."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from core.metrics.intervals.median import median


def order_statistics(values):
    """By other code: the exact interval of a median, from the binomial distribution."""
    ordered, n = np.sort(values), len(values)
    # The largest l with P(B < l) <= 2.5 %, and its mirror.
    low = int(stats.binom.ppf(0.025, n, 0.5))
    low = low if stats.binom.cdf(low - 1, n, 0.5) <= 0.025 else low - 1
    return ordered[low - 1] if low >= 1 else None, ordered[n - low] if low >= 1 else None


@pytest.mark.parametrize("n", [11, 40, 97, 300])
def test_of_distances_that_all_are_known_it_is_the_exact_one_by_order_statistics(n):
    values = np.random.default_rng(n).lognormal(0, 1, n)
    found = median(values[:, None])
    assert found.value == np.sort(values)[(n - 1) // 2]
    low, high = order_statistics(values)
    ranks = np.searchsorted(np.sort(values), [found.low, low, found.high, high])
    assert abs(ranks[0] - ranks[1]) <= 1
    assert abs(ranks[2] - ranks[3]) <= 1


def test_half_of_the_samples_lie_within_it_and_fewer_within_anything_less():
    cells = np.array([[1.0], [2.0], [3.0], [np.inf]])
    assert median(cells).value == 2.0
    assert median(np.array([[1.0], [np.inf]])).value == 1.0
    assert median(np.array([[1.0], [np.inf], [np.inf]])).value is None


def test_where_it_lies_beyond_what_was_searched_its_lower_end_may_be_known():
    cells = np.where(np.arange(100) < 45, np.arange(100.0), np.inf)[:, None]
    found = median(cells)
    assert (found.value, found.high) == (None, None)
    assert found.low is not None
    nothing = median(np.full((10, 1), np.inf))
    assert (nothing.value, nothing.low, nothing.high) == (None, None, None)


def test_it_covers_the_true_median_as_often_as_it_says():
    draw = np.random.default_rng(7)
    held = 0
    for _ in range(400):
        values = draw.lognormal(0, 0.8, 60)
        values[values > 1.6] = np.inf
        found = median(values[:, None])
        held += found.low <= 1.0 and (found.high is None or found.high >= 1.0)
    assert held / 400 >= 0.93


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 10) | st.just(float("inf")), min_size=1, max_size=40))
def test_its_ends_lie_around_it_and_nothing_finite_is_made_of_what_is_not(values):
    found = median(np.array(values)[:, None])
    far = [np.inf if one is None else one for one in (found.low, found.value, found.high)]
    assert far == sorted(far)
    assert all(one in values for one in far if np.isfinite(one))


def test_seeds_of_one_sample_are_averaged_and_a_median_needs_a_sample():
    cells = np.array([[1.0, 5.0], [1.0, np.nan], [5.0, 5.0]])
    assert median(cells).value == 1.0
    with pytest.raises(ValueError, match="at least one sample"):
        median(np.full((3, 1), np.nan))
