"""Carlini and Wagner's L2 and L0: as close as the boundary, as few features as it takes."""

import itertools

import keras
import numpy as np
import pytest

from core.attacks import cw_l0, cw_l2
from core.attacks.engine.adam import Adam
from core.attacks.engine.domain import domain
from core.attacks.engine.pairs import FAILED, BestSlots
from core.attacks.engine.question import Limits, Options, Question
from core.attacks.engine.tanh_space import TanhSpace
from core.errors import UserError
from tests.attacks.asking import asked
from tests.attacks.networks import linear, logits, perceptron, wrong_pairs

L2 = {"steps": 250, "searches": 7, "learning_rate": 0.02}
L0 = {"steps": 60, "searches": 4, "learning_rate": 0.1, "initial_c": 0.1}
DEFAULTS = {"cw-l2": L2, "cw-l0": L0}


def attack(name, model, x, sample, target, **given):
    return asked(name, model, x, sample, target, **{**DEFAULTS[name], **given})


@pytest.fixture(scope="module")
def population():
    model = perceptron(features=20, seed=12)
    x = np.random.default_rng(0).random((12, 20)).astype(np.float32)
    return model, x, *wrong_pairs(model, x)


class TestDistance:
    """Of a linear network of two classes the closest one is known: |z_1 - z_0| / |w_1 - w_0|."""

    WEIGHTS = np.random.default_rng(1).normal(0, 1, (20, 2)).astype(np.float32)
    X = np.random.default_rng(0).uniform(0.35, 0.65, (20, 20)).astype(np.float32)

    def exact(self, kappa=0.0, mutable=slice(None)):
        w = (self.WEIGHTS[:, 1] - self.WEIGHTS[:, 0])[mutable]
        z = logits(linear(self.WEIGHTS, (0.3, 0)), self.X)
        return (np.abs(z[:, 1] - z[:, 0]) + kappa) / np.linalg.norm(w)

    @pytest.mark.parametrize("targeted", [True, False])
    @pytest.mark.parametrize("kappa", [0.0, 1.0])
    def test_the_closest_example_lies_on_the_boundary(self, targeted, kappa):
        model = linear(self.WEIGHTS, (0.3, 0))
        label = logits(model, self.X).argmax(axis=1)
        target = 1 - label if targeted else label
        result = attack(
            "cw-l2", model, self.X, np.arange(20), target, targeted=targeted, kappa=kappa
        )
        assert result.success.all()
        ratio = np.linalg.norm(result.adversarial - self.X, axis=1) / self.exact(kappa)
        assert ratio.min() > 1 - 1e-4
        assert ratio.mean() < 1.02

    def test_it_is_as_close_over_the_mutable_features_alone(self):
        model = linear(self.WEIGHTS, (0.3, 0))
        target = 1 - logits(model, self.X).argmax(axis=1)
        mutable = np.arange(20) < 12
        result = attack("cw-l2", model, self.X, np.arange(20), target, mutable=mutable)
        ratio = np.linalg.norm(result.adversarial - self.X, axis=1) / self.exact(mutable=mutable)
        near = self.exact(mutable=mutable) < 0.5
        assert near.sum() > 10
        assert result.success[near].all()
        assert ratio[near].mean() < 1.02

    def test_bounds_of_other_sizes_only_change_the_scale(self):
        low, high = np.full(20, -40.0), np.full(20, 60.0)
        model = linear(self.WEIGHTS / 100, (0.3 - (self.WEIGHTS[:, 0] * 0.4).sum(), 0))
        target = np.zeros(20, int)
        target[logits(model, self.X * 100 - 40).argmax(axis=1) == 0] = 1
        result = attack(
            "cw-l2", model, self.X * 100 - 40, np.arange(20), target, bounds=(low, high),
            initial_c=100.0,
        )  # fmt: skip
        z = logits(model, self.X * 100 - 40)
        w = (self.WEIGHTS[:, 1] - self.WEIGHTS[:, 0]) / 100
        exact = np.abs(z[:, 1] - z[:, 0]) / np.linalg.norm(w)
        found = np.linalg.norm(result.adversarial - (self.X * 100 - 40), axis=1)
        inside = exact < 30
        assert inside.sum() > 5
        assert result.success[inside].all()
        assert np.mean(found[inside] / exact[inside]) < 1.03


