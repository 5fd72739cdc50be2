"""What is paired by sample, computed again by hand on random tables."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.metrics import robustness
from core.metrics.statistics import wilson

few = settings(max_examples=6, deadline=None, derandomize=True, database=None)


def table(rng, samples, metric="rho"):
    """One value a sample, in any order of samples."""
    order = rng.permutation(samples)
    return pd.DataFrame({metric: rng.random(len(order))}, index=pd.Index(order, name="sample"))


def by_hand(first, second):
    """Values of the samples that both hold, sample by sample."""
    one, other = dict(first.items()), dict(second.items())
    return np.array([[one[s], other[s]] for s in sorted(one.keys() & other.keys())])


def drawn_again(pairs, statistic, draws=4_000):
    """95 % of a statistic of samples drawn again, both values of a sample together."""
    rng = np.random.default_rng(11)
    chosen = rng.integers(len(pairs), size=(draws, len(pairs)))
    return np.quantile([statistic(pairs[rows]) for rows in chosen], [0.025, 0.975])


@few
@given(seed=st.integers(0, 10_000))
def test_a_difference_is_of_the_same_sample_whatever_the_order_and_what_one_lacks(seed):
    rng = np.random.default_rng(seed)
    first, second = table(rng, np.arange(0, 50)), table(rng, np.arange(10, 70))
    found = robustness.paired_difference(first, second, "rho", 1.0)
    pairs = by_hand(first["rho"], second["rho"])
    assert found["n"] == len(pairs) == 40
    assert found["difference"] == pytest.approx((pairs[:, 0] - pairs[:, 1]).mean())
    low, high = drawn_again(pairs, lambda some: (some[:, 0] - some[:, 1]).mean())
    near = 0.08 * (high - low)
    assert found["low"] == pytest.approx(low, abs=near)
    assert found["high"] == pytest.approx(high, abs=near)


@few
@given(seed=st.integers(0, 10_000))
def test_pairing_takes_out_what_differs_between_samples(seed):
    """Samples in another order: by place or by rank the shift of each would be lost."""
    rng = np.random.default_rng(seed)
    base = pd.Series(rng.random(40), index=pd.RangeIndex(40, name="sample"))
    shift = rng.uniform(0.01, 0.03, 40)
    first = pd.DataFrame({"rho": base + shift}).sample(frac=1, random_state=seed)
    found = robustness.paired_difference(first, pd.DataFrame({"rho": base}), "rho", 2.0)
    assert shift.min() < found["low"] < shift.mean() < found["high"] < shift.max()


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("shift", "detected"), [(0.01, False), (0.05, False), (0.2, True), (0.5, True)]
)
def test_a_difference_is_detected_when_its_interval_leaves_out_0(shift, detected, sign):
    """The means are on one side of 0 in all; deviations of 0.5 over 64 samples, so ± 0.12."""
    values = sign * shift + np.tile([0.5, -0.5], 32)
    first = pd.DataFrame({"success_rate": values})
    found = robustness.paired_difference(first, 0 * first, "success_rate", 1.0)
    assert np.sign(found["difference"]) == sign
    assert (found["low"] > 0 or found["high"] < 0) == detected
    assert found["detected"] is detected


def test_where_no_sample_differs_the_interval_reaches_to_both_sides():
    same = pd.DataFrame({"rho": np.linspace(0, 0.2, 30)})
    found = robustness.paired_difference(same, same, "rho", 0.2)
    low, high = wilson(0.5, 30)
    assert (found["low"], found["high"]) == pytest.approx((0.4 * low - 0.2, 0.4 * high - 0.2))
    assert found["low"] == pytest.approx(-found["high"])
    assert not found["detected"]


@few
@given(seed=st.integers(0, 10_000))
def test_an_increase_draws_both_networks_together(seed):
    """Drawn apart, the interval would be several times as wide."""
    rng = np.random.default_rng(seed)
    second = table(rng, np.arange(60))["rho"]
    first = (second * rng.uniform(1.4, 1.6, 60)).sample(frac=1, random_state=seed)
    first = pd.concat([first, pd.Series([50.0], index=[99])])  # of no use: the other lacks it
    increase, low, high = robustness.relative_increase(first, second)
    pairs = by_hand(first, second)
    assert len(pairs) == 60
    assert increase == pytest.approx(pairs[:, 0].mean() / pairs[:, 1].mean() - 1)
    expected = drawn_again(pairs, lambda some: some[:, 0].mean() / some[:, 1].mean() - 1)
    width = expected[1] - expected[0]
    assert (low, high) == pytest.approx(tuple(expected), abs=0.1 * width)
    assert width < 0.1


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
    for key in ("rho", "rho_low", "rho_high", "success_rate", "success_low", "success_high"):
        assert found[key] == pytest.approx(alone[key])
    values = np.where(won, far, 4) / 20
    low, high = drawn_again(values[:, None], np.mean)
    near = 0.08 * (high - low)
    assert (found["rho_low"], found["rho_high"]) == pytest.approx((low, high), abs=near)
