"""Intervals of shares: the exact one, and the exact one at an effective size."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from core.metrics.intervals.exact import clopper_pearson
from core.metrics.intervals.shares import share_interval, share_intervals

few = settings(max_examples=25, deadline=None, derandomize=True, database=None)


def exact(hits, n):
    found = stats.binomtest(hits, n).proportion_ci(0.95, method="exact")
    return pytest.approx((found.low, found.high), abs=1e-9)


@few
@given(n=st.integers(1, 2_000), data=st.data())
def test_one_yes_or_no_a_sample_has_the_exact_interval(n, data):
    hits = data.draw(st.integers(0, n))
    assert clopper_pearson(hits, n) == exact(hits, n)
    answers = np.repeat([1.0, 0.0], [hits, n - hits])[:, None]
    assert share_interval(answers, n) == exact(hits, n)


@pytest.mark.parametrize(("hits", "n"), [(0, 1), (1, 1), (0, 100), (100, 100), (1, 100), (98, 100)])
def test_the_exact_interval_at_its_edges(hits, n):
    assert clopper_pearson(hits, n) == exact(hits, n)


def test_more_successes_never_lower_an_end():
    """1 of 100 printed an upper end under that of 0 of 100 once."""
    ends = np.array([clopper_pearson(hits, 100) for hits in range(101)])
    assert (np.diff(ends, axis=0) > 0).all()


@pytest.mark.parametrize(("hits", "n"), [(1, 0), (-1, 5), (6, 5), (float("nan"), 5)])
def test_what_is_no_share_is_refused(hits, n):
    with pytest.raises(ValueError, match="at least one case"):
        clopper_pearson(hits, n)


@few
@given(seed=st.integers(0, 10_000), n=st.integers(15, 120), targets=st.integers(2, 9))
def test_correlated_pairs_have_the_exact_interval_at_the_effective_size(seed, n, targets):
    """Computed again from the ratio of the variances, pair by pair."""
    rng = np.random.default_rng(seed)
    pairs = rng.random((n, targets)) < rng.beta(1.0, 2.0, (n, 1))
    cells, share = pairs.mean(1), pairs.mean()
    by_cluster = np.var(cells, ddof=1) / n
    if not by_cluster or share in (0, 1):
        return
    wider = stats.t.ppf(0.975, n - 1) / stats.t.ppf(0.975, n * targets - 1)
    effect = max(by_cluster / (share * (1 - share) / (n * targets)) * wider**2, 1)
    differ = min((pairs.sum(1) > 0).sum(), (pairs.sum(1) < targets).sum())
    size = n * targets / ((differ * effect + targets) / (differ + 1))
    expected = (
        stats.beta.ppf(0.025, share * size, (1 - share) * size + 1),
        stats.beta.ppf(0.975, share * size + 1, (1 - share) * size),
    )
    assert share_interval(cells[:, None], n * targets) == pytest.approx(expected, rel=1e-6)


def test_pairs_that_say_the_same_within_a_sample_count_once():
    """9 copies of one answer are one answer; 9 independent ones are nearly nine."""
    answers = np.repeat([1.0, 0.0], [30, 70])[:, None]
    assert share_interval(answers, 900) == pytest.approx(clopper_pearson(30, 100), abs=0.003)
    rng = np.random.default_rng(0)
    free = rng.random((2_000, 9)) < 0.3
    low, high = share_interval(free.mean(1)[:, None], 18_000)
    alone = clopper_pearson(free.sum(), 18_000)
    assert high - low == pytest.approx(alone[1] - alone[0], rel=0.1)


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_where_all_pairs_agree_the_samples_are_counted(value):
    """900 pairs of 100 samples that all fail say what 100 samples say."""
    assert share_interval(np.full((100, 1), value), 900) == exact(int(100 * value), 100)


def test_where_every_sample_has_the_same_share_the_samples_are_counted():
    """Nothing varies, which says nothing of how alike pairs are: 44.4 of 100, not 400 of 900."""
    found = share_interval(np.full((100, 1), 4 / 9), 900)
    assert found == pytest.approx(clopper_pearson(400 / 9, 100))


def test_where_few_samples_differ_their_likeness_is_not_taken_for_known():
    """One pair of 900 says nearly as little as none of 100 samples, and not as much as 1 of 900."""
    cells = np.zeros((100, 1))
    cells[0] = 1 / 9
    assert clopper_pearson(1, 900)[1] < 0.0065
    assert 0.015 < share_interval(cells, 900)[1] < clopper_pearson(0, 100)[1]


@few
@given(seed=st.integers(0, 10_000))
def test_seeds_that_differ_widen_the_interval_of_the_method(seed):
    rng = np.random.default_rng(seed)
    one = (rng.random((200, 1)) < 0.4).astype(float)
    alike = share_interval(np.repeat(one, 3, axis=1), 600)
    assert alike == pytest.approx(share_interval(one, 600), rel=1e-9)
    far = np.hstack([one, one, np.maximum(one, rng.random((200, 1)) < 0.5)])
    low, high = share_interval(far, 600)
    assert high - low > 3 * (alike[1] - alike[0])


def test_columns_are_computed_as_if_alone():
    cells = np.random.default_rng(1).integers(0, 10, (40, 3, 5)) / 9
    low, high = share_intervals(cells, 1_080)
    for column in range(5):
        alone = share_interval(cells[..., column], 1_080)
        assert alone == pytest.approx((low[column], high[column]))


def test_no_sample_has_no_interval():
    with pytest.raises(ValueError, match="at least one sample"):
        share_interval(np.zeros((0, 1)), 0)
    with pytest.raises(ValueError, match="some seed"):
        share_interval(np.array([[0.5, np.nan], [np.nan, np.nan]]), 4)
