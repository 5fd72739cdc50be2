"""Inputs as people have them become floats with the channels last, each change in a line."""

import numpy as np
import pytest

from core.data import stored
from core.errors import UserError
from tests.data.test_datasets import dataset

RNG = np.random.default_rng(3)


def both(make):
    return {"x_train": make((40,)), "x_test": make((12,))}


def uniform(*shape):
    return both(lambda n: RNG.random((*n, *shape)).astype("f4"))


def converted(change, of):
    return {key: change(x) for key, x in of.items()}


FLOATS = uniform(5, 6)


@pytest.mark.parametrize(
    ("inputs", "whole", "line"),
    [
        (converted(lambda x: (x * 255).astype("u1"), FLOATS), 255, "uint8 divided by 255"),
        (converted(lambda x: (x * 65535).astype("u2"), FLOATS), 65535, "uint16 divided by 65,535"),
        (converted(lambda x: (x * 65535).astype(">u2"), FLOATS), 65535, "divided by 65,535"),
        (converted(lambda x: x > 0.5, FLOATS), 1, "False and True became 0 and 1"),
        (converted(lambda x: x.astype("f2"), FLOATS), None, "float16 became float32"),
        (converted(lambda x: x.astype("f8"), FLOATS), None, "float64 became float32"),
        (FLOATS, None, None),
    ],
)
def test_types_are_converted_in_a_line(inputs, whole, line, tmp_path):
    found = dataset(**inputs)
    assert found.stored == (None if whole is None else (0.0, whole))
    expected = inputs["x_test"].astype("f8")[..., None] / (whole or 1)
    np.testing.assert_allclose(found.x_test, expected, atol=1e-6)
    said = [one for one in found.conversions if "one channel" not in one]
    assert bool(said) == (line is not None)
    assert line is None or line in said[0]
    path = tmp_path / "data.npz"
    path.write_bytes(stored.to_bytes(found))
    again = stored.from_bytes(path)
    assert (again.stored, again.conversions) == (found.stored, found.conversions)
    np.testing.assert_array_equal(again.x_test, found.x_test)


@pytest.mark.parametrize("dtype", ["i1", "i2", "i4", "i8", "u1", "u4", "u2"])
def test_other_whole_numbers_need_their_bounds(dtype):
    inputs = converted(lambda x: (x * 100).astype(dtype), FLOATS)
    if dtype != "u1":
        with pytest.raises(UserError, match="give low and high"):
            dataset(**inputs)
    found = dataset(**inputs, low=np.int64(0), high=np.int64(100))
    assert (found.stored, found.high[0], found.x_test.dtype) == (None, 100, np.float32)
    assert any("values as they are" in line for line in found.conversions)


@pytest.mark.parametrize(
    ("shape", "canonical", "kind"),
    [
        ((7,), (7,), "table"),
        ((5, 6), (5, 6, 1), "image"),
        ((5, 6, 1), (5, 6, 1), "image"),
        ((5, 6, 3), (5, 6, 3), "image"),
        ((1, 5, 6), (5, 6, 1), "image"),
        ((3, 5, 6), (5, 6, 3), "image"),
        ((3, 3, 6), (3, 3, 6, 1), "image"),
        ((5, 6, 7), (5, 6, 7, 1), "image"),
        ((2, 6, 7), (2, 6, 7, 1), "image"),
        ((4, 6, 7, 1), (4, 6, 7, 1), "image"),
        ((4, 6, 7, 3), (4, 6, 7, 3), "image"),
        ((3, 6, 7, 8), (6, 7, 8, 3), "image"),
    ],
)
def test_axes_have_one_meaning(shape, canonical, kind):
    inputs = uniform(*shape)
    found = dataset(**inputs)
    info = found.info()
    assert (found.shape, info["kind"], info["n_features"]) == (canonical, kind, np.prod(shape))
    assert bool(found.conversions) == (shape != canonical)
    expected = inputs["x_test"]
    if canonical != (*shape, 1) and canonical != shape:
        expected = np.stack([expected[:, c] for c in range(shape[0])], axis=-1)
    np.testing.assert_array_equal(found.x_test, expected.reshape(12, *canonical))


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        (uniform(4, 6, 7), "4 channels that come first, or 4 slices?"),
        (uniform(5, 6, 7, 8), "put the channels last"),
        (uniform(2, 2, 2, 2, 2), "give (n, features)"),
        (uniform(1), "a single feature"),
        (both(lambda n: np.zeros((*n, 1100, 1000), "u1")), "1,100,000 features an input"),
        (both(lambda n: np.full((*n, 3), "a")), "holds texts"),
        (both(lambda n: np.zeros((*n, 3), complex)), "complex128"),
        (both(lambda n: np.full((*n, 3), 1e300)), "beyond float32"),
        ({**FLOATS, "x_test": np.zeros((12, 5, 6), "u1")}, "x_train is float32, x_test is uint8"),
        (converted(lambda x: x + 7, uniform(3)), "outside the bounds 0 to 1"),
    ],
)
def test_what_has_no_or_two_meanings_is_refused(inputs, expected):
    with pytest.raises(UserError) as error:
        dataset(**inputs)
    assert expected in str(error.value)
    assert "\n" not in str(error.value)


def test_limits_move_with_the_channels_of_a_file():
    """One a channel, and one a feature in the file's own order."""
    inputs = uniform(3, 5, 6)
    high = np.arange(90.0).reshape(3, 5, 6) + 1
    found = dataset(**inputs, high=high, mutable=high.reshape(-1) > 30)
    expected = np.stack([high[c] for c in range(3)], axis=-1)
    np.testing.assert_array_equal(found.high.reshape(5, 6, 3), expected)
    np.testing.assert_array_equal(found.mutable.reshape(5, 6, 3), expected > 30)
    a_channel = dataset(**inputs, high=np.array([1.0, 2, 3])).high.reshape(5, 6, 3)
    np.testing.assert_array_equal(a_channel[2, 4], [1, 2, 3])
    names = np.array([f"{c} {i}" for c in range(3) for i in range(30)])
    assert dataset(**inputs, feature_names=names).feature_names[:4] == ("0 0", "1 0", "2 0", "0 1")
