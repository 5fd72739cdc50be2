"""Accuracy against the undefended network: input by input, seed by seed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from core.metrics.answers import packed, unpacked
from core.results.accuracy import change

few = settings(max_examples=30, deadline=None, derandomize=True, database=None)


@few
@given(st.lists(st.booleans(), min_size=1, max_size=70))
def test_answers_are_read_as_they_were_written(right):
    assert unpacked(packed(np.array(right)), len(right)).tolist() == right


@pytest.mark.parametrize("n", [1, 8, 17, 24])
def test_answers_to_other_inputs_are_refused(n):
    with pytest.raises(ValueError, match=f"answers to {n} inputs"):
        unpacked(packed(np.ones(12, bool)), n)


@few
@given(seed=st.integers(0, 10_000))
def test_only_inputs_that_one_network_alone_gets_right_make_a_difference(seed):
    rng = np.random.default_rng(seed)
    mine, theirs = rng.random((2, 500)) < np.array([[0.9], [0.95]])
    found = change(mine, theirs)
    assert found.difference == pytest.approx(mine.mean() - theirs.mean())
    assert found.gained - found.lost == int(mine.sum()) - int(theirs.sum())
    p = stats.chi2.sf((found.gained - found.lost) ** 2 / (found.gained + found.lost), 1)
    assert (found.low > 0 or found.high < 0) == (p < 0.05)


def test_two_networks_with_the_same_answers_differ_by_0_within_little():
    found = change(np.ones(10_000, bool), np.ones(10_000, bool))
    assert found.difference == 0
    assert 0 < found.high < 0.0004
    assert found.low == -found.high
