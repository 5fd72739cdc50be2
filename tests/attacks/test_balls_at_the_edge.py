"""Balls around samples that stand at the end of their range, and what lies inside of a ball."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.attacks.engine.balls import Ball

few = settings(max_examples=8, deadline=None, derandomize=True, database=None)
SHARES = {"l0": 0.95, "l1": 0.95, "l2": 0.95, "linf": 0.9}
ORDERS = {"l1": 1, "l2": 2, "linf": np.inf}


def sample(seed, features=24):
    """A third at 0, a third at 1, the others between; some may not change."""
    rng = np.random.default_rng(seed)
    x = np.repeat([0.0, 1.0, 0.5], features // 3).astype(np.float32)
    mutable = np.tile([True, True, True, False], features // 4)
    return rng, x, mutable


def far(points, x, distance):
    moved = np.abs(points.astype(float) - x)
    if distance == "l0":
        return (moved > 0).sum(axis=1)
    return np.array([np.linalg.norm(one, ORDERS[distance]) for one in moved])


@pytest.mark.parametrize("distance", SHARES)
@given(seed=st.integers(0, 1_000))
@few
def test_half_of_the_inner_points_stand_at_their_share_of_the_radius(distance, seed):
    rng = np.random.default_rng(seed)
    ball = Ball(distance, 20 if distance == "l0" else 0.2)
    x, mutable = np.full(40, 0.5, np.float32), np.ones(40, bool)
    inner = ball.inner(x, mutable, 20, rng)
    reached = far(inner, x, distance)
    assert reached[0] == 0
    assert reached[1::2] == pytest.approx(SHARES[distance] * ball.radius, rel=1e-4)
    assert (reached[2::2] < SHARES[distance] * ball.radius + 1e-6).all()
    assert len(set(reached[2::2].round(6))) > 3


@pytest.mark.parametrize("distance", ["l1", "l2"])
@given(seed=st.integers(0, 1_000))
@few
def test_no_length_is_lost_on_directions_that_lead_out(distance, seed):
    """Where all features stand at the end of their range every direction is turned inwards."""
    rng, _, _ = sample(seed)
    ball = Ball(distance, 0.3)
    x = np.repeat([0.0, 1.0], 10).astype(np.float32)
    border = ball.border(x, np.ones(20, bool), 10, rng)
    assert far(border, x, distance) == pytest.approx(0.3, rel=1e-4)


@given(seed=st.integers(0, 1_000))
@few
def test_a_step_is_only_taken_where_it_leads_somewhere(seed):
    rng, x, mutable = sample(seed)
    border = Ball("l0", 5, step=1.0).border(x, mutable, 20, rng)
    assert (far(border, x, "l0") == 5).all()
    assert (border[:, x == 1] == 1).all()
    down = Ball("l0", 5, step=-1.0).border(x, mutable, 20, rng)
    assert (far(down, x, "l0") == 5).all()
    assert (down[:, x == 0] == 0).all()


@pytest.mark.parametrize("step", [None, 1.0])
@given(seed=st.integers(0, 1_000))
@few
def test_a_radius_of_more_features_than_may_change_is_cut_to_them(step, seed):
    """Else most inner points would change all that may change, and none were left to plant."""
    rng, x, mutable = sample(seed)
    ball = Ball("l0", 1_000, step)
    free = mutable if step is None else mutable & (x < 1)
    inner = ball.inner(x, mutable, 30, rng)
    reached = far(inner, x, "l0")
    assert reached[1::2] == pytest.approx(np.floor(0.95 * free.sum()))
    assert reached[2::2].min() < 0.5 * free.sum()
    assert (far(ball.border(x, mutable, 5, rng), x, "l0") == free.sum()).all()


@given(seed=st.integers(0, 1_000))
@few
def test_linf_has_corners_at_its_border_and_other_points_within(seed):
    rng = np.random.default_rng(seed)
    x, mutable = np.full(40, 0.5, np.float32), np.ones(40, bool)
    ball = Ball("linf", 0.1)
    inner = np.abs(ball.inner(x, mutable, 21, rng) - 0.5)
    border = np.abs(ball.border(x, mutable, 5, rng) - 0.5)
    assert border == pytest.approx(0.1, rel=1e-4)
    assert inner[1::2] == pytest.approx(0.09, rel=1e-4)
    assert (inner[2::2].std(axis=1) > 0.1 * inner[2::2].max(axis=1)).all()


@pytest.mark.parametrize("distance", SHARES)
@given(seed=st.integers(0, 1_000))
@few
def test_every_point_is_an_input_and_moves_only_what_may_change(distance, seed):
    rng, x, mutable = sample(seed)
    ball = Ball(distance, 6 if distance == "l0" else 2.0)
    for points in (ball.inner(x, mutable, 12, rng), ball.border(x, mutable, 4, rng)):
        assert points.min() >= 0
        assert points.max() <= 1
        assert (points[:, ~mutable] == x[~mutable]).all()
        assert (far(points, x, distance) <= ball.radius * (1 + 1e-5)).all()
