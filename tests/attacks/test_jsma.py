"""JSMA does what the paper's algorithm does, and stops for the reason it names."""

import numpy as np
import pytest

from core.errors import UserError
from tests.attacks.asking import asked
from tests.attacks.networks import linear, logits, perceptron, wrong_pairs

VARIANTS = ("jsma-f", "jsma-f64", "jsma-logf", "jsma-z")


def attack(name, model, x, sample, target, **given):
    return asked(name, model, x, sample, target, **{"budget": 4, **given})


def one(name, model, x, target, **options):
    return attack(name, model, [x], np.array([0]), np.array([target]), **options)


# z_1 - z_0 of this network is x . (5, 4, 1, -3) - bias: features 0 and 1 go first, then 2 and none.
# Opposite weights make X = Y in the logits too, so that all variants pick the same pairs.
WEIGHTS = [[-2.5, 2.5], [-2, 2], [-0.5, 0.5], [1.5, -1.5]]


@pytest.mark.parametrize("name", VARIANTS)
class TestByHand:
    def test_one_step_on_the_two_features_that_help_most(self, name):
        result = one(name, linear(WEIGHTS, (8, 0)), [0.0, 0.1, 0.2, 0.3], 1)
        np.testing.assert_array_equal(result.adversarial, np.float32([[1, 1, 0.2, 0.3]]))
        assert result.status.tolist() == ["success"]
        assert result.success.tolist() == [True]
        assert result.predicted.tolist() == [1]
        assert result.predicted_clean.tolist() == [0]
        assert result.iterations.tolist() == [1]

    def test_already(self, name):
        result = one(name, linear(WEIGHTS, (0, 1)), [0.0] * 4, 1)
        assert result.status.tolist() == ["already"]
        assert result.success.tolist() == [True]
        assert result.iterations.tolist() == [0]
        np.testing.assert_array_equal(result.adversarial, np.zeros((1, 4)))

    def test_cap(self, name):
        result = one(name, linear(WEIGHTS, (20, 0)), [0.0] * 4, 1, budget=2)
        assert result.status.tolist() == ["cap"]
        assert result.success.tolist() == [False]
        assert result.predicted.tolist() == [0]
        assert result.iterations.tolist() == [1]
        np.testing.assert_array_equal(result.adversarial, [[1, 1, 0, 0]])

    def test_no_admissible_pair(self, name):
        # After 0 and 1 only 2 and 3 are left, and together they help class 0: 1 - 3 < 0.
        result = one(name, linear(WEIGHTS, (20, 0)), [0.0] * 4, 1)
        assert result.status.tolist() == ["no_admissible_pair"]
        assert result.iterations.tolist() == [1]
        np.testing.assert_array_equal(result.adversarial, [[1, 1, 0, 0]])

    def test_zero_gradient_at_the_sample(self, name):
        result = one(name, linear(np.zeros((4, 2)), (1, 0)), [0.0] * 4, 1)
        assert result.status.tolist() == ["zero_gradient"]
        assert result.iterations.tolist() == [0]
        assert result.predicted.tolist() == [0]

    def test_a_gradient_of_the_other_class_alone_is_not_a_zero_gradient(self, name):
        # Softmax mixes the logits, so only jsma-z sees that the target itself cannot be raised.
        result = one(name, linear([[-1, 0], [-1, 0], [-1, 0], [-1, 0]], (9, 0)), [0.0] * 4, 1)
        reason, steps = ("no_admissible_pair", 0) if name == "jsma-z" else ("cap", 2)
        assert result.status.tolist() == [reason]
        assert result.iterations.tolist() == [steps]

    def test_a_feature_at_the_maximum_is_not_in_the_domain(self, name):
        result = one(name, linear(WEIGHTS, (9.5, 0)), [1.0, 0.0, 0.0, 0.0], 1)
        assert result.status.tolist() == ["success"]
        np.testing.assert_array_equal(result.adversarial, [[1, 1, 1, 0]])

    def test_a_feature_is_used_once(self, name):
        # With theta = 0.3 features 0 and 1 stay below the maximum and are still removed.
        result = one(name, linear(WEIGHTS, (20, 0)), [0.0] * 4, 1, theta=0.3, budget=4)
        np.testing.assert_allclose(result.adversarial, [[0.3, 0.3, 0, 0]])
        assert result.status.tolist() == ["no_admissible_pair"]

    def test_decreasing_lowers_what_speaks_against_the_target(self, name):
        result = one(name, linear(WEIGHTS, (1, 0)), [0.0, 0.0, 0.4, 1.0], 1, theta=-1.0)
        # 3 is lowered with 2, the least harmful other feature that is not at the minimum.
        np.testing.assert_array_equal(result.adversarial, [[0, 0, 0, 0]])
        assert result.status.tolist() == ["no_admissible_pair"]
        model = linear(WEIGHTS, (-1.5, 0))
        result = one(name, model, [0.0, 0.0, 0.4, 1.0], 1, theta=-1.0)
        assert result.status.tolist() == ["success"]

    def test_mutable_features_only(self, name):
        mutable = np.array([False, True, True, True])
        result = one(name, linear(WEIGHTS, (20, 0)), [0.0] * 4, 1, mutable=mutable)
        np.testing.assert_array_equal(result.adversarial, [[0, 1, 1, 0]])

    def test_bounds_of_each_feature(self, name):
        low, high = np.zeros(4), np.array([2.0, 0.5, 1.0, 1.0])
        result = one(name, linear(WEIGHTS, (9, 0)), [0.0] * 4, 1, theta=3.0, bounds=(low, high))
        np.testing.assert_array_equal(result.adversarial, [[2, 0.5, 0, 0]])
        assert result.status.tolist() == ["success"]


