"""FGSM, BIM, PGD and noise do what their papers say, and return the best point they met."""

from dataclasses import replace

import keras
import numpy as np
import pytest

from core.attacks.engine.ascent import Loss, Walk, ascend
from core.attacks.engine.question import Options, Question
from core.errors import UserError
from tests.attacks.asking import asked
from tests.attacks.networks import linear, logits, perceptron, wrong_pairs

LOSSES = ("probability", "log-probability", "logit", "margin", "log-odds")
BALLS = {
    "fgsm": {},
    "bim": {"steps": 8, "step_size": 0.05},
    "pgd": {"steps": 8, "step_size": 0.05, "restarts": 2},
    "noise": {"draws": 20},
}


def attack(name, model, x, sample, target, **given):
    return asked(name, model, x, sample, target, **{"eps": 0.2, **BALLS[name], **given})


# z_1 - z_0 = x . (2, -1, 0, 4) - bias
WEIGHTS = [[-1, 1], [0.5, -0.5], [0, 0], [-2, 2]]


@pytest.fixture(scope="module")
def population():
    model = perceptron(features=20, seed=12)
    x = np.random.default_rng(0).random((30, 20)).astype(np.float32)
    return model, x, *wrong_pairs(model, x)


@pytest.fixture(scope="module")
def labels(population):
    model, x, _, _ = population
    return np.arange(len(x)), logits(model, x).argmax(axis=1)


class TestFgsmByHand:
    @pytest.mark.parametrize("loss", LOSSES)
    @pytest.mark.parametrize(("targeted", "target"), [(True, 1), (False, 0)])
    def test_linf_steps_by_the_sign(self, loss, targeted, target):
        model = linear(WEIGHTS, (2, 0))
        x = [[0.5, 0.5, 0.5, 0.1]]
        result = attack("fgsm", model, x, [0], [target], targeted=targeted, eps=0.25, loss=loss)
        np.testing.assert_allclose(result.adversarial, [[0.75, 0.25, 0.5, 0.35]], rtol=1e-6)
        assert result.status.tolist() == ["success"]
        assert result.predicted.tolist() == [1]
        assert result.predicted_clean.tolist() == [0]
        assert result.iterations.tolist() == [1]

    def test_l2_steps_along_the_gradient(self):
        model = linear(WEIGHTS, (2, 0))
        result = attack("fgsm", model, [[0.5, 0.5, 0.5, 0.1]], [0], [1], norm="l2", eps=0.25)
        step = 0.25 * np.array([2, -1, 0, 4]) / np.sqrt(21)
        np.testing.assert_allclose(
            result.adversarial[0], np.array([0.5, 0.5, 0.5, 0.1]) + step, rtol=1e-6
        )

    def test_immutable_features_take_no_part_in_the_length_of_a_step(self):
        model = linear(WEIGHTS, (2, 0))
        mutable = np.array([True, True, True, False])
        x = [[0.5, 0.5, 0.5, 0.2]]
        result = attack("fgsm", model, x, [0], [1], norm="l2", eps=0.25, mutable=mutable)
        step = 0.25 * np.array([2, -1, 0, 0]) / np.sqrt(5)
        np.testing.assert_allclose(result.adversarial[0], x[0] + step, rtol=1e-6)

    def test_a_step_ends_at_the_bounds(self):
        model = linear(WEIGHTS, (3, 0))
        result = attack("fgsm", model, [[0.9, 0.1, 0.5, 0.1]], [0], [1], eps=0.25)
        np.testing.assert_allclose(result.adversarial, [[1.0, 0.0, 0.5, 0.35]], rtol=1e-6)


@pytest.mark.parametrize("name", BALLS)
class TestEveryBallAttack:
    def test_a_failed_pair_returns_a_point_no_worse_than_the_sample(self, name, population):
        model, x, sample, target = population
        result = attack(name, model, x, sample, target, eps=0.1)
        failed = ~result.success
        assert failed.sum() > 5
        rows = np.flatnonzero(failed)

        def margin(z):
            others = z.copy()
            others[np.arange(len(rows)), target[rows]] = -np.inf
            return z[np.arange(len(rows)), target[rows]] - others.max(axis=1)

        gained = margin(logits(model, result.adversarial[rows])) - margin(
            logits(model, x[sample[rows]])
        )
        assert gained.min() >= -1e-5
        assert gained.max() > 0.1

    @pytest.mark.parametrize(
        ("params", "message"), [({"eps": -0.1}, "eps"), ({"norm": "l1"}, "norm")]
    )
    def test_an_unusable_ball_is_named(self, name, params, message):
        with pytest.raises(UserError, match=message):
            attack(name, linear(WEIGHTS), [[0, 0, 0, 0]], [0], [1], **params)


