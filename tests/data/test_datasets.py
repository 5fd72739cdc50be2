"""Data are validated before anything is computed; a bad file is one line with the fix."""

import zipfile

import numpy as np
import pytest

from core.data import stored
from core.data.arrays import Origin, from_arrays
from core.data.dataset import class_balanced_order
from core.data.files import npz
from core.errors import UserError
from core.inspection import check

GENERATOR = np.random.default_rng(0)


def arrays(**changes):
    good = {
        "x_train": GENERATOR.integers(0, 256, (40, 6, 6), dtype=np.uint8),
        "y_train": np.arange(40) % 4,
        "x_test": GENERATOR.integers(0, 256, (12, 6, 6), dtype=np.uint8),
        "y_test": np.arange(12) % 4,
    }
    return {key: value for key, value in (good | changes).items() if value is not None}


def dataset(origin=None, **changes):
    origin = origin or {}
    return from_arrays(arrays(**changes), Origin("mine", "mine.npz", "a test", **origin))


def floats(value):
    x = np.full((40, 5), 0.5)
    x[3, 2] = value
    return {"x_train": x, "x_test": np.full((12, 5), 0.5)}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"y_test": None}, "has no array 'y_test'"),
        ({"extra": np.zeros(3)}, "unknown array 'extra'"),
        ({"x_train": np.zeros((40, 6, 7), np.uint8)}, "they must agree"),
        ({"x_train": np.zeros((40, 3, 6, 7, 8), np.uint8)}, "they must agree"),
        ({"x_test": np.zeros((12, 5, 6, 7, 8), np.uint8)}, "channels last"),
        ({"x_train": np.zeros(40, np.uint8)}, "has shape (40,)"),
        ({"x_train": np.zeros((40, 6, 6), np.int64)}, "store uint8 images or floats"),
        (floats(np.nan), "holds NaN or infinity"),
        (floats(7.0), "outside the bounds 0 to 1"),
        ({"y_train": np.zeros(40, int)}, "one class only"),
        ({"y_test": np.arange(12) % 5}, "the label 4, which y_train does not"),
        ({"y_train": np.arange(39) % 4}, "39 labels for 40 inputs"),
        ({"y_train": np.arange(40) % 4 - 1}, "labels count from 0"),
        ({"mutable": np.ones(5, bool)}, "36 entries"),
        ({"mutable": np.zeros(36, bool)}, "fewer than 2 features"),
        ({"class_names": np.array(["a", "b"])}, "class_names must be 4 texts"),
    ],
)
def test_what_is_wrong_with_data_is_named(changes, expected):
    with pytest.raises(UserError) as error:
        dataset(**changes)
    assert expected in str(error.value)
    assert "\n" not in str(error.value)


def test_bytes_are_scaled_and_get_a_channel():
    found = dataset()
    assert found.shape == (6, 6, 1)
    assert found.x_train.dtype == np.float32

    assert found.x_train.min() >= 0
    assert found.x_train.max() <= 1


def test_the_stored_form_reads_back_the_same(tmp_path):
    for found in (dataset(), dataset(**floats(0.25), mutable=np.arange(5) > 1)):
        path = tmp_path / "data.npz"
        path.write_bytes(stored.to_bytes(found))
        again = stored.from_bytes(path)
        assert again.info() == found.info()
        np.testing.assert_array_equal(again.x_train, found.x_train)


def test_the_checksum_covers_what_can_change_a_result():
    base = arrays()
    first = from_arrays(base, Origin("a", "a", "s")).checksum()
    assert from_arrays(base, Origin("b", "other", "t")).checksum() == first
    mutable = np.ones(36, bool)
    mutable[0] = False
    assert from_arrays(base | {"mutable": mutable}, Origin("a", "a", "s")).checksum() != first
    flipped = base["y_test"][::-1].copy()
    assert from_arrays(base | {"y_test": flipped}, Origin("a", "a", "s")).checksum() != first


def test_the_sample_order_is_class_balanced_and_complete():
    labels = np.array([0, 0, 0, 1, 2, 2, 1, 0])
    order = class_balanced_order(labels)
    assert labels[order].tolist() == [0, 1, 2, 0, 1, 2, 0, 0]
    assert sorted(order) == list(range(8))


def hostile(tmp_path, content):
    path = tmp_path / "hostile.npz"
    if content == "pickle":
        np.savez(path, **(arrays() | {"class_names": np.array([{"a": 1}, 2, 3, 4], object)}))
    elif content == "not an archive":
        path.write_bytes(b"hello")
    elif content == "other archive":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("../../etc/passwd.npy", b"x")
    elif content == "truncated":
        np.savez(path, **arrays())
        path.write_bytes(path.read_bytes()[:-200])
    elif content == "damaged":
        np.savez_compressed(path, **arrays())
        data = bytearray(path.read_bytes())
        data[200:260] = b"\xff" * 60
        path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("pickle", "pickled Python objects"),
        ("not an archive", "is not an .npz archive"),
        ("other archive", "unsafe name"),
        ("truncated", "or is damaged"),
        ("damaged", "is damaged"),
    ],
)
def test_a_hostile_file_is_refused_in_one_line(tmp_path, content, expected):
    with pytest.raises(UserError) as error:
        npz.read(hostile(tmp_path, content), "hostile.npz")
    assert expected in str(error.value)
    assert "\n" not in str(error.value)


def test_files_are_opened_in_a_child(tmp_path):
    path = tmp_path / "mine.npz"
    np.savez(path, **arrays())
    out = tmp_path / "stored.npz"
    info = check.data(file=path, out=out)
    assert (info["n_train"], info["classes"], info["kind"]) == (40, 4, "image")
    assert stored.from_bytes(out).checksum() == info["checksum"]
    with pytest.raises(UserError, match="there is no such file"):
        check.data(file=tmp_path / "absent.npz")
    with pytest.raises(UserError, match=r"is not a \.npz or \.csv"):
        check.data(file=tmp_path / "data.txt")


@pytest.mark.parametrize(
    ("name", "shape", "classes", "sizes"),
    [
        ("mnist5k", [28, 28, 1], 10, (4500, 500)),
        ("digits", [8, 8, 1], 10, (1437, 360)),
        ("breast_cancer", [30], 2, (455, 114)),
    ],
)
def test_embedded_data_are_at_hand(name, shape, classes, sizes):
    info = check.data(name=name)
    assert (info["shape"], info["classes"]) == (shape, classes)
    assert (info["n_train"], info["n_test"]) == sizes


def test_a_file_is_not_mnist_by_its_name(tmp_path):
    """Published numbers stand only beside the data that they belong to."""
    path = tmp_path / "mnist.npz"
    np.savez(path, **arrays())
    assert check.data(file=path)["name"] == "mnist.npz"
