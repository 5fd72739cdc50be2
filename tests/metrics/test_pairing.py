"""What is paired by sample, computed again by hand on random tables."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from core.metrics import pairing, robustness
from core.metrics.intervals.paired import tango

few = settings(max_examples=6, deadline=None, derandomize=True, database=None)


def table(values, samples=None, seed=0, censored=False):
    """One row a (seed, sample) with a distance each."""
    samples = np.arange(len(values)) if samples is None else samples
    return pd.DataFrame(
        {
            "seed": seed,
            "sample": samples,
            "rho": values,
            "censored": np.broadcast_to(censored, len(values)),
        }
    )


def by_hand(first, second):
    """Values of the samples that both hold, sample by sample."""
    one, other = (dict(zip(each["sample"], each["rho"], strict=True)) for each in (first, second))
    return np.array([[one[s], other[s]] for s in sorted(one.keys() & other.keys())])


def difference(first, second, cap=1.0, most=1.0):
    return pairing.difference(first, second, "rho", cap, most)


@few
@given(seed=st.integers(0, 10_000))
def test_a_difference_is_of_the_same_sample_whatever_the_order_and_what_one_lacks(seed):
    rng = np.random.default_rng(seed)
    first = table(rng.random(50), rng.permutation(50))
    second = table(rng.random(60), rng.permutation(np.arange(10, 70)))
    found = difference(first, second)
    pairs = by_hand(first, second)
    values = pairs[:, 0] - pairs[:, 1]
    assert found.n == len(values) == 40
    assert found.difference == pytest.approx(values.mean())
    student = stats.ttest_1samp(values, 0).confidence_interval()
    near = 0.1 * (student.high - student.low)
    assert found.low == pytest.approx(student.low, abs=near)
    assert found.high == pytest.approx(student.high, abs=near)


@few
@given(seed=st.integers(0, 10_000))
def test_pairing_takes_out_what_differs_between_samples(seed):
    """Samples in another order: by place or by rank the shift of each would be lost."""
    rng = np.random.default_rng(seed)
    base, shift = rng.random(40), rng.uniform(0.01, 0.03, 40)
    first = table(base + shift).sample(frac=1, random_state=seed)
    found = difference(first, table(base), 2.0, 2.0)
    assert shift.min() < found.low < shift.mean() < found.high < shift.max()
    assert found.word == "above"


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("shift", "away"), [(0.01, False), (0.05, False), (0.2, True), (0.5, True)]
)
def test_the_word_is_that_of_the_interval(shift, away, sign):
    """The means are on one side of 0 in all; deviations of 0.5 over 64 samples, so ± 0.12."""
    values = sign * shift + np.tile([0.5, -0.5], 32)
    found = difference(table(1 + values), table(np.ones(64)), 3.0, 3.0)
    assert np.sign(found.difference) == sign
    assert (found.low > 0 or found.high < 0) == away
    assert found.word == ({1: "above", -1: "below"}[sign] if away else "not decided")


def test_where_no_sample_differs_the_share_that_may_bounds_the_difference():
    """30 samples agree: at most 11.6 % may differ, each by at most the budget."""
    same = table(np.linspace(0, 0.2, 30))
    found = difference(same, same, 0.2)
    share = stats.binomtest(0, 30).proportion_ci(method="exact").high
    assert (found.low, found.high) == pytest.approx((-0.2 * share, 0.2 * share))
    assert (found.difference, found.p, found.word) == (0, 1, "not decided")


@few
@given(seed=st.integers(0, 10_000))
def test_samples_that_were_not_moved_may_lie_anywhere_beyond_the_cap(seed):
    rng = np.random.default_rng(seed)
    stuck, held = rng.random((2, 60)) < 0.2
    first = table(np.where(stuck, 0.2, rng.uniform(0, 0.2, 60)), censored=stuck)
    second = table(np.where(held, 0.2, rng.uniform(0, 0.2, 60)), censored=held)
    found, ignored = (
        difference(first, second, 0.2),
        difference(table(first["rho"]), table(second["rho"]), 0.2),
    )
    assert (found.bounded, ignored.bounded) == (True, False)
    assert found.difference == pytest.approx(ignored.difference)
    far = [each["rho"].where(~each["censored"], 1.0) for each in (first, second)]
    least, most = (first["rho"] - far[1]).mean(), (far[0] - second["rho"]).mean()
    assert found.low < least < ignored.difference < most < found.high
    gain = pairing.gain(first, second, "rho", 0.2, 1.0)
    assert gain.low < first["rho"].mean() / far[1].mean() - 1
    assert gain.high > far[0].mean() / second["rho"].mean() - 1


def test_a_censored_side_that_is_surely_farther_is_still_told():
    """93 of 100 at a cap of 14 % against 2 %: wherever the 93 lie, it is farther."""
    stuck = np.arange(100) < 93
    rng = np.random.default_rng(0)
    first = table(np.where(stuck, 0.14, 0.05), censored=stuck)
    found = difference(first, table(rng.uniform(0.0, 0.04, 100)), 0.14)
    assert found.word == "above"
    assert found.high > 0.8
    assert difference(table(np.full(100, 0.14), censored=True), first, 0.14).word == "not decided"


@few
@given(seed=st.integers(0, 10_000))
def test_an_increase_draws_both_networks_together(seed):
    """Drawn apart, the interval would be several times as wide."""
    rng = np.random.default_rng(seed)
    values = rng.random(60)
    first = table(values * rng.uniform(1.4, 1.6, 60)).sample(frac=1, random_state=seed)
    first = pd.concat([first, table([50.0], [99])])  # of no use: the other lacks it
    found = pairing.gain(first, table(values), "rho", 2.0, 2.0)
    pairs = by_hand(first, table(values))
    assert len(pairs) == 60
    ratio = pairs[:, 0].mean() / pairs[:, 1].mean()
    assert found.value == pytest.approx(ratio - 1)
    error = np.std((pairs[:, 0] - ratio * pairs[:, 1]) / pairs[:, 1].mean(), ddof=1) / 60**0.5
    assert (found.high - found.low) / 2 == pytest.approx(stats.t.ppf(0.975, 59) * error, rel=0.1)


def reached(rng, seeds, samples=80, share=0.5):
    index = pd.MultiIndex.from_product(
        [seeds, range(samples), range(1)], names=["seed", "sample", "target"]
    )
    return pd.Series(rng.random(len(index)) < share, index=index)


@few
@given(seed=st.integers(0, 10_000))
def test_success_is_compared_pair_by_pair(seed):
    rng = np.random.default_rng(seed)
    first, second = reached(rng, [0]), reached(rng, [0], share=0.7)
    found = pairing.success_difference(first.sample(frac=1, random_state=seed), second[5:])
    only = [int((a & ~b)[5:].sum()) for a, b in ((first, second), (second, first))]
    assert found.n == 75
    assert found.difference == pytest.approx((only[0] - only[1]) / 75)
    assert (found.low, found.high) == pytest.approx(tango(*only, 75), abs=1e-9)


def test_networks_of_other_seeds_are_compared_by_what_their_seeds_average():
    rng = np.random.default_rng(1)
    first, second = reached(rng, [0, 1]), reached(rng, [2])
    found = pairing.success_difference(first, second)
    expected = first.groupby(level="sample").mean() - second.groupby(level="sample").mean()
    assert found.difference == pytest.approx(expected.mean())
    far = difference(table(np.full(30, 0.1), seed=0), table(np.full(30, 0.2), seed=7))
    assert far.difference == pytest.approx(-0.1)


def test_nothing_in_common_is_no_comparison():
    rng = np.random.default_rng(2)
    first, second = table(rng.random(5)), table(rng.random(5), np.arange(5, 10))
    assert difference(first, second) is None
    assert pairing.gain(first, second, "rho", 1.0, 1.0) is None
    assert pairing.success_difference(reached(rng, [0])[:10], reached(rng, [0])[10:]) is None


@few
@given(seed=st.integers(0, 10_000), seeds=st.integers(2, 5))
def test_networks_of_more_seeds_are_not_more_samples(seed, seeds):
    """Each seed finds the same of a sample: the interval is that of one seed alone."""
    rng = np.random.default_rng(seed)
    won, far = rng.random(50) < 0.8, rng.integers(1, 4, 50)
    rows = pd.DataFrame(
        {
            "sample": np.arange(50),
            "label": 1,
            "predicted_clean": 1,
            "success": won,
            "status": np.where(won, "success", "cap"),
            "iterations": 1,
            "l0": far,
            **dict.fromkeys(("l1", "l2", "linf"), far * 1.0),
        }
    )
    measure = robustness.Measure("l0", 4, 20)
    many = pd.concat([rows.assign(seed=one) for one in range(seeds)])
    alone, found = (robustness.summarize(one, measure) for one in (rows.assign(seed=0), many))
    assert found["samples"] == alone["samples"] == 50
    for key in ("rho", "rho_low", "rho_high", "success_rate"):
        assert found[key] == pytest.approx(alone[key])
    for key in ("success_low", "success_high"):
        assert found[key] == pytest.approx(alone[key], abs=0.01)
    values = np.where(won, far, 4) / 20
    student = stats.ttest_1samp(values, 0).confidence_interval()
    near = 0.1 * (student.high - student.low)
    assert found["rho_low"] == pytest.approx(student.low, abs=near)
    assert found["rho_high"] == pytest.approx(student.high, abs=near)


@few
@given(seed=st.integers(0, 10_000))
def test_the_upper_end_of_a_censored_mean_holds_wherever_its_samples_lie(seed):
    rng = np.random.default_rng(seed)
    won, far = rng.random(50) < 0.8, rng.integers(1, 4, 50)
    rows = pd.DataFrame(
        {
            "seed": 0,
            "sample": np.arange(50),
            "label": 1,
            "predicted_clean": 1,
            "success": won,
            "status": np.where(won, "success", "cap"),
            "iterations": 1,
            **dict.fromkeys(("l0", "l1", "l2", "linf"), far * 1.0),
        }
    )
    found = robustness.summarize(rows, robustness.Measure("l0", 4, 20))
    largest = np.where(won, far / 20, 1.0).mean()
    assert found["rho"] == pytest.approx(np.where(won, far / 20, 0.2).mean())
    assert found["rho_high"] < largest < found["rho_most"] <= 1
    sure = robustness.summarize(rows.assign(success=True), robustness.Measure("l0", 4, 20))
    assert sure["rho_most"] is None