@pytest.mark.parametrize("name", DEFAULTS)
class TestBoth:
    @pytest.mark.parametrize(("targeted", "target"), [(True, 0), (False, 1)])
    def test_a_pair_fulfilled_from_the_start_is_left_alone(self, name, targeted, target):
        model, x = linear([[0, 1]], (5, 0)), [[0.5]]
        result = attack(name, model, x, [0], [target], targeted=targeted, kappa=100.0)
        assert result.status.tolist() == ["already"]
        assert result.iterations.tolist() == [0]
        np.testing.assert_array_equal(result.adversarial, x)

    def test_what_no_point_within_the_bounds_can_do_ends_at_the_cap(self, name):
        model = linear([[0, 1], [0, 1]], (9, 0))
        result = attack(name, model, [[0.5, 0.5]], [0], [1], steps=20, searches=2)
        assert result.status.tolist() == ["cap"]
        assert result.success.tolist() == [False]
        assert result.adversarial.min() > 0.5, "the point nearest to the goal is returned"

    def test_kappa_asks_for_a_margin(self, name, population):
        model, x, sample, target = population
        result = attack(name, model, x, sample, target, kappa=1.5)
        z = logits(model, result.adversarial)
        rows = np.arange(len(z))
        own = z[rows, target].copy()
        z[rows, target] = -np.inf
        margin = own - z.max(axis=1)
        plain = attack(name, model, x, sample, target)
        assert (margin[plain.success] >= 1.5 - 1e-4).mean() > 0.7

    def test_less_than_kappa_still_counts_as_success(self, name):
        model = linear([[0, 1], [0, 1]], (1.5, 0))
        result = attack(
            name, model, [[0.5, 0.5]], [0], [1], kappa=10.0, steps=200, searches=4, initial_c=1.0
        )
        assert result.status.tolist() == ["success"]
        assert result.success.tolist() == [True]

    def test_scaled_logits_do_not_hide_anything(self, name):
        sound, scaled = (perceptron(features=20, scale=s, seed=12) for s in (1.0, 100.0))
        x = np.random.default_rng(0).random((6, 20)).astype(np.float32)
        sample, target = wrong_pairs(sound, x)
        result = attack(name, scaled, x, sample, target)
        assert result.success.mean() > 0.9

    @pytest.mark.parametrize(
        "params", [{"kappa": -1}, {"steps": 0}, {"searches": 0}, {"learning_rate": 0}]
    )
    def test_unusable_settings_are_named(self, name, params):
        with pytest.raises(UserError, match=next(iter(params))):
            attack(name, linear([[0, 1]]), [[0.0]], [0], [1], **params)


class TestTheSearchForC:
    def test_more_searches_and_more_steps_come_closer(self, population):
        model, x, sample, target = population

        def mean_distance(**params):
            result = attack("cw-l2", model, x, sample, target, initial_c=10.0, **params)
            delta = result.adversarial - x[sample]
            assert result.success.mean() > 0.9
            return np.linalg.norm(delta, axis=1)[result.success].mean()

        once = mean_distance(steps=100, searches=1)
        often = mean_distance(steps=100, searches=6)
        assert often < 0.9 * once

    def test_c_falls_after_a_success_and_rises_after_a_failure(self, population, monkeypatch):
        model, x, sample, target = population
        tried = []
        next_c = cw_l2._CarliniWagnerL2._next_c

        def watched(state, rows):
            tried.extend(zip(state.pair[rows], state.c[rows], state.found[rows], strict=True))
            next_c(state, rows)

        monkeypatch.setattr(cw_l2._CarliniWagnerL2, "_next_c", watched)
        attack("cw-l2", model, x, sample, target, steps=100, searches=6, initial_c=0.1)
        turns = 0
        for pair in range(len(sample)):
            c, found = zip(*[row[1:] for row in tried if row[0] == pair], strict=True)
            np.testing.assert_array_equal(np.diff(c) > 0, np.logical_not(found[:-1]))
            turns += any(before and not after for before, after in itertools.pairwise(found))
        assert turns > 5, "the test needs failures after successes"

    def test_every_search_has_its_steps(self):
        model = linear([[0, 1], [0, 1]], (9, 0))
        result = attack("cw-l2", model, [[0.5, 0.5]], [0], [1], steps=20, searches=3)
        assert result.iterations.tolist() == [60]

    def test_the_closest_success_is_kept_when_a_later_search_fails(self, population):
        model, x, sample, target = population
        distance = []
        for searches in range(1, 6):
            result = attack(
                "cw-l2", model, x, sample, target, initial_c=10.0, steps=60, searches=searches
            )
            delta = np.linalg.norm(result.adversarial - x[sample], axis=1)
            distance.append(np.where(result.success, delta, np.inf))
        assert (np.diff(distance, axis=0)[:, np.isfinite(distance[0])] <= 0).all()


