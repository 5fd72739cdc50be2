"""The difference of two shares over the same cases, against likelihoods maximized by search."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from core.metrics.intervals.paired import mcnemar, paired_shares, tango

few = settings(max_examples=25, deadline=None, derandomize=True, database=None)
Z = stats.norm.ppf(0.975)


def score(only_first, only_second, n, difference):
    """The score statistic, the rarer kind's share found by maximizing the likelihood."""
    low = max(0.0, -difference)

    def against(second):
        parts = (second + difference, second, 1 - 2 * second - difference)
        counts = (only_first, only_second, n - only_first - only_second)
        with np.errstate(divide="ignore", invalid="ignore"):
            terms = [c * np.log(p) if c else 0.0 for c, p in zip(counts, parts, strict=True)]
        return -sum(terms)

    high = (1 - difference) / 2
    best = optimize.minimize_scalar(
        against, bounds=(low, high), method="bounded", options={"xatol": 1e-12}
    ).x
    variance = (2 * best + difference * (1 - difference)) / n
    return ((only_first - only_second) / n - difference) / np.sqrt(variance)


@few
@given(n=st.integers(8, 200), data=st.data())
def test_the_ends_are_where_the_score_passes_the_quantile(n, data):
    b = data.draw(st.integers(1, n // 2))
    c = data.draw(st.integers(1, (n - b) // 2 + 1))
    low, high = tango(b, c, n)
    assert -1 <= low < (b - c) / n < high <= 1
    assert score(b, c, n, low) == pytest.approx(Z, abs=1e-3)
    assert score(b, c, n, high) == pytest.approx(-Z, abs=1e-3)
    assert tango(c, b, n) == pytest.approx((-high, -low), abs=1e-9)


def test_two_sides_that_agree_on_every_case_differ_by_0_within_what_is_possible():
    """0 of 100 differ: the end is the quantile's square over itself and n, 3.7 %."""
    end = Z**2 / (100 + Z**2)
    assert tango(0, 0, 100) == pytest.approx((-end, end), abs=1e-9)
    assert end == pytest.approx(0.037, abs=0.0001)
    assert mcnemar(0, 0) == 1


@pytest.mark.parametrize(("b", "c", "n"), [(1, 0, 1), (0, 1, 1), (5, 0, 5), (0, 5, 5), (3, 2, 5)])
def test_where_every_case_differs_the_ends_stay_possible(b, c, n):
    low, high = tango(b, c, n)
    assert -1 <= low <= (b - c) / n <= high <= 1
    assert low < high


@few
@given(n=st.integers(2, 300), data=st.data())
def test_the_interval_leaves_out_0_where_mcnemars_test_does(n, data):
    b = data.draw(st.integers(0, n))
    c = data.draw(st.integers(0, n - b))
    low, high = tango(b, c, n)
    p = float(mcnemar(b, c))
    expected = stats.chi2.sf((b - c) ** 2 / (b + c), 1) if b + c else 1
    assert p == pytest.approx(expected, abs=1e-9)
    assert (low > 0 or high < 0) == (p < 0.05)


@pytest.mark.parametrize(("b", "c", "n"), [(1, 0, 0), (-1, 0, 5), (3, 3, 5)])
def test_more_differing_cases_than_there_are_is_refused(b, c, n):
    with pytest.raises(ValueError, match="a case or more"):
        tango(b, c, n)


def cells(first, second):
    """As `paired_shares` takes them, from `(samples, seeds, targets)` of yes and no."""
    both = [(one & ~other).mean(2)[..., None] for one, other in ((first, second), (second, first))]
    return [*both, first.size]


@few
@given(seed=st.integers(0, 10_000), n=st.integers(5, 150))
def test_one_yes_or_no_a_sample_is_tangos_interval(seed, n):
    rng = np.random.default_rng(seed)
    first, second = rng.random((2, n, 1, 1)) < rng.random((2, 1, 1, 1))
    (low,), (high,), (p,) = paired_shares(*cells(first, second))
    b, c = (first & ~second).sum(), (second & ~first).sum()
    assert (low, high) == pytest.approx(tango(b, c, n), abs=1e-9)
    assert p == pytest.approx(float(mcnemar(b, c)))


def test_pairs_that_say_the_same_within_a_sample_count_once():
    rng = np.random.default_rng(3)
    first, second = rng.random((2, 200, 1, 1)) < 0.5
    copied = [np.repeat(one, 9, axis=2) for one in (first, second)]
    alone, nine = paired_shares(*cells(first, second)), paired_shares(*cells(*copied))
    for one, other in zip(alone, nine, strict=True):
        assert other == pytest.approx(one, rel=0.05)


def test_independent_pairs_count_nearly_each():
    rng = np.random.default_rng(4)
    first, second = rng.random((2, 2_000, 1, 9)) < 0.5
    low, high, _ = paired_shares(*cells(first, second))
    b, c = (first & ~second).sum(), (second & ~first).sum()
    narrow = tango(b, c, first.size)
    assert high[0] - low[0] == pytest.approx(narrow[1] - narrow[0], rel=0.1)


def test_an_effect_of_one_seed_is_none_of_the_method():
    """One network falls by far more than the other two: with its seed alone that is certain."""
    rng = np.random.default_rng(5)
    second = np.ones((300, 3, 1), bool)
    first = second.copy()
    first[:, 0] = rng.random((300, 1)) < 0.6
    low, high, p = paired_shares(*cells(first, second))
    assert low[0] < 0 < high[0]
    assert p[0] > 0.3
    _, high, p = paired_shares(*cells(first[:, :1], second[:, :1]))
    assert high[0] < 0
    assert p[0] < 1e-6
