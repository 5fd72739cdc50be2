"""GenAttack finds what scores alone show, within the ball and within its queries."""

import numpy as np
import pytest

from core.attacks import genetic
from core.errors import UserError
from tests.attacks.asking import asked, record
from tests.attacks.networks import linear, logits, perceptron


def attack(model, x, sample, target, **given):
    return asked("genetic", model, x, sample, target, **{"eps": 0.2, "queries": 300, **given})


@pytest.fixture(scope="module")
def population():
    model = perceptron(features=20, seed=12)
    x = np.random.default_rng(0).random((20, 20)).astype(np.float32)
    return model, x, np.arange(20), logits(model, x).argmax(axis=1)


@pytest.fixture(scope="module")
def boundary():
    """A linear network of two classes, and the Linf distance of samples to its boundary."""
    rng = np.random.default_rng(4)
    weights = rng.normal(size=(20, 2))
    model = linear(weights, -weights.sum(axis=0) / 2)
    x = rng.uniform(0.4, 0.6, (8, 20)).astype(np.float32)
    z = logits(model, x).astype(np.float64)
    return model, x, z.argmax(axis=1), np.abs(z[:, 0] - z[:, 1]) / np.abs(np.diff(weights)).sum()


@pytest.mark.parametrize("targeted", [True, False])
def test_it_succeeds_in_a_ball_of_one_and_a_half_times_the_distance(boundary, targeted):
    model, x, label, distance = boundary
    for i in range(len(x)):
        target = 1 - label[i] if targeted else label[i]
        result = attack(
            model, x, [i], [target], eps=1.5 * distance[i], queries=3000, targeted=targeted
        )
        assert result.status.tolist() == ["success"]
        moved = np.abs(result.adversarial[0].astype(np.float64) - x[i]).max()
        assert distance[i] * 0.999 < moved <= 1.5 * distance[i]


def test_it_fails_in_a_ball_smaller_than_the_distance_with_all_queries_spent(boundary):
    model, x, label, distance = boundary
    result = attack(model, x, [0], [1 - label[0]], eps=0.9 * distance[0], queries=200)
    assert result.status.tolist() == ["cap"]
    assert result.predicted.tolist() == [label[0]]
    # 199 queries after the first: a population of 6, then 5 new members a generation.
    assert result.iterations.tolist() == [1 + int(np.ceil(193 / 5))]


def test_a_failed_pair_returns_its_fittest_point(boundary, monkeypatch):
    model, x, label, distance = boundary
    asked = record(monkeypatch)
    target = 1 - label[0]
    result = attack(model, x, [0], [target], eps=0.5 * distance[0], batch_size=1)
    z = logits(model, np.array(asked))
    fitness = z[:, target] - z[:, 1 - target]
    np.testing.assert_array_equal(result.adversarial[0], asked[int(fitness.argmax())])
    assert fitness.argmax() > 6, "the test needs progress over the generations"


@pytest.mark.parametrize("queries", [1, 2, 6, 7, 8, 50])
def test_the_query_limit_holds_exactly(queries, boundary, monkeypatch):
    model, x, label, distance = boundary
    asked = record(monkeypatch)
    attack(model, x, [0], [1 - label[0]], eps=distance[0] / 2, queries=queries, batch_size=1)
    assert len(asked) == queries


def test_queries_after_a_success_are_not_spent(population, monkeypatch):
    model, x, _, label = population
    asked = record(monkeypatch)
    result = attack(model, x, [0], [label[0]], eps=1.0, targeted=False, batch_size=1)
    assert result.success.all()
    assert len(asked) == 1 + 6 + 5 * (result.iterations[0] - 1) < 300


@pytest.mark.parametrize("targeted", [True, False])
def test_logits_times_100_change_little_for_a_fitness_that_does_not_underflow(targeted):
    sound, scaled = perceptron(features=20, seed=12), perceptron(features=20, scale=100, seed=12)
    x = np.random.default_rng(0).random((40, 20)).astype(np.float32)
    z = np.sort(logits(scaled, x), axis=1)
    x = x[z[:, -1] - z[:, -2] > 120]
    assert len(x) > 10
    label = logits(sound, x).argmax(axis=1)
    target = (label + 1) % 3 if targeted else label
    rates = [
        attack(model, x, np.arange(len(x)), target, eps=0.3, targeted=targeted).success.mean()
        for model in (sound, scaled)
    ]
    assert min(rates) > 0.8


def test_mutations_shrink_on_a_plateau(monkeypatch):
    # Where every point is equally fit, generation after generation adds to a plateau.
    monkeypatch.setattr(genetic, "PLATEAU", 10)
    asked = record(monkeypatch)
    x = np.full((1, 300), 0.5, np.float32)
    model = linear(np.zeros((300, 2)), (1, 0))
    attack(model, x, [0], [1], eps=0.1, queries=1 + 6 + 5 * 190, batch_size=1)
    asked = np.array(asked)

    def mutated(generation):
        # The first member stays the fittest; features of no parent are mutations.
        at = 7 + 5 * generation
        before = asked[at - 5 : at] if generation else asked[2:7]
        parents = np.concatenate([asked[1:2], before])
        children = asked[at : at + 5]
        fresh = (children[:, None] != parents).all(axis=1)
        nearest = np.abs(children[:, None] - parents).min(axis=1)
        return fresh.mean(), nearest[fresh].max()

    early, late = mutated(0), mutated(185)
    assert early[0] == pytest.approx(0.5, abs=0.06)
    assert late[0] == pytest.approx(0.1, abs=0.04)
    assert 0.02 < early[1] <= 0.4 * 0.1 + 1e-6
    assert late[1] <= 0.15 * 0.1 + 1e-6


def test_where_nothing_can_move_nothing_is_asked(population, monkeypatch):
    model, x, _, label = population
    asked = record(monkeypatch)
    result = attack(model, x, [3], [label[3]], mutable=np.zeros(20, bool), targeted=False)
    assert result.status.tolist() == ["cap"]
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"eps": -0.1}, "eps"),
        ({"eps": np.nan}, "eps"),
        ({"population": 1}, "population"),
        ({"queries": 0}, "queries"),
    ],
)
def test_unusable_arguments_are_named(options, message, population):
    model, x, sample, label = population
    with pytest.raises(UserError, match=message):
        attack(model, x, sample, label, **options)
