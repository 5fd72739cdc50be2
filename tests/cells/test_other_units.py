"""Distances in standard deviations and in cost: the same network, another ruler."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.attacks.engine.fractions import require_fractions
from core.data.dataset import attacked_order, class_balanced_order
from core.errors import UserError
from core.model.data import DataFacts
from tests.cells.test_units import FEATURES, attacked, data

LOW = np.array([-300, -1, 0, 5, -0.25, -7, 100, 0], np.float32)
SPAN = np.array([200, 2, 255, 3, 0.5, 1, 30, 1], np.float32)
COST = np.array([1, 2, 0.5, 4, 1, 1, 8, 1], np.float32)


def in_unit(unit, **more):
    return replace(data(LOW, LOW + SPAN, **more), cost=COST, unit=unit)


def sizes(unit, dataset):
    """What 1 of the unit is in the data's own, computed by hand."""
    if unit == "deviation":
        return dataset.x_train.astype(float).std(axis=0)
    return SPAN if unit == "range" else SPAN / COST


@pytest.mark.parametrize("unit", ["range", "deviation", "cost"])
@pytest.mark.parametrize("name", ["pgd", "cw-l2", "jsma-logf"])
def test_every_distance_is_in_the_unit_that_was_asked_for(name, unit):
    dataset = in_unit(unit)
    rows, original, adversarial = attacked(name, dataset)
    x = dataset.x_test[rows["sample"]] if len(original) != len(rows) else original
    moved = np.abs(adversarial.astype(float) - x) / sizes(unit, dataset)
    np.testing.assert_allclose(rows["linf"], moved.max(axis=1), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(rows["l2"], np.sqrt((moved**2).sum(axis=1)), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(rows["l1"], moved.sum(axis=1), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(rows["l0"], (adversarial != x) @ COST.astype(float))
    if name == "pgd":  # by default within 0.1 of the unit, and to its end
        assert (rows["linf"] <= 0.1 * (1 + 1e-5)).all()
        assert rows["linf"].max() > 0.099


def test_an_attack_that_counts_features_takes_the_same_ones_in_every_unit():
    plain = replace(data(LOW, LOW + SPAN), unit="range")
    expected, _, _ = attacked("jsma-z", plain)
    other, _, _ = attacked("jsma-z", replace(plain, unit="deviation"))
    same = ["sample", "target", "predicted", "success", "status", "iterations", "l0"]
    pd.testing.assert_frame_equal(other[same], expected[same])


@pytest.mark.parametrize("unit", ["deviation", "cost"])
def test_the_largest_distance_is_that_between_opposite_corners(unit):
    dataset = in_unit(unit)
    reach = SPAN.astype(float) / sizes(unit, dataset)
    extent = dataset.extent()
    assert extent["l1"] == pytest.approx(reach.sum(), rel=1e-6)
    assert extent["l2"] == pytest.approx(np.sqrt((reach**2).sum()), rel=1e-6)
    assert extent["linf"] == pytest.approx(reach.max(), rel=1e-6)
    assert extent["l0"] == pytest.approx(COST.astype(float).sum())
    assert extent["features"] == FEATURES


def test_a_standard_deviation_is_of_the_training_inputs_else_of_the_test_inputs():
    dataset = data(LOW, LOW + SPAN)
    half = replace(dataset, x_train=dataset.x_train[:9], unit="deviation")
    by_hand = dataset.x_train[:9].astype(float).std(axis=0)
    np.testing.assert_allclose(half.units.size, by_hand, rtol=1e-6)
    none = replace(half, x_train=dataset.x_train[:0])
    np.testing.assert_allclose(none.units.size, dataset.x_test.astype(float).std(axis=0), rtol=1e-6)


def test_a_feature_that_never_varies_has_no_deviation_to_measure_with():
    dataset = replace(data(0, 1), unit="deviation")
    still = dataset.x_train.copy()
    still[:, 2] = 0.5
    with pytest.raises(UserError, match="feature 2 has the same value in every training input"):
        replace(dataset, x_train=still).extent()
    fixed = replace(dataset, x_train=still, mutable=np.arange(FEATURES) != 2)
    assert fixed.extent()["l0"] == FEATURES - 1


def test_costs_have_to_be_given_to_be_the_unit():
    with pytest.raises(UserError, match="unit cost needs an array cost"):
        replace(data(0, 1), unit="cost").info()


@pytest.mark.parametrize(("eps", "fits"), [(1.2, True), (50.0, False)])
def test_a_radius_above_1_is_right_in_standard_deviations_up_to_the_widest_feature(eps, fits):
    facts = DataFacts.model_validate(in_unit("deviation").info())
    assert 1.2 < facts.extent.linf < 50
    if fits:
        require_fractions("attacks.pgd", {"eps": eps}, "linf", facts)
        return
    with pytest.raises(UserError, match="largest distance of these data in standard deviations"):
        require_fractions("attacks.pgd", {"eps": eps}, "linf", facts)
    with pytest.raises(UserError, match="the whole range"):
        require_fractions("attacks.jsma-f", {"theta": 1.2}, "l0", facts)


def test_only_inputs_of_the_attacked_classes_are_in_the_order():
    labels = np.array([0, 1, 1, 2, 0, 2, 1])
    assert attacked_order(labels, [1]).tolist() == [1, 2, 6]
    assert attacked_order(labels, [0, 2]).tolist() == [0, 3, 4, 5]
    everyone = attacked_order(labels, None)
    np.testing.assert_array_equal(everyone, class_balanced_order(labels))
