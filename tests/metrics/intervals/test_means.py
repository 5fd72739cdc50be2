"""Intervals of means, paired differences and gains, computed again by scipy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from core.metrics.intervals.bootstrap import Drawn, acceleration, draw_means, draws_for
from core.metrics.intervals.crossed import crossed
from core.metrics.intervals.estimates import gain_estimate, mean_estimate

few = settings(max_examples=10, deadline=None, derandomize=True, database=None)


def bca(values, level=0.95):
    """Of scipy, with draws of its own."""
    found = stats.bootstrap(
        *((values,), np.mean),
        n_resamples=9_999,
        confidence_level=level,
        method="BCa",
        rng=np.random.default_rng(7),
    )
    return found.confidence_interval


@few
@given(seed=st.integers(0, 10_000), n=st.integers(30, 150))
def test_the_bootstraps_ends_are_efrons(seed, n):
    values = np.random.default_rng(seed).gamma(1.5, size=n)[:, None]
    drawn = Drawn(draw_means(values), values.mean(0).round(12), acceleration(values))
    (low,), (high,), (error,) = drawn.ends(stats.norm.ppf(0.975))
    expected = bca(values[:, 0])
    width = expected.high - expected.low
    assert low == pytest.approx(expected.low, abs=0.05 * width)
    assert high == pytest.approx(expected.high, abs=0.07 * width)
    assert 0 < error < 0.05 * width


@few
@given(seed=st.integers(0, 10_000), n=st.integers(12, 150))
def test_a_mean_has_the_outer_of_the_bootstraps_and_students_ends(seed, n):
    """At Student's level: with 12 samples the bootstrap's own quantile is too narrow by a fifth."""
    values = np.random.default_rng(seed).gamma(1.5, size=n)
    found = mean_estimate(values, 0, 100)
    student = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    level = 2 * stats.norm.cdf(np.sqrt(n / (n - 1)) * stats.t.ppf(0.975, n - 1)) - 1
    drawn = bca(values, level)
    width = student.high - student.low
    assert found.value == pytest.approx(values.mean())
    assert found.low == pytest.approx(min(student.low, drawn.low), abs=0.04 * width)
    assert found.high == pytest.approx(max(student.high, drawn.high), abs=0.12 * width)
    assert found.low <= student.low + 1e-9
    assert found.high >= student.high - 1e-9


@few
@given(seed=st.integers(0, 10_000), shift=st.floats(0, 0.5))
def test_the_p_value_is_the_level_at_which_the_interval_ends_at_0(seed, shift):
    values = np.random.default_rng(seed).gamma(2.0, size=60) - 2 + shift
    found = mean_estimate(values, -50, 50)
    if abs(found.p - 0.05) > 0.01:
        assert (found.low > 0 or found.high < 0) == (found.p < 0.05)
    assert found.p >= stats.ttest_1samp(values, 0).pvalue - 1e-9


def test_far_from_0_the_p_value_does_not_stop_at_the_number_of_draws():
    values = np.random.default_rng(0).normal(1.0, 1.0, 100)
    expected = stats.ttest_1samp(values, 0).pvalue
    assert expected < 1e-12
    assert expected <= mean_estimate(values, -9, 9).p < 1e-8


@pytest.mark.parametrize("value", [0.0, 0.4, -0.4])
def test_where_all_agree_the_share_that_may_differ_bounds_the_mean(value):
    """0 of 100: at most 3.6 % of samples, each by at most the rest of the range; no width of 0."""
    found = mean_estimate(np.full(100, value), -1, 1)
    share = stats.binomtest(0, 100).proportion_ci(0.95, method="exact").high
    expected = (value - share * (value + 1), value + share * (1 - value))
    assert (found.low, found.high) == pytest.approx(expected, abs=1e-9)
    assert (found.p < 0.05) == (not found.low <= 0 <= found.high)
    assert found.error == 0


@pytest.mark.parametrize(("departing", "exact"), [(1, True), (4, True), (5, False)])
def test_up_to_four_samples_that_depart_do_not_show_how_they_vary(departing, exact):
    values = np.repeat([0.2, 0.1], [100 - departing, departing])
    found = mean_estimate(values, 0, 0.2)
    share = stats.binomtest(departing, 100).proportion_ci(0.95, method="exact").high
    assert (found.low == pytest.approx(0.2 - share * 0.2)) == exact


def test_one_sample_says_nothing_beyond_what_is_possible():
    found = mean_estimate(np.array([0.3]), 0, 1)
    assert found.low < 0.01
    assert found.high > 0.97


def by_parts(table):
    """Half of Student's interval of samples by seeds, each part at its own quantile."""
    n, seeds = table.shape
    samples = np.var(table.mean(1), ddof=1) / n * stats.t.ppf(0.975, n - 1) ** 2
    return np.sqrt(
        samples + np.var(table.mean(0), ddof=1) / seeds * stats.t.ppf(0.975, seeds - 1) ** 2
    )


@few
@given(seed=st.integers(0, 10_000), seeds=st.integers(2, 5))
def test_the_methods_interval_holds_the_luck_of_training(seed, seeds):
    rng = np.random.default_rng(seed)
    table = (
        rng.normal(5, 1, (50, 1)) + rng.normal(0, 0.5, (1, seeds)) + rng.normal(size=(50, seeds))
    )
    half = by_parts(table)
    assert crossed(table).half() == pytest.approx(half)
    found = mean_estimate(table, 0, 100)
    assert found.low <= max(table.mean() - half, 0) + 1e-9
    assert found.high >= table.mean() + half - 1e-9
    assert found.high - found.low < 2.8 * half


