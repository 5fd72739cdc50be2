"""Where examples are planted: inner points stay within, border points reach the radius."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import attacks
from core.attacks.engine.balls import SHRUNK, Ball
from tests.attacks.networks import DATA

BALLS = [
    Ball("l0", 6),
    Ball("l0", 6, step=1.0),
    Ball("l0", 6, step=-1.0),
    Ball("l1", 0.5),
    Ball("l2", 0.3),
    Ball("linf", 0.1),
]


def far(points, x, distance):
    moved = np.abs(points.astype(float) - x)
    if distance == "l0":
        return (moved > 0).sum(axis=1)
    order = {"l1": 1, "l2": 2, "linf": np.inf}[distance]
    return np.linalg.norm(moved, order, axis=1)


@pytest.mark.parametrize("ball", BALLS, ids=str)
@given(seed=st.integers(0, 100))
def test_points_lie_where_they_are_said_to(ball, seed):
    rng = np.random.default_rng(seed)
    x = rng.uniform(0.3, 0.7, 20).astype(np.float32)
    mutable = rng.random(20) < 0.8
    inner, border = ball.inner(x, mutable, 30, rng), ball.border(x, mutable, 5, rng)
    assert (inner[0] == x).all()
    for points, most in ((inner, SHRUNK[ball.distance]), (border, 1.0)):
        assert points.dtype == np.float32
        assert points.shape[1:] == x.shape
        assert (points[:, ~mutable] == x[~mutable]).all()
        assert ((points >= 0) & (points <= 1)).all()
        assert (far(points, x, ball.distance) <= most * ball.radius + 1e-5).all()
        assert ball.holds(far(points, x, ball.distance)).all()
        if ball.step is not None:
            end = np.clip(x + np.float32(ball.step), 0, 1)
            assert ((points == x) | (points == end)).all()
    reached = min(ball.radius, mutable.sum()) if ball.distance == "l0" else ball.radius
    assert np.allclose(far(border, x, ball.distance), reached, rtol=1e-4)
    # A point at random and one at the inner border take turns.
    assert far(inner[1::2], x, ball.distance).min() > far(inner[2::2], x, ball.distance).min()


@pytest.mark.parametrize("distance", ["l0", "l1", "l2", "linf"])
def test_a_hair_beyond_the_radius_is_outside(distance):
    ball = Ball(distance, 4.0)
    assert ball.holds(np.array([3.9, 4.0, 4.00001, 4.001])).tolist() == [True, True, True, False]


@pytest.mark.parametrize("name", attacks.NAMES)
def test_every_attack_says_where_it_looks(name):
    attack = attacks.settings(name)
    ball = attack.ball_for(DATA)
    if name == "transfer":
        assert ball is None
        return
    assert ball is not None
    assert ball.distance == attack.distance
    budget = attack.budget_for(DATA)
    assert ball.radius == (budget if budget is not None else ball.radius) > 0
    assert (ball.step is not None) == name.startswith("jsma")


def test_an_attack_that_only_lowers_features_looks_below():
    assert attacks.settings("jsma-f", {"theta": -1.0}).ball_for(DATA).step == -1.0


def test_without_a_budget_the_usual_one_says_how_far():
    assert attacks.settings("cw-l0").ball_for(DATA) == Ball("l0", 113)
    assert attacks.settings("cw-l2").ball_for(DATA) == Ball("l2", 2.0)
