"""Fractions of each feature's range and back again."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.units import Units
from tests.data.test_datasets import dataset, floats

FEATURES = 5
NUMBERS = st.floats(-1e4, 1e4, width=32)


@st.composite
def ranges(draw):
    """Lowest and highest values of some features, one of them constant."""
    low = np.array(draw(st.lists(NUMBERS, min_size=FEATURES, max_size=FEATURES)), np.float32)
    span = st.floats(0.015625, 1e4, width=32)
    high = low + np.array(draw(st.lists(span, min_size=FEATURES, max_size=FEATURES)), np.float32)
    high[-1] = low[-1]
    return Units(low, high)


FRACTIONS = st.lists(st.floats(0, 1, width=32), min_size=FEATURES, max_size=FEATURES)


@settings(deadline=None)
@given(ranges(), FRACTIONS)
def test_fractions_stay_in_the_box_and_its_ends_are_met_exactly(units, fractions):
    ends = units.from_unit(np.array([[0.0] * FEATURES, [1.0] * FEATURES], np.float32))
    np.testing.assert_array_equal(ends, [units.low, units.high])
    inside = units.from_unit(np.array([fractions], np.float32))
    assert inside.dtype == np.float32
    assert (inside >= units.low).all()
    assert (inside <= units.high).all()
    back = units.to_unit(np.array([units.low, units.high]))
    np.testing.assert_array_equal(back[:, :-1], [[0] * (FEATURES - 1), [1] * (FEATURES - 1)])
    np.testing.assert_array_equal(back[:, -1], 0)


@settings(deadline=None)
@given(ranges(), FRACTIONS)
def test_there_and_back_loses_no_more_than_rounding(units, fractions):
    start = np.array([fractions], np.float32)[:, :-1]
    units = Units(units.low[:-1], units.high[:-1])
    back = units.to_unit(units.from_unit(start))
    largest = np.maximum(np.abs(units.low), np.abs(units.high)).astype(np.float64)
    slack = 2.0**-23 * (1 + largest / units.span)
    assert (np.abs(back.astype(np.float64) - start) <= slack).all()


@settings(deadline=None)
@given(ranges(), FRACTIONS, FRACTIONS)
def test_what_did_not_move_keeps_its_value_to_the_last_bit(units, fractions, others):
    original = units.from_unit(np.array([fractions], np.float32))
    end = units.to_unit(original)
    end[0, :2] = others[:2]
    moved = units.moved(original, end)
    np.testing.assert_array_equal(moved[:, 2:], original[:, 2:])
    np.testing.assert_allclose(moved[0, :2], units.from_unit(end)[0, :2])


def test_there_and_back_alone_would_move_small_values_of_a_wide_range():
    units = Units(np.full(3, -100, np.float32), np.full(3, 100, np.float32))
    original = np.array([[0.1, 0.001, 0.7]], np.float32)
    end = units.to_unit(original)
    assert (units.from_unit(end) != original).any()
    np.testing.assert_array_equal(units.moved(original, end), original)


def test_data_from_0_to_1_are_not_touched():
    units = Units(np.zeros(FEATURES, np.float32), np.ones(FEATURES, np.float32))
    x = np.random.default_rng(0).random((3, FEATURES)).astype(np.float32)
    assert units.to_unit(x) is x
    assert units.from_unit(x) is x
    found = dataset()
    assert found.in_units is found


def test_a_data_set_in_unit_space_has_the_same_inputs_as_fractions():
    low = np.array([-2, 0, 10, -1, 0], np.float32)
    arrays = floats(0.5)
    scaled = {key: low + x * 4 for key, x in arrays.items()}
    found = dataset(**scaled, low=low, high=low + 4, step=np.array([2, 0, 0, 0, 0]))
    unit = found.in_units
    np.testing.assert_array_equal(unit.x_test, arrays["x_test"])
    assert (unit.low == 0).all()
    assert (unit.high == 1).all()


def test_an_immutable_feature_counts_nowhere():
    mutable = np.array([True, True, False, True, False])
    low, high = np.array([0, 0, -50, 0, -9], np.float32), np.array([255] * 3 + [255, 7], np.float32)
    found = dataset(**floats(0.5), low=low, high=high, mutable=mutable).info()
    assert found["extent"] == {"l0": 3.0, "l1": 3.0, "l2": 3**0.5, "linf": 1.0}
    assert (found["low"], found["high"], found["one_range"]) == (0.0, 255.0, True)


def test_ranges_that_differ_are_no_one_range():
    high = np.array([1, 1, 1, 1, 2], np.float32)
    assert dataset(**floats(0.5), high=high).info()["one_range"] is False
    assert dataset(**floats(0.5)).info()["one_range"] is True
