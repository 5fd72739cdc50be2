"""Security curves, worked by hand and by brute force."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.metrics import curves
from core.metrics.intervals.exact import clopper_pearson


def rows(*pairs):
    """Each pair: (seed, sample, label, target, predicted, success, linf)."""
    return pd.DataFrame(
        pairs, columns=["seed", "sample", "label", "target", "predicted", "success", "linf"]
    )


HAND = rows(
    (0, 0, 1, 0, 0, True, 0.1),
    (0, 0, 1, 2, 2, True, 0.3),
    (0, 1, 1, 0, 0, True, 0.0),
    (0, 1, 1, 2, 2, True, 0.2),
    # A failed pair lies inside the ball and still never counts.
    (0, 2, 1, 0, 1, False, 0.05),
    (0, 2, 1, 2, 1, False, 0.05),
)
GRID = np.array([0.0, 0.1, 0.2, 0.3, 1.0])


def test_a_pair_succeeds_from_its_distance_on_and_a_failed_one_never():
    curve = curves.security_curve(HAND, "linf", GRID)
    assert curve["success_rate"].tolist() == pytest.approx([1 / 6, 2 / 6, 3 / 6, 4 / 6, 4 / 6])
    assert curve["samples"].tolist() == [3] * 5


def test_any_target_counts_samples_moved_away_from_their_label():
    curve = curves.security_curve(HAND, "linf", GRID, any_target=True)
    assert curve["success_rate"].tolist() == pytest.approx([1 / 3, 2 / 3, 2 / 3, 2 / 3, 2 / 3])


def test_any_target_ignores_a_target_that_is_the_label():
    """A success that ends at the label moved nothing."""
    mine = rows((0, 0, 1, 1, 1, True, 0.0), (0, 0, 1, 0, 1, False, 0.3))
    assert curves.security_curve(mine, "linf", GRID, any_target=True)["success_rate"].max() == 0


def test_untargeted_rows_give_the_same_curve_both_ways():
    mine = rows((0, 0, 1, -1, 2, True, 0.1), (0, 1, 1, -1, 1, False, 0.1))
    both = [curves.security_curve(mine, "linf", GRID, any_target=each) for each in (True, False)]
    pd.testing.assert_frame_equal(*both)


def test_seeds_are_averaged_within_a_sample():
    """Two seeds of one sample are one case: the interval is that of one sample, not of two."""
    mine = rows((0, 0, 1, -1, 2, True, 0.1), (1, 0, 1, -1, 2, True, 0.3))
    curve = curves.security_curve(mine, "linf", GRID)
    assert curve["success_rate"].tolist() == [0, 0.5, 0.5, 1, 1]
    assert (curve["low"].iloc[-1], curve["high"].iloc[-1]) == clopper_pearson(1, 1)


def test_a_step_of_exactly_the_budget_is_within_it_in_float32():
    x = np.float32(0.7)
    for eps in (0.01, 0.1, 0.25):
        distance = np.float64(x + np.float32(eps)) - np.float64(x)
        assert curves.within(np.array([distance]), eps)[0]
        assert not curves.within(np.array([eps * 1.001]), eps)[0]


@pytest.mark.parametrize("distance", curves.DISTANCES)
def test_the_default_grid_rises_from_nothing_to_everything(distance):
    grid = curves.default_grid(distance, 784, scale=2.0)
    assert grid[0] == 0
    assert (np.diff(grid) > 0).all()
    changed = np.full(784, 2.0)
    norms = {"l0": 784, "l1": changed.sum(), "l2": np.sqrt((changed**2).sum()), "linf": 2}
    assert grid[-1] == pytest.approx(norms[distance])


def test_the_grid_of_l0_counts_features():
    grid = curves.default_grid("l0", 30)
    assert (grid == np.round(grid)).all()
    with pytest.raises(ValueError, match="'l3'"):
        curves.default_grid("l3", 30)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.booleans())
def test_a_curve_is_monotone_inside_its_interval_and_equals_brute_force(seed, any_target):
    generator = np.random.default_rng(seed)
    n, targets = int(generator.integers(2, 9)), 3
    mine = rows(
        *(
            (0, i, 0, t, t if won else 0, won, generator.random())
            for i in range(n)
            for t in range(1, targets + 1)
            for won in [bool(generator.random() < 0.6)]
        )
    )
    grid = np.linspace(0, 1, 7)
    curve = curves.security_curve(mine, "linf", grid, any_target)
    assert (np.diff(curve["success_rate"]) >= 0).all()
    assert (curve["low"] <= curve["success_rate"] + 1e-12).all()
    assert (curve["high"] >= curve["success_rate"] - 1e-12).all()
    combine = any if any_target else np.mean
    for budget, rate in zip(grid, curve["success_rate"], strict=True):
        per_sample = [
            combine([r.success and r.linf <= budget for r in mine.itertuples() if r.sample == i])
            for i in range(n)
        ]
        assert rate == pytest.approx(np.mean(per_sample))


def test_no_rows_is_an_error():
    with pytest.raises(ValueError, match="at least one"):
        curves.security_curve(HAND.iloc[:0], "linf", GRID)
