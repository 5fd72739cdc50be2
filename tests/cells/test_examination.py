"""What is measured of every network, on large images and of very many classes too."""

import numpy as np
import pytest

from core.cells import examination
from tests.cells.test_units import FEATURES, data, network


@pytest.fixture
def measured():
    return examination.examine(network(0, 1), data(0, 1))


def test_inputs_are_taken_a_few_at_a_time_without_a_change(measured, monkeypatch):
    monkeypatch.setattr(examination, "VALUES_AT_ONCE", 7 * FEATURES)
    found = examination.examine(network(0, 1), data(0, 1))
    assert found.amplitudes.samples == 40
    assert found.amplitudes.median_power == pytest.approx(measured.amplitudes.median_power)
    assert found.amplitudes.bins == measured.amplitudes.bins
    assert (found.outputs.inputs, measured.outputs.inputs) == (8, 40)


def test_of_very_many_classes_the_most_probable_are_looked_at(measured, monkeypatch):
    """With each answer its runner-up: the largest gradient but where it is nearly flat."""
    monkeypatch.setattr(examination, "MOST_CLASSES", 2)
    model, dataset = network(0, 1), data(0, 1)
    targets = examination._targets(model, dataset.x_test, 3)
    answers = model.predict(dataset.x_test, verbose=0)
    np.testing.assert_array_equal(targets[:, 0], answers.argmax(-1))
    np.testing.assert_array_equal(answers.argmin(-1), 3 - targets.sum(1))
    found = examination.examine(model, dataset).amplitudes
    assert found.median_power == pytest.approx(measured.amplitudes.median_power, abs=0.2)
