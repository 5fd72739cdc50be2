"""HopSkipJump finds close adversarial examples from predicted classes alone."""

import numpy as np
import pytest

from core.errors import UserError
from tests.attacks.asking import FIELDS, asked, record
from tests.attacks.networks import linear, logits, perceptron


def attack(model, x, sample, target, **given):
    return asked("decision", model, x, sample, target, **{"queries": 600, **given})


def far(result, x, sample, norm="l2"):
    order = {"l2": 2, "linf": np.inf}[norm]
    return np.linalg.norm(result.adversarial.astype(np.float64) - x[sample], order, axis=1)


# The norm of the normal by which a gap of logits is divided to give the distance in a norm.
DUAL = {"l2": 2, "linf": 1}


@pytest.fixture(scope="module")
def population():
    model = perceptron(features=20, seed=12)
    x = np.random.default_rng(0).random((20, 20)).astype(np.float32)
    return model, x, np.arange(20), logits(model, x).argmax(axis=1)


@pytest.fixture(scope="module")
def boundary():
    """A linear network of two classes whose boundary runs through the middle of the bounds."""
    rng = np.random.default_rng(4)
    weights = rng.normal(size=(20, 2))
    model = linear(weights, -weights.sum(axis=0) / 2)
    x = rng.uniform(0.4, 0.6, (8, 20)).astype(np.float32)
    z = logits(model, x).astype(np.float64)
    return model, x, np.arange(8), z.argmax(axis=1), np.diff(weights)[:, 0], np.diff(z)[:, 0]


@pytest.mark.parametrize(("norm", "within"), [("l2", 1.03), ("linf", 1.1)])
@pytest.mark.parametrize("targeted", [True, False])
def test_with_enough_queries_it_comes_close_to_the_distance_to_the_boundary(
    boundary, targeted, norm, within
):
    model, x, sample, label, normal, gap = boundary
    distance = np.abs(gap) / np.linalg.norm(normal, DUAL[norm])
    target = 1 - label if targeted else label
    few, many = (
        attack(model, x, sample, target, queries=queries, targeted=targeted, norm=norm)
        for queries in (100, 4000)
    )
    assert few.success.all()
    assert set(many.status) == {"success"}
    ratio = far(many, x, sample, norm) / distance
    assert ratio.min() > 0.999
    assert ratio.max() < within
    assert far(few, x, sample, norm).mean() > 1.1 * far(many, x, sample, norm).mean()


@pytest.mark.parametrize(("norm", "within"), [("l2", 0.03), ("linf", 0.1)])
def test_immutable_features_lengthen_the_way_to_the_boundary_by_what_they_withhold(
    boundary, norm, within
):
    model, x, sample, label, normal, gap = boundary
    mutable = np.arange(20) < 10
    distance = np.abs(gap) / np.linalg.norm(normal[mutable], DUAL[norm])
    options = {"mutable": mutable, "targeted": False, "bounds": (-3.0, 4.0), "norm": norm}
    result = attack(model, x, sample, label, queries=4000, **options)
    np.testing.assert_allclose(far(result, x, sample, norm), distance, rtol=within)


def test_draws_around_the_boundary_reach_their_radius_along_free_features(boundary, monkeypatch):
    model, x, _, label, *_ = boundary
    asked = record(monkeypatch)
    options = {"mutable": np.arange(20) < 10, "targeted": False, "batch_size": 1}
    attack(model, x, [0], label[:1], queries=300, bounds=(-3.0, 4.0), **options)
    points = np.array(asked[len(x) :], np.float64)
    radius = 0.1 * 7
    apart = np.linalg.norm(points[:, None] - points, axis=2)
    # The 100 draws of the first estimate, around one of the points asked before.
    assert np.isclose(apart, radius, rtol=1e-4).sum(axis=1).max() >= 100


