"""Features that take spaced values only: every result lies on a value that they can take."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.attacks.engine.whole_steps import on_steps


def anything(points, pairs):
    return np.ones(len(points), bool)


def nothing(points, pairs):
    return np.zeros(len(points), bool)


def moved(original, adversarial, step, succeeds=anything, within=anything, low=0.0, high=10.0):
    original, adversarial = (np.array([row], np.float32) for row in (original, adversarial))
    n = original.shape[1]
    limits = (np.full(n, low, np.float32), np.full(n, high, np.float32))
    return on_steps(original, adversarial, *limits, np.float32(step), succeeds, within)[0].tolist()


def test_the_nearest_value_is_taken_where_it_succeeds():
    assert moved([3, 3], [4.4, 4.6], [1, 1]) == [4, 5]


def test_a_continuous_feature_stays_where_the_attack_left_it():
    assert moved([3, 3], [4.25, 4.6], [0, 1]) == [4.25, 5]


def test_an_unchanged_feature_stays_exactly_what_it_was():
    third = np.float32(1 / 3)
    assert moved([third, 3], [third, 4.6], [1, 1])[0] == third


def test_away_from_the_original_is_tried_when_the_nearest_value_fails():
    def succeeds(points, pairs):
        return points[:, 0] >= 5

    assert moved([3], [4.4], [1], succeeds) == [5]


def test_a_budget_that_away_would_break_is_kept():
    def within(points, pairs):
        return np.abs(points[:, 0] - 3) <= 1

    def succeeds(points, pairs):
        return points[:, 0] >= 5

    assert moved([3], [4.4], [1], succeeds, within) == [4]


def test_where_nothing_succeeds_the_smaller_change_is_left():
    assert moved([3, 3], [4.6, 1.4], [1, 1], nothing) == [4, 2]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_results_lie_on_the_grid_and_within_the_bounds(data):
    n = data.draw(st.integers(1, 6))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**31)))
    step = rng.choice([0, 0.25, 1, 3], n).astype(np.float32)
    low = rng.integers(-3, 1, n).astype(np.float32)
    high = low + rng.integers(4, 9, n).astype(np.float32)
    spacing = np.where(step > 0, step, 1)
    places = np.floor((high - low) / spacing)
    original = (low + spacing * np.floor(rng.random((5, n)) * (places + 1))).astype(np.float32)
    adversarial = (low + (high - low) * rng.random((5, n))).astype(np.float32)
    chosen = rng.random(5) < 0.5

    def succeeds(points, pairs):
        return chosen[pairs]

    found = on_steps(original, adversarial, low, high, step, succeeds, anything)
    stepped = step > 0
    offsets = (found - original)[:, stepped] / step[stepped]
    assert np.array_equal(offsets, np.round(offsets))
    assert ((found >= low) & (found <= high)).all()
    assert np.array_equal(found[:, ~stepped], adversarial[:, ~stepped])
