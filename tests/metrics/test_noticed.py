"""The share of successes that was noticed: of all together, and only where they are many."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from core.metrics.noticed import pooled_share
from core.model.detection import Alarms
from core.model.migration import earlier_detection
from core.results.noticed import detected

few = settings(max_examples=30, deadline=None, derandomize=True, database=None)


def test_each_success_counts_once_whatever_input_it_is_of():
    """2 of 9 is 22 %, though two of seven inputs (29 %) were noticed; here four times as many."""
    successes = np.array([1, 1, 1, 1, 1, 2, 2] * 4)
    noticed = np.array([0, 0, 0, 0, 1, 1, 0] * 4)
    share, low, high = pooled_share(noticed, successes)
    assert share == pytest.approx(8 / 36)
    assert low < share < high


@pytest.mark.parametrize(("pairs", "given"), [(1, False), (29, False), (30, True), (31, True)])
def test_below_thirty_successes_no_share_is_given(pairs, given):
    found = pooled_share(np.zeros(pairs), np.ones(pairs))
    assert (found is not None) == given
    stored = Alarms(
        false_alarms=0.05,
        successes=[1] * pairs,
        noticed=[0] * pairs,
        bins=[{"low_edge": 0.0, "high_edge": 1.0, "pairs": pairs, "noticed": 0}],
    )
    made = detected(stored)
    assert (made["pairs"], made["samples"], made["noticed"]) == (pairs, pairs, 0)
    assert (made["detected"] is not None) == given
    assert (made["bins"][0]["detected"] is not None) == given


@given(st.integers(0, 10_000))
@few
def test_one_success_an_input_has_the_exact_interval(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(30, 200))
    noticed = rng.random(n) < rng.random()
    share, low, high = pooled_share(noticed, np.ones(n))
    exact = stats.binomtest(int(noticed.sum()), n).proportion_ci(0.95, method="exact")
    assert share == pytest.approx(noticed.mean())
    # At most as narrow as if all were independent, and hardly wider.
    assert low <= exact.low + 1e-9
    assert high >= exact.high - 1e-9
    assert high - low < 1.1 * (exact.high - exact.low) + 1e-9


def test_nine_targets_of_an_input_that_agree_say_no_more_than_one():
    rng = np.random.default_rng(3)
    each = (rng.random(60) < 0.4).astype(int)
    once, nine = pooled_share(each, np.ones(60)), pooled_share(9 * each, 9 * np.ones(60))
    assert nine[0] == pytest.approx(once[0])
    assert nine[2] - nine[1] == pytest.approx(once[2] - once[1], rel=0.05)


def test_an_earlier_average_over_inputs_is_no_share_of_successes():
    """Where each input has one success it is; else nothing is known but how many there are."""
    part = {"low_edge": 0.0, "high_edge": 1.0, "pairs": 40, "samples": 40, "detected": 0.25}
    part |= {"low": 0.1, "high": 0.4}
    row = {**part, "false_alarms": 0.05, "bins": [part, {**part, "samples": 30}]}
    read = earlier_detection(row)
    assert (read["noticed"], read["detected"]) == (10, 0.25)
    assert [one["noticed"] for one in read["bins"]] == [10, None]
    assert [one["detected"] for one in read["bins"]] == [0.25, None]
    assert earlier_detection(read) == read
    several = earlier_detection({**row, "samples": 12})
    assert (several["pairs"], several["noticed"], several["detected"]) == (40, None, None)
