"""Labels as people have them become class numbers, each in a line; nothing ambiguous is guessed."""

import numpy as np
import pytest

from core.data.arrays import Origin, from_arrays
from core.errors import UserError
from tests.data.test_datasets import arrays, dataset

Y = {"y_train": np.arange(40) % 4, "y_test": np.arange(12) % 4}
NAMES = np.array(["cat", "dog", "eel", "fox"])


def each(change):
    return {key: change(y) for key, y in Y.items()}


def gap(y):
    """Labels 0, 1, 2 and 9."""
    return np.where(y == 3, 9, y)


@pytest.mark.parametrize(
    ("labels", "line"),
    [
        (each(lambda y: np.eye(4)[y]), "y_train, y_test: one-hot rows became labels 0 to 3"),
        (each(lambda y: np.eye(4, dtype=bool)[y]), "one-hot rows became labels 0 to 3"),
        (each(lambda y: y[:, None]), "y_train, y_test: shape (n, 1) became (n,)"),
        ({"y_test": Y["y_test"][:, None]}, "y_test: shape (n, 1) became (n,)"),
        (each(lambda y: y.astype("f4")), "floats, all whole, became whole numbers"),
        (each(lambda y: y + 1), "y_train, y_test: labels 1 to 4 became 0 to 3 (with a network"),
        (each(lambda y: y.astype("u1")), None),
        (each(lambda y: NAMES[y]), "4 names became labels 0 to 3 (cat, dog, eel, fox)"),
        (each(lambda y: NAMES.astype("S")[y][:, None]), "4 names became labels 0 to 3"),
        (each(lambda y: y.astype(str)), "4 names became labels 0 to 3 (0, 1, 2, 3)"),
    ],
)
def test_labels_of_one_meaning_are_converted_in_a_line(labels, line):
    found = dataset(**labels)
    for key, y in Y.items():
        assert getattr(found, key).dtype == np.int64
        np.testing.assert_array_equal(getattr(found, key), y)
    said = [one for one in found.conversions if one.startswith("y_")]
    assert bool(said) == (line is not None)
    assert line is None or any(line in one for one in said)
    assert found.info()["conversions"] == list(found.conversions)


def test_truth_values_are_two_classes():
    found = dataset(**each(lambda y: y > 1))
    assert found.class_names == ("0", "1")
    np.testing.assert_array_equal(found.y_test, np.arange(12) % 4 > 1)


def test_names_become_the_names_of_the_classes():
    assert dataset(**each(lambda y: NAMES[y])).class_names == tuple(NAMES)
    backwards = dataset(**each(lambda y: NAMES[y]), class_names=NAMES[::-1])
    assert backwards.class_names == tuple(NAMES[::-1])
    np.testing.assert_array_equal(backwards.y_test, 3 - Y["y_test"])


def test_a_class_that_no_input_has_is_a_class_all_the_same():
    found = dataset(**each(gap))
    assert (found.classes, found.y_test.max()) == (10, 9)
    assert any(
        "no training input has the labels 3, 4, 5, 6, 7 and 1 more" in one
        for one in found.conversions
    )
    assert dataset(**Y, class_names=np.array(list("abcdef"))).classes == 6


@pytest.mark.parametrize(
    ("labels", "outputs", "classes", "least"),
    [
        (Y, 4, 4, 0),
        (Y, 7, 7, 0),
        (each(lambda y: y + 1), None, 4, 0),
        (each(lambda y: y + 1), 4, 4, 0),
        (each(lambda y: y + 1), 5, 5, 1),
        (each(lambda y: y + 2), None, 6, 2),
        (each(gap), 12, 12, 0),
    ],
)
def test_a_network_with_more_outputs_has_more_classes(labels, outputs, classes, least):
    """Labels from 1 count from 0 unless the network has an output for a class 0."""
    found = dataset({"outputs": outputs}, **labels)
    assert (found.classes, found.y_train.min(), found.y_test.min()) == (classes, least, least)


