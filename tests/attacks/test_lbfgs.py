"""L-BFGS finds the closest point that fulfils the goal; many minimisers share one pass."""

import numpy as np
import pytest

from core.attacks.engine import lbfgs_slots
from core.errors import UserError
from tests.attacks.asking import asked, assert_within
from tests.attacks.networks import linear, logits, perceptron


def attack(model, x, sample, target, **given):
    return asked("lbfgs", model, x, sample, target, **given)


def far(result, x, sample):
    return np.linalg.norm(result.adversarial.astype(np.float64) - x[sample], axis=1)


@pytest.fixture(scope="module")
def population():
    model = perceptron(features=20, seed=12)
    x = np.random.default_rng(0).random((12, 20)).astype(np.float32)
    return model, x, np.arange(12), logits(model, x).argmax(axis=1)


@pytest.fixture(scope="module")
def boundary():
    """A linear network of two classes; its normal, and the logits' gap of some samples."""
    rng = np.random.default_rng(4)
    weights = rng.normal(size=(20, 2))
    model = linear(weights, -weights.sum(axis=0) / 2)
    x = rng.uniform(0.2, 0.8, (8, 20)).astype(np.float32)
    z = logits(model, x).astype(np.float64)
    return model, x, np.arange(8), z.argmax(axis=1), np.diff(weights)[:, 0], np.diff(z)[:, 0]


def record(monkeypatch):
    """Return a list that fills with the batches that the network is asked about."""
    batches, compiled = [], lbfgs_slots.gradient_function

    def recording(model, objective):
        evaluate = compiled(model, objective)

        def gradient(x, targets):
            batches.append(x.reshape(len(x), -1).copy())
            return evaluate(x, targets)

        return gradient

    monkeypatch.setattr(lbfgs_slots, "gradient_function", recording)
    return batches


@pytest.mark.parametrize("targeted", [True, False])
def test_on_a_linear_network_it_finds_the_distance_to_the_boundary(boundary, targeted):
    model, x, sample, label, normal, gap = boundary
    target = 1 - label if targeted else label
    options = {"bounds": (-9.0, 9.0), "targeted": targeted, "searches": 14}
    result = attack(model, x, sample, target, **options)
    assert set(result.status) == {"success"}
    ratio = far(result, x, sample) / (np.abs(gap) / np.linalg.norm(normal))
    assert ratio.min() > 0.9999
    assert ratio.max() < 1.01


def test_bounds_and_immutable_features_leave_the_closest_point_in_the_box(boundary):
    """The closest point of a half-space in a box is a clipped multiple of the normal."""
    model, x, sample, label, normal, gap = boundary
    mutable = np.arange(20) != 3
    bounds = (float(x.min()), float(x.max()))
    result = attack(model, x, sample, 1 - label, bounds=bounds, mutable=mutable, searches=14)
    assert_within(result, x, sample, bounds, mutable)
    assert np.isin(result.adversarial, np.float32(bounds)).sum() > 2, "the box must be met"
    for i in sample:
        direction = -np.sign(gap[i]) * normal * mutable
        multiples = np.linspace(0, 1, 20001)[:, None]
        moved = np.clip(x[i] + multiples * direction, *bounds) - x[i]
        crossed = (moved @ normal) * -np.sign(gap[i]) >= abs(gap[i])
        assert crossed.any(), "the test needs a boundary inside the box"
        shortest = np.linalg.norm(moved[crossed.argmax()])
        assert far(result, x, sample)[i] == pytest.approx(shortest, rel=0.01, abs=5e-4)


def test_more_searches_never_end_farther_away(population):
    model, x, sample, label = population
    target = (label + 1) % 3
    lengths = [
        far(attack(model, x, sample, target, searches=n, batch_size=12), x, sample)
        for n in (3, 6, 10)
    ]
    # Pairs leave the batch earlier or later, and kernels round by its size.
    assert (np.diff(lengths, axis=0) <= 1e-3 * lengths[0]).all()
    assert lengths[-1].mean() < 0.99 * lengths[0].mean()