@few
@given(seed=st.integers(0, 10_000))
def test_the_p_value_with_seeds_is_where_the_parts_reach(seed):
    rng = np.random.default_rng(seed)
    table = rng.normal(1, 1, (40, 3)) + rng.normal(0, 0.3, (1, 3))
    n, seeds = table.shape

    def reach(p):
        samples = np.var(table.mean(1), ddof=1) / n * stats.t.ppf(p / 2, n - 1) ** 2
        return samples + np.var(table.mean(0), ddof=1) / seeds * stats.t.ppf(p / 2, seeds - 1) ** 2

    expected = optimize.brentq(lambda p: reach(p) - table.mean() ** 2, 1e-12, 1 - 1e-12)
    assert crossed(table).p_value(np.array([table.mean()])) == pytest.approx(expected, rel=1e-6)


def test_holes_leave_what_is_there():
    """A seed without some samples is compared on those that it has."""
    full = np.random.default_rng(2).normal(3, 1, (30, 1)) + np.array([[0.0, 0.5, 1.0]])
    holed = full.copy()
    holed[:15, 2] = np.nan
    found = crossed(holed)
    assert found.seeds == 3
    assert found.each[:15, 0] == pytest.approx(full[:15, :2].mean(1))
    assert found.of_seeds[0] > 0
    assert crossed(full).of_seeds == pytest.approx(np.var([0, 0.5, 1], ddof=1) / 3)


@few
@given(seed=st.integers(0, 10_000))
def test_a_gain_is_drawn_on_the_same_samples(seed):
    """Where both sides rise and fall together, their ratio hardly does."""
    rng = np.random.default_rng(seed)
    second = rng.gamma(3.0, size=80)
    first = second * rng.normal(1.5, 0.05, 80)
    found = gain_estimate(first, second, 0, 100)
    assert found.value == pytest.approx(first.mean() / second.mean() - 1)
    expected = stats.bootstrap(
        (first, second),
        lambda a, b, axis: a.mean(axis) / b.mean(axis) - 1,
        paired=True,
        vectorized=True,
        n_resamples=9_999,
        method="BCa",
        rng=np.random.default_rng(3),
    ).confidence_interval
    width = expected.high - expected.low
    assert found.low == pytest.approx(expected.low, abs=0.15 * width)
    assert found.high == pytest.approx(expected.high, abs=0.15 * width)
    assert found.p < 1e-6


def test_without_a_gain_the_interval_holds_0_and_with_a_large_one_not():
    rng = np.random.default_rng(1)
    second = rng.gamma(3.0, size=80)
    same, twice = second[::-1].copy(), 2 * second * rng.normal(1, 0.1, 80)
    none, large = (gain_estimate(one, second, 0, 100) for one in (same, twice))
    assert none.against(0) == "not decided"
    assert none.p > 0.9
    assert large.against(0.5) == "above"
    assert large.against(3) == "below"


def test_a_gain_over_nothing_is_none_and_over_nearly_nothing_has_no_upper_end():
    assert gain_estimate(np.ones(20), np.zeros(20), 0, 1) is None
    rare = np.r_[0.5, np.zeros(19)]
    assert gain_estimate(np.ones(20), rare, 0, 1).high == np.inf


def test_a_word_near_its_threshold_is_drawn_for_until_it_is_clear():
    values = np.random.default_rng(4).gamma(1.5, size=100)
    rough = mean_estimate(values, 0, 100)
    near = rough.high + 4 * rough.error
    assert rough.against(near) == "borderline"
    sure = mean_estimate(values, 0, 100, threshold=near)
    assert sure.error < 0.5 * rough.error
    assert mean_estimate(values, 0, 100, threshold=5.0) == rough


@pytest.mark.parametrize(("samples", "draws"), [(10, 40_000), (1_000, 40_000), (10_000, 4_000)])
def test_more_draws_stop_at_what_can_be_paid(samples, draws):
    assert draws_for(samples) == draws


def test_a_gain_of_a_side_that_agrees_on_every_sample_is_0_with_a_width():
    """At most 3.6 % of samples may differ, each by at most the range, over the other's mean."""
    same = np.random.default_rng(1).gamma(3.0, size=100).clip(0, 9)
    found = gain_estimate(same, same, 0, 9)
    share = stats.binomtest(0, 100).proportion_ci(0.95, method="exact").high
    reach = 9 * share / same.mean()
    assert (found.low, found.value, found.high) == pytest.approx((-reach, 0, reach))
    assert found.p == 1


@few
@given(seed=st.integers(0, 10_000), n=st.integers(12, 100))
def test_an_interval_of_values_turned_round_is_turned_round(seed, n):
    """Skewed to the left the bootstrap's lower end is the outer one."""
    values = np.random.default_rng(seed).gamma(1.5, size=n)
    right, left = mean_estimate(values, 0, 50), mean_estimate(50 - values, 0, 50)
    assert (left.low, left.high) == pytest.approx((50 - right.high, 50 - right.low), abs=1e-6)


@few
@given(seed=st.integers(0, 10_000), accelerated=st.floats(-0.1, 0.1), off=st.floats(-0.5, 0.5))
def test_the_ends_are_the_draws_at_efrons_levels(seed, accelerated, off):
    """Of a number whose draws are off to one side and change their spread with it."""
    draws = np.random.default_rng(seed).normal(size=(2_000, 1))
    drawn = Drawn(draws, np.array([off]), np.array([accelerated]))
    (low,), (high,), _ = drawn.ends(1.96)
    bias = stats.norm.ppf((draws < off).mean())
    for end, z in ((low, -1.96), (high, 1.96)):
        level = stats.norm.cdf(bias + (bias + z) / (1 - accelerated * (bias + z)))
        assert np.mean(draws < end) == pytest.approx(level, abs=0.002)