@pytest.fixture(scope="module")
def population():
    model = perceptron(features=20, seed=12)
    x = np.random.default_rng(0).random((30, 20)).astype(np.float32)
    return model, x, *wrong_pairs(model, x)


@pytest.mark.parametrize("name", VARIANTS)
def test_batches_give_what_one_pair_at_a_time_gives(name, population):
    model, x, sample, target = population
    together = attack(name, model, x, sample, target, budget=11, batch_size=16)
    assert {"success", "cap"} <= set(together.status), "the test needs pairs of several lengths"
    assert len(set(together.iterations)) > 3
    alone = attack(name, model, x, sample, target, budget=11, batch_size=1)
    for field in ("adversarial", "predicted", "success", "status", "iterations", "predicted_clean"):
        np.testing.assert_array_equal(getattr(together, field), getattr(alone, field), field)


@pytest.mark.parametrize("name", VARIANTS)
@pytest.mark.parametrize("budget", [5, 8])
def test_the_result_is_consistent_with_the_network_and_the_budget(name, budget, population):
    model, x, sample, target = population
    result = attack(name, model, x, sample, target, budget=budget)
    changed = (result.adversarial != x[sample]).sum(axis=1)
    assert changed.max() == budget // 2 * 2
    np.testing.assert_array_equal(changed, 2 * result.iterations)
    np.testing.assert_array_equal(result.predicted, logits(model, result.adversarial).argmax(1))
    np.testing.assert_array_equal(result.predicted_clean, logits(model, x[sample]).argmax(1))
    np.testing.assert_array_equal(result.success, result.predicted == target)
    np.testing.assert_array_equal(result.success, np.isin(result.status, ["success", "already"]))