@pytest.mark.parametrize("name", ["fgsm", "bim", "pgd"])
class TestLosses:
    @pytest.mark.parametrize(
        ("params", "message"), [({"loss": "hinge"}, "loss"), ({"attack_temperature": 0}, "temper")]
    )
    def test_an_unusable_loss_is_named(self, name, params, message):
        with pytest.raises(UserError, match=message):
            attack(name, linear(WEIGHTS), [[0, 0, 0, 0]], [0], [1], **params)

    def test_of_a_broken_network_only_adaptive_losses_find_the_examples(self, name):
        """Logits times 100 change no prediction; a sound attack succeeds as often as before."""
        sound, scaled = (perceptron(features=20, scale=s, seed=12) for s in (1.0, 100.0))
        x = np.random.default_rng(0).random((60, 20)).astype(np.float32)
        z = logits(scaled, x)
        far = np.diff(np.sort(z, axis=1)[:, -2:], axis=1)[:, 0] > 120
        x = x[far]
        assert len(x) > 10
        sample, label = np.arange(len(x)), z[far].argmax(axis=1)
        for loss in LOSSES:
            result = attack(name, scaled, x, sample, label, targeted=False, eps=0.5, loss=loss)
            if loss in ("probability", "log-probability"):
                expected = {"zero_gradient"}
                if name == "pgd":
                    # A random start can lie across the boundary, or where it is near.
                    assert (result.status == "zero_gradient").mean() > 1 / 3
                else:
                    assert set(result.status) == expected
                    assert not result.iterations.any()
                    np.testing.assert_array_equal(result.adversarial, x)
            elif loss != "logit":
                unscaled = attack(name, sound, x, sample, label, targeted=False, eps=0.5, loss=loss)
                assert result.success.mean() > 0.5
                if loss == "margin":
                    np.testing.assert_array_equal(result.success, unscaled.success)

    def test_a_temperature_mends_the_broken_network(self, name):
        scaled = perceptron(features=20, scale=100.0, seed=12)
        x = np.random.default_rng(0).random((20, 20)).astype(np.float32)
        label = logits(scaled, x).argmax(axis=1)
        common = {"targeted": False, "eps": 0.5, "loss": "log-probability"}
        masked = attack(name, scaled, x, np.arange(20), label, **common)
        mended = attack(name, scaled, x, np.arange(20), label, attack_temperature=100.0, **common)
        assert mended.success.sum() > masked.success.sum()


@pytest.mark.parametrize("name", ["bim", "pgd"])
class TestSteps:
    @pytest.mark.parametrize("norm", ["linf", "l2"])
    def test_more_steps_are_never_worse(self, name, norm, population):
        model, x, sample, target = population
        eps = 0.15 if norm == "linf" else 0.5
        before = np.zeros(len(sample), bool)
        for steps in (1, 3, 10):
            result = attack(
                name, model, x, sample, target, norm=norm, eps=eps, steps=steps, step_size=0.07
            )
            assert (result.success >= before).all()
            before = result.success
        assert result.iterations.max() >= 10

    def test_the_best_point_is_returned_and_not_the_last(self, name):
        """Steps twice as long as the ball overshoot: every second point is as bad as the first."""
        model = perceptron(features=20, seed=12)
        x = np.random.default_rng(5).random((40, 20)).astype(np.float32)
        sample, target = wrong_pairs(model, x)
        params = {"eps": 0.05, "step_size": 0.1}
        few = attack(name, model, x, sample, target, steps=7, **params)
        many = attack(name, model, x, sample, target, steps=8, **params)
        rows = np.flatnonzero(~few.success & ~many.success)

        def margin(result):
            z = logits(model, result.adversarial)[rows]
            own = z[np.arange(len(rows)), target[rows]].copy()
            z[np.arange(len(rows)), target[rows]] = -np.inf
            return own - z.max(axis=1)

        assert (margin(many) >= margin(few) - 1e-6).all()

    def test_an_unusable_number_of_steps_is_named(self, name):
        for params in ({"steps": 0}, {"step_size": 0.0}):
            with pytest.raises(UserError, match=next(iter(params))):
                attack(name, linear(WEIGHTS), [[0, 0, 0, 0]], [0], [1], **params)


