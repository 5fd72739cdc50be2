"""Bounds of one number, one a channel or one a feature; a feature without a range never moves."""

import numpy as np
import pytest

from core.errors import UserError
from tests.data.test_datasets import dataset, floats
from tests.data.test_inputs import uniform


def test_one_bound_a_channel_is_one_a_feature():
    mean, spread = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
    inputs = {key: (x - mean) / spread for key, x in uniform(4, 5, 3).items()}
    low, high = -mean / spread, (1 - mean) / spread
    found = dataset(**inputs, low=low, high=high)
    whole = dataset(**inputs, low=np.tile(low, 20), high=np.broadcast_to(high, (4, 5, 3)))
    np.testing.assert_array_equal(found.low, whole.low)
    np.testing.assert_array_equal(found.high, whole.high)
    assert found.info()["one_range"] is False
    unit = found.in_units
    assert (unit.low.max(), unit.high.min()) == (0, 1)
    np.testing.assert_allclose(unit.x_test, inputs["x_test"] * spread + mean, atol=1e-6)


def test_one_bound_for_each_value_of_a_step_of_a_sequence():
    found = dataset(**uniform(4, 5), high=np.arange(5.0) + 1)
    np.testing.assert_array_equal(found.high.reshape(4, 5), np.tile(np.arange(5) + 1, (4, 1)))


@pytest.mark.parametrize("size", [2, 6, 21])
def test_another_number_of_bounds_is_refused(size):
    with pytest.raises(UserError, match=r"one a channel \(5\) or one a feature \(20\)"):
        dataset(**uniform(4, 5), low=np.zeros(size))


def constant(*columns, n=5):
    """Data of `n` features, of which these have one value only."""
    changes = floats(0.5)
    changes = {key: x[:, :n] for key, x in changes.items()}
    low, high = np.zeros(n), np.ones(n)
    low[list(columns)] = high[list(columns)] = 0.5
    return changes | {"low": low, "high": high}


def test_a_feature_of_one_value_counts_nowhere():
    found = dataset(**constant(1, 3))
    info = found.info()
    np.testing.assert_array_equal(found.mutable, [True, False, True, False, True])
    assert info["mutable_features"] == 3
    assert (info["low"], info["high"], info["one_range"]) == (0.0, 1.0, True)
    assert info["extent"] == {"l0": 3.0, "l1": 3.0, "l2": 3**0.5, "linf": 1.0}
    assert info["conversions"] == [
        "x_train, x_test: float64 became float32",
        "2 features have one value only (low = high): they never change, and no number counts them",
    ]
    assert "1 feature has one value only" in str(dataset(**constant(0)).conversions)


def test_mutable_does_not_make_it_move():
    mutable = np.array([True, True, True, False, False])
    assert (
        dataset(**constant(1), mutable=mutable).mutable.tolist()
        == [True, False, True] + [False] * 2
    )


@pytest.mark.parametrize(("columns", "fine"), [((0, 1, 2), True), ((0, 1, 2, 3), False)])
def test_two_features_at_least_may_change(columns, fine):
    if fine:
        assert dataset(**constant(*columns)).mutable.sum() == 2
        return
    with pytest.raises(UserError, match="fewer than 2 features may change"):
        dataset(**constant(*columns))


def test_a_lowest_value_above_the_highest_is_refused():
    changes = constant()
    changes["low"][2] = 1.5
    with pytest.raises(UserError, match="low lies above high in feature 2"):
        dataset(**changes)