def test_classes_that_no_label_names_change_the_checksum():
    same = arrays(**each(gap))

    def checksum(outputs):
        return from_arrays(same, Origin("a", "a", "a", outputs)).checksum()

    assert checksum(None) == checksum(10) != checksum(11)


def with_a_row(row):
    one_hot = np.eye(4)[Y["y_train"]]
    one_hot[5] = row
    return {"y_train": one_hot, "y_test": np.eye(4)[Y["y_test"]]}


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (each(lambda y: y % 2 * 2 - 1), "y_train = (y_train + 1) // 2 if -1 is the first"),
        (each(lambda y: y - 1), "the label -1; labels count from 0"),
        ({**Y, "y_test": np.full(12, -1)}, "y_test holds the label -1; labels count from 0"),
        (each(lambda y: y + 0.5), "holds 0.5, which is no class number; a quantity to predict"),
        (each(lambda y: np.where(y == 0, np.nan, y)), "holds nan, which is no class number"),
        (with_a_row([0, 1, 1, 0]), "1 rows with more than one 1 (multi-label)"),
        (with_a_row([0, 0, 0, 0]), "1 rows without a 1"),
        (with_a_row([0.1, 0.2, 0.3, 0.4]), "y_train = y_train.argmax(1)"),
        (with_a_row([3, -2, 0, 7]), "np.argmax(y_train, 1)"),
        ({"y_train": np.eye(4)[Y["y_train"]]}, "give both in the same form"),
        ({"y_train": NAMES[Y["y_train"]]}, "give both in the same form"),
        ({**each(lambda y: NAMES[y]), "y_test": np.full(12, "gnu")}, "the name 'gnu', which no"),
        ({**each(lambda y: NAMES[y]), "class_names": NAMES[:3]}, "the name 'fox', which no"),
        (each(lambda y: np.array(["1", "2", "10", "20"])[y]), "whose order as texts is another"),
        (each(lambda y: y[:, None, None]), "give one label a row"),
        (each(lambda y: y * 500), "at most 1000 classes"),
        ({**Y, "class_names": np.array(["a", "a", "b", "c"])}, "holds a name twice"),
        ({**Y, "class_names": np.array(["a", "b", "c"])}, "class_names must be 4 texts"),
    ],
)
def test_labels_of_several_meanings_are_refused_with_what_helps(labels, expected):
    with pytest.raises(UserError) as error:
        dataset(**labels)
    assert expected in str(error.value)
    assert str(error.value).startswith("mine.npz: ")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (["X_train", "Y_train", "X_test", "Y_test"], "'X_train' is probably x_train"),
        (
            ["train_images", "train_labels", "x_test", "y_test"],
            "'train_images' is probably x_train",
        ),
        (["xtrain", "ytrain", "xtest", "ytest"], "'ytest' is probably y_test"),
        (["x_train", "y_train", "x_val", "y_val"], "'x_val' is probably x_test"),
        (["x_train", "y_train"], "has no array 'x_test'"),
        (["x_train", "y_train", "x_test"], "has no array 'y_test'"),
        (["y_train", "x_test", "y_test"], "labels y_train but no inputs x_train"),
        (["images", "labels"], "has no array 'x_test'"),
    ],
)
def test_other_names_of_arrays_are_refused_with_the_likely_match(found, expected):
    none = dict.fromkeys(["x_train", "y_train", "x_test", "y_test"])
    with pytest.raises(UserError) as error:
        dataset(**(none | {key: np.zeros((12, 3)) for key in found}))
    assert expected in str(error.value)


def test_test_data_alone_are_enough():
    found = dataset(x_train=None, y_train=None)
    assert (found.x_train.shape, found.y_train.shape) == ((0, 6, 6, 1), (0,))
    assert (found.info()["n_train"], found.classes) == (0, 4)
    assert any("there is only test data" in line for line in found.conversions)
    unlabelled = dataset(y_train=None)
    assert len(unlabelled.x_train) == 0
    assert any("x_train has no labels" in line for line in unlabelled.conversions)
    with pytest.raises(UserError, match="one class only; give class_names"):
        dataset(x_train=None, y_train=None, y_test=np.zeros(12, int))