class TestL0:
    def test_the_one_decisive_feature_is_found(self):
        weights = np.full((20, 2), 0.0)
        weights[:, 1], weights[7, 1] = 0.1, 5.0
        x = np.random.default_rng(0).uniform(0, 0.2, (10, 20))
        result = attack("cw-l0", linear(weights, (2.5, 0)), x, np.arange(10), [1] * 10, steps=200)
        assert result.success.all()
        changed = result.adversarial != np.float32(x)
        np.testing.assert_array_equal(changed.sum(axis=1), 1)
        assert changed[:, 7].all()

    def test_fewer_features_than_the_closest_example_and_no_more_than_jsma(self, population):
        model, x, sample, target = population
        few = attack("cw-l0", model, x, sample, target)
        close = attack("cw-l2", model, x, sample, target)
        greedy = asked("jsma-z", model, x, sample, target, budget=20)
        both = few.success & close.success & greedy.success
        assert both.sum() > 10

        def changed(result):
            return (result.adversarial != x[sample])[both].sum(axis=1)

        assert changed(few).mean() < 0.5 * changed(close).mean()
        assert changed(few).mean() <= changed(greedy).mean()

    def test_a_change_too_small_to_matter_is_never_shown_to_the_network(self, monkeypatch):
        """A feature on its bound would otherwise differ by what the tanh of w falls short of it."""
        model, shown = perceptron(features=20, seed=12), []
        x = np.round(np.random.default_rng(0).random((1, 20))).astype(np.float32)
        compiled = cw_l0.gradient_function(model, "margin")

        def watched(points, targets):
            shown.append(points.copy())
            return compiled(points, targets)

        monkeypatch.setattr(cw_l0, "gradient_function", lambda *_: watched)
        target = (logits(model, x).argmax(axis=1) + 1) % 3
        result = attack("cw-l0", model, x, [0], target, steps=200)
        assert result.success.all()
        delta = np.abs(np.concatenate(shown) - x)
        assert (delta == 0).any()
        assert delta[delta > 0].min() >= 1e-4


class _Slots(BestSlots):
    def step(self, active, size):
        return np.ones(active, bool)


class TestTanhSpace:
    LIMITS = domain(np.zeros((1, 3)), Limits(np.array([-1, 0, 0]), np.array([3, 1, 0])))

    def test_points_and_w_are_inverse_and_points_stay_within_the_bounds(self):
        space = TanhSpace(self.LIMITS)
        x = np.float32([[-1, 1, 0], [2, 0.3, 0]])
        np.testing.assert_allclose(space.points(space.w_of(x), x), x, atol=1e-5)
        wild = np.float32([[99, -99, 99], [-99, 99, -99]])
        np.testing.assert_array_equal(space.points(wild, x), [[3, 0, 0], [-1, 1, 0]])

    def test_the_chain_rule_agrees_with_differences(self):
        space = TanhSpace(self.LIMITS)
        w, clean = np.array([[0.3, -1.2, 0.5]]), np.zeros((1, 3))
        step = 1e-3
        slope = (space.points(w + step, clean) - space.points(w - step, clean)) / (2 * step)
        np.testing.assert_allclose(
            space.by_w(w, np.ones((1, 3)), clean), slope, rtol=1e-3, atol=1e-6
        )

    def test_adam_is_that_of_keras(self):
        x = np.zeros((2, 4))
        question = Question(linear(np.zeros((4, 2))), x, np.arange(2), np.zeros(2, int))
        slots = _Slots(question, Options(batch_size=2))
        assert slots.best_rank.tolist() == [FAILED, FAILED]
        adam, w = Adam(slots, 0.05), np.ones((2, 4), np.float32)
        variable = keras.Variable(w)
        reference = keras.optimizers.Adam(0.05, epsilon=1e-8)
        reference.build([variable])
        rng = np.random.default_rng(0)
        for _ in range(20):
            gradient = rng.normal(0, 1, w.shape).astype(np.float32)
            adam.step(w, gradient)
            reference.apply([keras.ops.convert_to_tensor(gradient)], [variable])
        np.testing.assert_allclose(w, keras.ops.convert_to_numpy(variable), rtol=1e-5)