def test_ascent_takes_all_steps_of_all_starts_where_asked_and_returns_the_surest_point(population):
    model, x, sample, target = population
    question, walk = Question(model, x, sample, target), Walk("linf", 0.3, 8, 0.05, restarts=2)
    early, late = (
        ascend(question, Options(), Loss("margin"), replace(walk, stop_early=stop))
        for stop in (True, False)
    )
    assert (late.iterations == 2 * 8 + 2).all()
    assert (late.success >= early.success).all()
    z_early, z_late = logits(model, early.adversarial), logits(model, late.adversarial)
    rows = np.arange(len(sample))
    gain = z_late[rows, target] - z_early[rows, target]
    assert np.median(gain[early.success]) > 0.5


def trap():
    """One feature u whose ascent from 0 leads to the right, where it fails; the goal is left.

    The margin z_1 - z_0 is 0.5 at u = -1, falls to -1.2 at u = -0.5 and rises to -0.2 at u = 1.
    """
    model = keras.Sequential(
        [
            keras.Input((1,)),
            keras.layers.Dense(2, activation="relu"),
            keras.layers.Dense(2),
        ]
    )
    # relu(-0.5 - u) and relu(u + 0.5)
    hidden, shift = np.float32([[-1, 1]]), np.float32([-0.5, 0.5])
    out, bias = np.float32([[0, 3.4], [0, 2 / 3]]), np.float32([0, -1.2])
    model.set_weights([hidden, shift, out, bias])
    return model


class TestRestarts:
    X = np.zeros((40, 1), np.float32)
    PAIRS = (np.arange(40), np.ones(40, int))
    PARAMS = {"eps": 1.0, "bounds": (-1, 1), "steps": 25, "step_size": 0.05}  # noqa: RUF012

    def test_without_random_starts_the_trap_holds_every_pair(self):
        result = attack("bim", trap(), self.X, *self.PAIRS, **self.PARAMS)
        assert set(result.status) == {"cap"}
        np.testing.assert_allclose(result.adversarial, 1.0)

    def test_a_quarter_of_the_starts_escape_and_restarts_free_those_that_still_fail(self):
        once = attack("pgd", trap(), self.X, *self.PAIRS, restarts=1, **self.PARAMS)
        often = attack("pgd", trap(), self.X, *self.PAIRS, restarts=20, **self.PARAMS)
        assert 2 <= once.success.sum() <= 20
        assert often.success.all()
        # A pair that succeeded at its first start is not started again.
        first = once.success
        np.testing.assert_array_equal(often.adversarial[first], once.adversarial[first])
        np.testing.assert_array_equal(often.iterations[first], once.iterations[first])
        assert (often.iterations[~first] > 25).all()

    def test_no_restart_is_refused(self):
        with pytest.raises(UserError, match="restarts"):
            attack("pgd", trap(), self.X, *self.PAIRS, restarts=0, **self.PARAMS)


def test_pgd_escapes_a_gradient_of_zero_at_the_sample():
    """A dead relu at the sample: BIM cannot move, a random start can."""
    model = keras.Sequential(
        [keras.Input((1,)), keras.layers.Dense(1, activation="relu"), keras.layers.Dense(2)]
    )
    model.set_weights(
        [np.float32([[1]]), np.float32([-0.1]), np.float32([[0, 4]]), np.float32([1, 0])]
    )
    x, sample, target = np.zeros((10, 1)), np.arange(10), np.ones(10, int)
    common = {"eps": 0.5, "bounds": (-1, 1)}
    stuck = attack("bim", model, x, sample, target, **common)
    assert set(stuck.status) == {"zero_gradient"}
    free = attack("pgd", model, x, sample, target, restarts=10, **common)
    assert free.success.all()


def test_a_flat_network_has_zero_gradients_at_the_sample_and_at_every_start():
    model = linear(np.zeros((4, 2)), (1, 0))
    for name in ("fgsm", "bim", "pgd"):
        result = attack(name, model, np.full((3, 4), 0.5), [0, 1, 2], [1, 1, 1])
        assert set(result.status) == {"zero_gradient"}
        assert not result.iterations.any()


def test_noise_stops_at_its_first_success_and_counts_its_draws(population):
    model, x, sample, target = population
    few = attack("noise", model, x, sample, target, draws=5)
    many = attack("noise", model, x, sample, target, draws=40)
    assert (many.success >= few.success).all()
    assert many.success.sum() > few.success.sum()
    np.testing.assert_array_equal(many.adversarial[few.success], few.adversarial[few.success])
    assert set(many.iterations[~many.success]) == {40}
    assert many.iterations[many.success].max() <= 40
