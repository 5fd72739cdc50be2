"""Limits, goal and draws: what every attack relies on."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import logsumexp

from core.attacks.engine import draws, goal
from core.attacks.engine.domain import domain, into_l2_ball, steepest
from core.attacks.engine.question import Limits

RNG = np.random.default_rng(0)


class TestGoal:
    Z = np.float32([[1, 5, 2], [4, 0, 3], [2, 2, 0]])

    def test_targeted_success_is_the_target_and_untargeted_success_is_any_other_class(self):
        predicted, target = np.array([0, 1, 2]), np.array([0, 0, 2])
        assert goal.reached(predicted, target, True).tolist() == [True, False, True]
        assert goal.reached(predicted, target, False).tolist() == [False, True, False]

    def test_the_margin_is_positive_where_the_goal_is_reached(self):
        target = np.array([1, 2, 0])
        np.testing.assert_array_equal(goal.margin(self.Z, target, True), [3, -1, 0])
        np.testing.assert_array_equal(goal.margin(self.Z, target, False), [-3, 1, 0])

    def test_log_odds_compare_with_all_other_classes_without_underflow(self):
        z = np.float32([[0, 500, 499]])
        expected = 0 - logsumexp([500, 499])
        np.testing.assert_allclose(goal.log_odds(z, np.array([0]), True), expected)
        np.testing.assert_allclose(goal.log_odds(z, np.array([0]), False), -expected)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32), st.floats(0, 2))
def test_the_linf_box_holds_exactly_and_reaches_the_surface(seed, eps):
    rng = np.random.default_rng(seed)
    low = rng.uniform(-1, 0, 6).astype(np.float32)
    high = rng.uniform(0, 1, 6).astype(np.float32)
    x = rng.uniform(low, high, (4, 6)).astype(np.float32).clip(low, high)
    mutable = rng.random(6) < 0.7
    lower, upper = domain(x, Limits(low, high, mutable)).linf_box(x, eps)
    assert (lower <= x).all()
    assert (x <= upper).all()
    for end in (lower, upper):
        assert ((end >= low) & (end <= high)).all()
        distance = np.abs(end.astype(np.float64) - x)
        assert (distance <= eps).all()
        np.testing.assert_array_equal(end[:, ~mutable], x[:, ~mutable])
        inside = mutable & (end != low) & (end != high)
        np.testing.assert_allclose(distance[inside], eps, atol=3e-7)


def test_points_outside_the_l2_ball_come_back_along_the_straight_line():
    x = np.float32([[0, 0], [1, 1], [0, 0]])
    points = np.float32([[3, 4], [1, 1.5], [0, 0]])
    np.testing.assert_allclose(into_l2_ball(points, x, 1.0), [[0.6, 0.8], [1, 1.5], [0, 0]])


def test_the_steepest_direction_has_length_one_even_where_squares_underflow():
    gradient = np.float32([[3e-30, -4e-30], [0, 0], [30, 40]])
    np.testing.assert_allclose(
        steepest(gradient, "l2"), [[0.6, -0.8], [0, 0], [0.6, 0.8]], rtol=1e-6
    )
    np.testing.assert_array_equal(steepest(gradient, "linf"), [[1, -1], [0, 0], [1, 1]])


class TestDraws:
    def test_streams_differ_by_seed_sample_and_target_and_repeat(self):
        first = [
            draws.stream(*key).random() for key in [(0, 1, 2), (1, 1, 2), (0, 2, 2), (0, 1, 3)]
        ]
        assert len(set(first)) == 4
        assert draws.stream(0, 1, 2).random() == first[0]

    @pytest.mark.parametrize("norm", ["linf", "l2"])
    def test_draws_fill_the_ball_over_the_mutable_features(self, norm):
        mutable = np.array([True, False, True, True])
        delta = np.array([draws.in_ball(RNG, mutable, norm, 0.5) for _ in range(4000)])
        assert not delta[:, 1].any()
        radius = np.abs(delta).max(1) if norm == "linf" else np.linalg.norm(delta, axis=1)
        assert radius.max() <= 0.5 + 1e-6
        # In three dimensions half of the volume lies within 0.5 ** (1 / 3) of the radius.
        assert np.mean(radius < 0.5 * 0.5 ** (1 / 3)) == pytest.approx(0.5, abs=0.03)
        np.testing.assert_allclose(delta.mean(0), 0, atol=0.02)

    def test_nothing_mutable_draws_nothing(self):
        for norm in ("linf", "l2"):
            assert not draws.in_ball(RNG, np.zeros(3, bool), norm, 1.0).any()