@pytest.mark.parametrize("queries", [1, 2, 3, 17, 40, 300, 1001])
def test_the_query_limit_holds(queries, boundary, monkeypatch):
    model, x, _, label, *_ = boundary
    asked = record(monkeypatch)
    attack(model, x, [0], label[:1], queries=queries, targeted=False, batch_size=1)
    # The predictions of all samples are asked once, apart from the pair's own queries.
    spent = len(asked) - len(x)
    assert spent <= queries
    # What is left over is less than one step needs.
    assert queries - spent < 20


def test_a_search_for_a_start_stops_exactly_at_the_limit(monkeypatch):
    asked = record(monkeypatch)
    model = linear(np.zeros((5, 2)), (1, 0))
    x = np.full((1, 5), 0.25, np.float32)
    result = attack(model, x, [0], [1], queries=333, batch_size=1)
    assert len(asked) - 1 == 333
    assert result.status.tolist() == ["cap"]
    assert result.predicted.tolist() == [0]
    assert result.iterations.tolist() == [0]
    np.testing.assert_array_equal(result.adversarial, x)


def test_only_predicted_classes_matter(population):
    model, x, sample, label = population
    # A power of two scales logits without rounding.
    scaled = perceptron(features=20, seed=12, scale=128.0)
    results = [attack(m, x, sample, label, targeted=False) for m in (model, scaled)]
    for field in FIELDS:
        np.testing.assert_array_equal(*(getattr(r, field) for r in results), field)


def test_the_closest_success_of_all_points_asked_about_is_returned(population, monkeypatch):
    model, x, _, label = population
    asked = record(monkeypatch)
    result = attack(model, x, [2], [label[2]], targeted=False, batch_size=1)
    asked = np.array(asked[len(x) :])
    hits = asked[logits(model, asked).argmax(axis=1) != label[2]]
    distance = np.linalg.norm(hits.astype(np.float64) - x[2], axis=1)
    np.testing.assert_array_equal(result.adversarial[0], hits[distance.argmin()])


def rare(threshold=7.5, features=8):
    """A network whose class 1 no uniform draw meets: nearly all features must be nearly 1."""
    weights = np.zeros((features, 2))
    weights[:, 1] = 1
    return linear(weights, (threshold, 0))


@pytest.mark.parametrize("targeted", [True, False])
def test_a_class_that_no_draw_meets_is_reached_from_another_sample(targeted):
    model = rare()
    x = np.array([np.full(8, 0.8), np.ones(8), np.full(8, 0.3)], np.float32)
    goal = {"target": [1 if targeted else 0], "targeted": targeted}
    result = attack(model, x, [0], queries=4000, **goal)
    assert result.status.tolist() == ["success"]
    # From 0.8 in each of 8 features to a sum of 7.5.
    np.testing.assert_allclose(far(result, x, [0]), 1.1 / np.sqrt(8), rtol=0.03)
    alone = attack(model, x[[0, 2]], [0], queries=1000, **goal)
    assert alone.status.tolist() == ["cap"]
    np.testing.assert_array_equal(alone.adversarial, x[:1])


def test_the_closest_sample_of_the_target_class_is_tried_first(monkeypatch):
    x = np.array([np.full(8, 0.8), np.ones(8), np.full(8, 0.99)], np.float32)
    asked = record(monkeypatch)
    attack(rare(), x, [0], [1], queries=2, batch_size=1)
    np.testing.assert_array_equal(asked[-1], x[2])


def test_where_nothing_can_move_nothing_is_asked(population, monkeypatch):
    model, x, _, label = population
    asked = record(monkeypatch)
    options = {"mutable": np.zeros(20, bool), "targeted": False, "batch_size": 1}
    result = attack(model, x, [3], [label[3]], **options)
    assert result.status.tolist() == ["cap"]
    assert len(asked) == len(x) + 1


@pytest.mark.parametrize(
    ("options", "message"),
    [({"queries": 0}, "queries"), ({"bounds": (0.0, np.inf)}, "bounds"), ({"norm": "l1"}, "norm")],
)
def test_unusable_arguments_are_named(options, message, population):
    model, x, sample, label = population
    with pytest.raises(UserError, match=message):
        attack(model, x, sample, label, **options)