@pytest.mark.parametrize("theta", [1.0, -1.0])
def test_jsma_z_follows_the_algorithm_of_the_paper_step_by_step(theta, population):
    """Replayed on one sample with all n x n pairs and gradients by hand."""
    model, x, sample, target = population
    result = attack("jsma-z", model, x, sample, target, budget=6, theta=theta)
    hidden, output = model.layers[0], model.layers[1]
    (w1, b1), (w2, _) = hidden.get_weights(), output.get_weights()
    for i in range(0, len(sample), 7):
        point, t = x[sample[i]].astype(np.float64), target[i]
        gamma = set(range(20))
        for _ in range(result.iterations[i]):
            jacobian = (w1 * (point @ w1 + b1 > 0)) @ w2 * np.sign(theta)
            a, b = jacobian[:, t], jacobian.sum(axis=1) - jacobian[:, t]
            p, q = max(
                ((p, q) for p in gamma for q in gamma if p < q),
                key=lambda pq: (
                    -(a[pq[0]] + a[pq[1]]) * (b[pq[0]] + b[pq[1]])
                    if a[pq[0]] + a[pq[1]] > 0 > b[pq[0]] + b[pq[1]]
                    else -np.inf
                ),
            )
            point[[p, q]] = 1.0 if theta > 0 else 0.0
            gamma -= {p, q}
        np.testing.assert_allclose(result.adversarial[i], point, err_msg=f"pair {i}")


def test_jsma_f_and_jsma_logf_are_one_attack_without_underflow(population):
    model, x, sample, target = population
    f = attack("jsma-f", model, x, sample, target, budget=12)
    for name in ("jsma-f64", "jsma-logf"):
        other = attack(name, model, x, sample, target, budget=12)
        np.testing.assert_array_equal(f.adversarial, other.adversarial)
        np.testing.assert_array_equal(f.status, other.status)


def test_jsma_z_is_another_attack(population):
    model, x, sample, target = population
    z = attack("jsma-z", model, x, sample, target, budget=12)
    f = attack("jsma-logf", model, x, sample, target, budget=12)
    assert (z.adversarial != f.adversarial).any()


@pytest.fixture(scope="module")
def broken():
    """The same network with its logits times 100: no sound attack may call it robust."""
    sound, scaled = perceptron(features=20, seed=12), perceptron(features=20, scale=100.0, seed=12)
    x = np.random.default_rng(0).random((30, 20)).astype(np.float32)
    sample, target = wrong_pairs(sound, x)
    z = logits(scaled, x)[sample]
    gap = z.max(axis=1) - z[np.arange(len(z)), target]
    far = (gap > 120) & (gap < 650)
    assert far.sum() > 10
    return sound, scaled, x, sample[far], target[far]


def test_scaled_logits_stop_jsma_f_with_a_zero_gradient(broken):
    _, scaled, x, sample, target = broken
    result = attack("jsma-f", scaled, x, sample, target, budget=20)
    assert set(result.status) == {"zero_gradient"}
    assert not result.iterations.any()
    np.testing.assert_array_equal(result.adversarial, x[sample])


@pytest.mark.parametrize("name", ["jsma-logf", "jsma-z"])
def test_scaled_logits_change_nothing_for_an_attack_that_does_not_underflow(name, broken):
    sound, scaled, x, sample, target = broken
    result = attack(name, scaled, x, sample, target, budget=20)
    assert result.success.mean() > 0.8
    assert "zero_gradient" not in result.status
    if name == "jsma-z":
        unscaled = attack(name, sound, x, sample, target, budget=20)
        np.testing.assert_array_equal(result.success, unscaled.success)


def test_float64_reaches_gaps_below_700_nats(broken):
    _, scaled, x, sample, target = broken
    result = attack("jsma-f64", scaled, x, sample, target, budget=20)
    exact = attack("jsma-logf", scaled, x, sample, target, budget=20)
    assert (result.status != "zero_gradient").all()
    np.testing.assert_array_equal(result.success, exact.success)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"theta": 0.0}, "theta"),
        ({"budget": -1}, "budget"),
        ({"budget": 1}, "budget"),
        ({"budget": 5}, "5 features exceed the 4"),
    ],
)
def test_unusable_arguments_are_named(options, message):
    with pytest.raises(UserError, match=message):
        one("jsma-f", linear(WEIGHTS), [0.0, 0.0, 0.0, 1.0], 1, **options)
