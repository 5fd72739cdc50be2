"""Readouts, computed again by other code on random clouds of points."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from core.planting.readouts import fitted

few = settings(max_examples=6, deadline=None, derandomize=True, database=None)
SHARE = 0.85
"""How far from the nearest inner point to the planted one the side changes; in the method."""


def cloud(seed, count=12, size=5, shift=3.0):
    rng = np.random.default_rng(seed)
    inner = rng.normal(0, 1, (count, size))
    direction = rng.normal(0, 1, size)
    planted = shift * direction / np.linalg.norm(direction) * np.linalg.norm(inner, axis=1).max()
    return inner, planted, rng.normal(0, 3, (count + 1, 4)) + 50.0


def widest(inner, planted):
    """Direction of the plane with the widest margin: the shortest vector to the hull of inner."""
    count = len(inner)

    def far(weights):
        gap = planted - weights @ inner
        return gap @ gap, -2 * inner @ gap

    found = minimize(
        far,
        np.full(count, 1 / count),
        jac=True,
        bounds=[(0, 1)] * count,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
        options={"maxiter": 500, "ftol": 1e-14},
    )
    direction = planted - found.x @ inner
    return direction / np.linalg.norm(direction)


@few
@given(seed=st.integers(0, 10_000))
def test_the_plane_is_the_one_with_the_widest_margin(seed):
    inner, planted, own = cloud(seed)
    weights = fitted(inner, planted, own).weights
    assert weights / np.linalg.norm(weights) @ widest(inner, planted) > 0.9999


@few
@given(seed=st.integers(0, 10_000))
def test_a_narrow_margin_is_none_to_give_up(seed):
    """However close the planted point lies, no inner point is on its side."""
    inner, planted, own = cloud(seed)
    direction = widest(inner, planted)
    edge = inner[(inner @ direction).argmax()]
    close = edge + 0.02 * direction
    readout = fitted(inner, close, own)
    assert (readout(inner) < 0).all()
    assert readout(close[None])[0] > 0


@few
@given(seed=st.integers(0, 10_000))
def test_the_side_changes_at_85_percent_of_the_way_and_no_inner_point_is_nearer(seed):
    inner, planted, own = cloud(seed)
    readout = fitted(inner, planted, own)
    nearest = inner[readout(inner).argmax()]
    for share, side in ((SHARE - 0.01, -1), (SHARE + 0.01, 1)):
        point = nearest + share * (planted - nearest)
        assert np.sign(readout(point[None])[0]) == side


@pytest.mark.parametrize("offset", [0.0, 50.0, -50.0])
def test_the_scale_is_the_range_of_the_logits_wherever_they_lie(offset):
    inner, planted, own = cloud(0)
    own = own - own.mean() + offset
    readout = fitted(inner, planted, own)
    values = readout(np.vstack([inner, planted]))
    assert 2 * np.abs(values / 2).max() == pytest.approx(own.max() - own.min())
    assert np.abs(values).max() == pytest.approx(-values.min())
