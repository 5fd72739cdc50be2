"""The scale on which a given network works, measured on what is not attacked."""

from dataclasses import replace

import keras
import numpy as np
import pytest
from keras import layers
from scipy.stats import binomtest

from core.data.dataset import Dataset
from core.model.reading import Reading
from core.networks import finding_scales, scales
from tests.networks.test_outputs import values

FEATURES, CLASSES = 12, 3
CENTRES = np.array([0.25, 0.5, 0.75])


def data(train=120, test=90, low=0.0, high=1.0, stored=None):
    """Three classes that the mean of all features tells apart."""
    rng = np.random.default_rng(0)
    y = np.arange(train + test) % CLASSES
    x = CENTRES[y][:, None] + rng.uniform(-0.1, 0.1, (len(y), FEATURES))
    x = (low + x * (high - low)).astype(np.float32)
    return Dataset(
        name="mine",
        title="Mine",
        source="drawn",
        x_train=x[:train],
        y_train=y[:train],
        x_test=x[train:],
        y_test=y[train:],
        low=np.full(FEATURES, low, np.float32),
        high=np.full(FEATURES, high, np.float32),
        class_names=("a", "b", "c"),
        mutable=np.ones(FEATURES, bool),
        step=np.zeros(FEATURES, np.float32),
        stored=stored,
    )


def narrow(scale=1.0, offset=0.0):
    """Right on all of `data()` where its values, scaled and moved so, run from 0 to 1.

    The class whose centre is nearest to the mean: on other scales most inputs are of one class.
    """
    last = layers.Dense(CLASSES)
    model = keras.Sequential(
        [keras.Input((FEATURES,)), layers.Rescaling(scale, offset=offset), last]
    )
    last.set_weights([np.tile(2 * CENTRES / FEATURES, (FEATURES, 1)), -(CENTRES**2)])
    return model


def undecided():
    """Answers the same to everything."""
    model = keras.Sequential([keras.Input((FEATURES,)), layers.Dense(CLASSES)])
    model.set_weights([np.zeros((FEATURES, CLASSES)), np.array([1.0, 0.0, 0.0])])
    return model


@pytest.mark.parametrize(
    ("dataset", "model", "taken"),
    [
        (data(stored=(0.0, 255.0)), narrow(1 / 255), "stored"),
        (data(stored=(0.0, 255.0)), narrow(), "unit"),
        (data(stored=(0.0, 255.0)), narrow(0.5, 0.5), "signed"),
        (data(), narrow(), "stored"),
        (data(), narrow(0.5, 0.5), "signed"),
        (data(high=255.0), narrow(1 / 255), "stored"),
        (data(high=255.0), narrow(), "unit"),
        (data(low=-1.0), narrow(), "unit"),
        # Divided by 255 before they were stored, and once more in the network.
        (data(), narrow(1 / 255), "bytes"),
        (data(stored=(0.0, 65535.0)), narrow(1 / 255), "bytes"),
        (data(low=-1.0), narrow(0.5, 0.5), "stored"),
    ],
)
def test_the_scale_on_which_it_works_is_taken(dataset, model, taken):
    found = finding_scales.found(model, dataset, 30, None)
    assert found.taken == taken
    assert found.used.accuracy == 1
    assert found.inputs == 120
    assert found.what == "training inputs"
    assert found.apart
    # The network with its scale in front is right on the data as they are.
    reading = Reading(at_low=found.used.at_low, at_high=found.used.at_high)
    scaled = scales.on_scale(model, reading, dataset.units)
    assert (values(scaled(dataset.x_test)).argmax(-1) == dataset.y_test).all()


def test_the_usual_scale_stays_where_no_other_is_clearly_better():
    dataset = data(stored=(0.0, 255.0))
    found = finding_scales.found(undecided(), dataset, 30, None)
    assert [one.scale for one in found.tried] == ["unit", "stored", "signed"]
    assert {one.accuracy for one in found.tried} == {1 / 3}
    assert found.taken == "unit"


def test_a_spec_overrides_whatever_works():
    found = finding_scales.found(narrow(1 / 255), data(stored=(0.0, 255.0)), 30, "signed")
    assert found.taken == "signed"
    assert (found.used.at_low, found.used.at_high) == (-1, 1)
    assert found.used.accuracy < 0.5