@pytest.mark.parametrize("initial_c", [1e-3, 1e3])
def test_the_first_trade_off_constant_hardly_matters(initial_c, population):
    model, x, sample, label = population
    reference = attack(model, x, sample, label, targeted=False, searches=10)
    result = attack(model, x, sample, label, targeted=False, searches=13, initial_c=initial_c)
    assert reference.success.all()
    assert result.success.all()
    np.testing.assert_allclose(far(result, x, sample), far(reference, x, sample), rtol=0.02)


@pytest.mark.parametrize("targeted", [True, False])
def test_gaps_of_200_nats_neither_stop_it_nor_cost_distance(targeted):
    sound, scaled = perceptron(features=20, seed=12), perceptron(features=20, scale=400, seed=12)
    x = np.random.default_rng(0).random((20, 20)).astype(np.float32)
    z = np.sort(logits(scaled, x), axis=1)
    x = x[z[:, -1] - z[:, -2] > 200]
    assert len(x) > 8
    label = logits(sound, x).argmax(axis=1)
    target = (label + 1) % 3 if targeted else label
    sample = np.arange(len(x))
    reference, result = (
        attack(model, x, sample, target, targeted=targeted, searches=10)
        for model in (sound, scaled)
    )
    assert result.success.all()
    ratio = far(result, x, sample) / far(reference, x, sample)
    assert np.median(ratio) < 1.02


def test_the_closest_success_of_all_points_evaluated_is_returned(population, monkeypatch):
    model, x, _, label = population
    batches = record(monkeypatch)
    result = attack(model, x, [2], [label[2]], targeted=False, batch_size=1)
    asked = np.concatenate(batches)
    hits = asked[logits(model, asked).argmax(axis=1) != label[2]]
    distance = np.linalg.norm(hits.astype(np.float64) - x[2], axis=1)
    assert distance[-1] > distance.min(), "the test needs a last point that is not the best"
    np.testing.assert_array_equal(result.adversarial[0], hits[distance.argmin()])


def test_a_failed_pair_returns_the_point_of_highest_log_odds(boundary, monkeypatch):
    model, x, _, label, normal, gap = boundary
    far_off = int(np.abs(gap).argmax())
    mine = label[far_off]
    # One weak feature is too little to reach the boundary.
    weak = np.arange(20) == np.abs(normal).argmin()
    batches = record(monkeypatch)
    result = attack(model, x, [far_off], [1 - mine], searches=2, mutable=weak, batch_size=1)
    asked = np.concatenate(batches)
    z = logits(model, asked)
    assert result.status.tolist() == ["cap"]
    assert result.predicted.tolist() == [mine]
    odds = z[:, 1 - mine] - z[:, mine]
    returned = (asked == result.adversarial[0]).all(axis=1)
    # Asked one by one or all at once, a network may round differently.
    assert odds[returned].max() == pytest.approx(odds.max(), abs=1e-5)
    assert odds.argmax() > 0


def test_one_pass_answers_all_minimisers_that_wait(population, monkeypatch):
    model, x, sample, label = population
    batches = record(monkeypatch)
    attack(model, x, sample, label, targeted=False, batch_size=1)
    one_by_one = len(batches)
    batches.clear()
    attack(model, x, sample, label, targeted=False, batch_size=64)
    assert max(len(batch) for batch in batches) >= len(x)
    assert len(batches) < one_by_one / 5


def test_where_nothing_can_move_the_pair_fails_at_the_cap(population):
    model, x, _, label = population
    result = attack(model, x, [3], [label[3]], mutable=np.zeros(20, bool), targeted=False)
    assert result.status.tolist() == ["cap"]
    np.testing.assert_array_equal(result.adversarial, x[3:4])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"steps": 0}, "steps"),
        ({"searches": 0}, "searches"),
        ({"initial_c": 0.0}, "initial_c"),
    ],
)
def test_unusable_arguments_are_named(options, message, population):
    model, x, sample, label = population
    with pytest.raises(UserError, match=message):
        attack(model, x, sample, label, **options)
