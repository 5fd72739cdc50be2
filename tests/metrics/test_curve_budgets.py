"""Budgets of a curve are distances of its pairs: computed from them, never from a coarse grid."""

from statistics import mean

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.metrics import curves

few = settings(max_examples=30, deadline=None, derandomize=True, database=None)


def drawn(seed, whole):
    """Pairs of a few samples of two seeds; distances are even numbers of features, or any."""
    rng = np.random.default_rng(seed)
    made = []
    for sample in range(int(rng.integers(2, 8))):
        for network in range(int(rng.integers(1, 3))):
            for target in range(1, int(rng.integers(2, 6))):
                far = 2.0 * rng.integers(1, 57) if whole else rng.random()
                won = bool(rng.random() < 0.8)
                made.append((network, sample, 0, target, target if won else 0, won, far))
    columns = ["seed", "sample", "label", "target", "predicted", "success", "far"]
    return pd.DataFrame(made, columns=columns).rename(columns={"far": "l0" if whole else "l2"})


def rate(rows, distance, budget):
    """Mean over samples, seeds and targets, one inside the other."""
    found = {}
    for pair in rows.to_dict("records"):
        hit = pair["success"] and pair[distance] <= budget
        found.setdefault(pair["sample"], {}).setdefault(pair["seed"], []).append(hit)
    return mean(mean(map(mean, seeds.values())) for seeds in found.values())


@pytest.mark.parametrize("whole", [True, False])
@given(seed=st.integers(0, 10_000))
@few
def test_a_quantile_is_the_least_distance_of_a_pair_at_which_the_share_succeeds(whole, seed):
    distance = "l0" if whole else "l2"
    rows = drawn(seed, whole)
    reached = sorted(rows.loc[rows["success"], distance])
    for share, found in zip(curves.SHARES, curves.quantiles(rows, distance), strict=True):
        enough = [far for far in reached if rate(rows, distance, far) >= share - 1e-9]
        assert found == (enough[0] if enough else None)


def test_pairs_of_features_make_even_budgets():
    """Half of 900 attacks succeed with 30 features: not with 34, the next point of a grid."""
    far = np.repeat([2.0, 30.0, 32.0, 110.0], [300, 150, 150, 300])
    rows = pd.DataFrame({"seed": 0, "sample": np.arange(900) % 100, "label": 0, "target": 1})
    rows = rows.assign(predicted=1, success=True, l0=far)
    assert curves.quantiles(rows, "l0", (0.5,)) == [30.0]
    rows.loc[rows["l0"] == 30.0, "success"] = False
    assert curves.quantiles(rows, "l0", (0.5, 0.9)) == [32.0, None]


@given(seed=st.integers(0, 10_000))
@few
def test_a_curve_of_features_has_a_point_wherever_it_steps_and_nowhere_else(seed):
    rows = drawn(seed, whole=True)
    grid = curves.budgets(rows, "l0", curves.default_grid("l0", 784))
    assert grid.tolist() == [0.0, *sorted(set(rows.loc[rows["success"], "l0"]))]
    curve = curves.security_curve(rows, "l0", grid)
    for budget, found in zip(curve["budget"], curve["success_rate"], strict=True):
        assert found == pytest.approx(rate(rows, "l0", budget))


def test_other_distances_end_at_the_farthest_success():
    rows = drawn(3, whole=False)
    grid = curves.budgets(rows, "l2", curves.default_grid("l2", 784))
    assert grid[-1] == rows.loc[rows["success"], "l2"].max()
    assert (np.diff(grid) > 0).all()


def test_many_steps_are_thinned_and_both_ends_kept():
    rows = pd.DataFrame({"success": True, "l0": np.arange(1.0, 3_001.0)})
    grid = curves.budgets(rows, "l0", curves.default_grid("l0", 3_072))
    assert len(grid) == curves.MOST_STEPS + 1
    assert (grid[0], grid[1], grid[-1]) == (0, 1, 3_000)