@pytest.mark.parametrize(
    ("name", "dataset", "ends"),
    [
        ("stored", data(stored=(0.0, 65535.0)), (0, 65535)),
        ("unit", data(stored=(0.0, 65535.0)), (0, 1)),
        ("stored", data(high=255.0), (None, None)),
        ("bytes", data(high=255.0), (None, None)),
        ("bytes", data(stored=(0.0, 255.0)), (0, 255)),
        ("bytes", data(), (0, 255)),
        ("unit", data(), (None, None)),
        ("signed", data(low=-1.0), (None, None)),
        ("unit", data(low=-1.0), (0, 1)),
    ],
)
def test_a_scale_by_its_name(name, dataset, ends):
    found = scales.named(dataset, name)
    assert (found.at_low, found.at_high) == ends


@pytest.mark.parametrize("gained", range(12))
@pytest.mark.parametrize("lost", [0, 1, 4])
def test_mcnemars_test_is_exact(gained, lost):
    expected = binomtest(gained, gained + lost).pvalue if gained + lost else 1.0
    assert scales.mcnemar(gained, lost) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("gained", "sure"), [(7, False), (8, True)])
def test_another_scale_has_to_be_clearly_better(gained, sure):
    """2 / 2^7 is 0.016, 2 / 2^8 is 0.008."""
    usual = np.zeros(50, bool)
    right = np.arange(50) < gained
    assert scales.clearly_better(right, usual) is sure
    assert not scales.clearly_better(usual, right)


def without_training(dataset):
    return replace(dataset, x_train=dataset.x_train[:0], y_train=dataset.y_train[:0])


@pytest.mark.parametrize(
    ("attacked", "inputs", "what", "apart"),
    [
        (60, 30, "test inputs that are not attacked", True),
        (61, 90, "test inputs", False),
    ],
)
def test_without_training_data_test_inputs_that_are_not_attacked_are_asked(
    attacked, inputs, what, apart
):
    dataset = without_training(data(stored=(0.0, 255.0)))
    found = finding_scales.found(narrow(1 / 255), dataset, attacked, None)
    assert (found.inputs, found.what, found.apart) == (inputs, what, apart)
    assert found.taken == "stored"
    held = scales.kept_apart(dataset, attacked)
    assert np.ptp(np.bincount(held.y)) == 0
    if apart:
        order = scales.class_balanced_order(dataset.y_test)[:attacked]
        kept = {row.tobytes() for row in dataset.x_test[order]}
        assert not kept & {row.tobytes() for row in held.x}


def test_large_images_are_asked_fewer():
    wide = data(train=200)
    wide = replace(wide, x_train=np.zeros((200, 150_000), np.uint8), x_test=wide.x_test[:1])
    wide = replace(wide, x_test=np.zeros((1, 150_000), np.uint8))
    assert len(scales.kept_apart(wide, 1).x) == 111


def test_labels_in_another_order_are_noticed():
    dataset = data()
    turned = replace(dataset, y_train=(dataset.y_train + 1) % CLASSES)
    found = finding_scales.found(narrow(), turned, 30, None)
    assert found.taken == "stored"
    assert found.used.accuracy == 0
    assert found.other_order == 1
    guessing = replace(dataset, y_train=np.random.default_rng(0).permutation(dataset.y_train))
    assert finding_scales.found(narrow(), guessing, 30, None).other_order is None
    assert finding_scales.found(narrow(), dataset, 30, None).other_order is None


def test_red_and_blue_exchanged_are_noticed():
    rng = np.random.default_rng(0)
    y = np.arange(90) % 3
    x = (rng.random((90, 2, 2, 3)) * 0.3 + 0.6 * np.eye(3)[y][:, None, None]).astype(np.float32)
    model = keras.Sequential([keras.Input((2, 2, 3)), layers.GlobalAveragePooling2D()])
    n = 12
    dataset = replace(
        data(),
        x_train=x[..., ::-1].copy(),
        y_train=y,
        x_test=x,
        y_test=y,
        low=np.zeros(n, np.float32),
        high=np.ones(n, np.float32),
        mutable=np.ones(n, bool),
        step=np.zeros(n, np.float32),
    )
    found = finding_scales.found(model, dataset, 30, None)
    assert found.used.accuracy == pytest.approx(1 / 3)
    assert found.other_channels == 1


def test_whole_numbers_that_are_looked_up_are_asked_about_as_they_are_stored_alone():
    """On another scale a number may lie where nothing is, which some devices refuse."""
    dataset, model = data(high=4.0), narrow()
    everything = finding_scales.found(model, dataset, 0, None)
    assert len(everything.tried) > 1
    alone = finding_scales.found(model, dataset, 0, None, looked_up=True)
    assert [one.scale for one in alone.tried] == ["stored"]
    assert alone.taken == "stored"
