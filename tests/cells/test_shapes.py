"""Volumes are attacked like images of the same numbers; a feature of one value changes nothing."""

from dataclasses import replace

import keras
import numpy as np
import pandas as pd
import pytest

from tests.attacks.networks import perceptron
from tests.cells.test_units import CLASSES, FEATURES, SEED, attacked, data, network

NAMES = ["jsma-z", "pgd", "cw-l0", "genetic", "decision", "noise"]


def shaped(dataset, *shape):
    """The same numbers in another shape, and a network that takes them so."""
    changed = replace(
        dataset,
        x_train=dataset.x_train.reshape(-1, *shape),
        x_test=dataset.x_test.reshape(-1, *shape),
    )
    flat = keras.layers.Reshape((FEATURES,))
    taken = keras.Input(shape)
    inner = perceptron(FEATURES, CLASSES, scale=4.0, seed=SEED)
    return changed, keras.Model(taken, inner(flat(taken)))


@pytest.mark.parametrize("name", NAMES)
def test_a_volume_is_attacked_like_an_image_of_the_same_numbers(name):
    image, _, kept = attacked(name, *shaped(data(0, 1), 4, 2, 1))
    volume, _, also = attacked(name, *shaped(data(0, 1), 2, 2, 2, 1))
    pd.testing.assert_frame_equal(volume, image)
    np.testing.assert_array_equal(also.reshape(kept.shape), kept)


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("name", ["jsma-logf", "pgd"])
def test_a_feature_of_one_value_beside_features_on_steps_changes_no_row(name):
    """Also where examples are put on steps, and distances measured again in fractions."""
    dataset = data(0, 256, step=1)
    model = network(dataset.low, dataset.high)
    constant = np.full((len(dataset.x_test), 1), 7, np.float32)
    x = np.hstack([dataset.x_test, constant])
    wide = replace(
        dataset,
        x_train=x,
        x_test=x,
        low=np.append(dataset.low, np.float32(7)),
        high=np.append(dataset.high, np.float32(7)),
        mutable=np.append(dataset.mutable, False),
        step=np.append(dataset.step, np.float32(0)),
    )
    taken = keras.Input((FEATURES + 1,))
    pick = keras.layers.Dense(FEATURES, use_bias=False)
    other = keras.Model(taken, model(pick(taken)))
    pick.set_weights([np.eye(FEATURES + 1, FEATURES, dtype=np.float32)])
    rows, _, _ = attacked(name, dataset, model)
    same, _, kept = attacked(name, wide, other)
    pd.testing.assert_frame_equal(same, rows, rtol=1e-4)
    assert rows["success"].any()
    assert (kept[:, -1] == 7).all()
