"""Words that an interval allows."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.metrics.intervals.words import decided, holm

few = settings(max_examples=60, deadline=None, derandomize=True, database=None)


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [
        (0.1, 0.3, "above"),
        (-0.3, -0.1, "below"),
        (-0.1, 0.1, "not decided"),
        (0.0, 0.2, "not decided"),
        (-0.2, 0.0, "not decided"),
    ],
)
def test_the_whole_interval_has_to_lie_on_one_side(low, high, word):
    assert decided(low, high, 0.0) == word


@pytest.mark.parametrize(
    ("error", "word"), [(0.0, "above"), (0.0099, "above"), (0.0101, "borderline")]
)
def test_an_end_within_ten_monte_carlo_errors_of_the_threshold_is_borderline(error, word):
    assert decided(0.1, 0.9, 0.0, error) == word
    assert decided(-0.9, -0.1, 0.0, error) == word.replace("above", "below")


def test_an_end_that_just_misses_the_threshold_is_borderline_too():
    assert decided(-0.05, 0.9, 0.0, 0.01) == "borderline"
    assert decided(-0.5, 0.9, 0.0, 0.01) == "not decided"


@pytest.mark.parametrize("wrong", [(1.0, 0.0, 0.0, 0.0), (0.0, 1.0, 0.0, -1.0)])
def test_what_is_no_interval_is_refused(wrong):
    with pytest.raises(ValueError, match="low <= high"):
        decided(*wrong)


def by_closure(p_values):
    """Holm is Bonferroni over every group of comparisons that one stands in."""
    numbers = range(len(p_values))
    return [
        max(
            min(1.0, size * min(p_values[i] for i in group))
            for size in range(1, len(p_values) + 1)
            for group in combinations(numbers, size)
            if mine in group
        )
        for mine in numbers
    ]


@few
@given(st.lists(st.floats(0, 1), max_size=7))
def test_holms_correction_is_the_closure_of_bonferronis(p_values):
    assert holm(p_values) == pytest.approx(by_closure(p_values))


def test_holm_by_hand():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan")])
def test_what_is_no_p_value_is_refused(value):
    with pytest.raises(ValueError, match="between 0 and 1"):
        holm([0.5, value])
