"""What every attack of the registry owes, whatever its method: one contract."""

import dataclasses
import functools

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import attacks
from core.attacks.engine import ascent, lbfgs_slots, queries
from core.attacks.engine.result import STATUSES
from core.errors import UserError
from core.metrics.distances import distances
from tests.attacks.asking import FIELDS, asked, assert_within, limits
from tests.attacks.networks import DATA, linear, logits, perceptron

WORK = {
    "jsma-f": {"budget": 8},
    "jsma-f64": {"budget": 8},
    "jsma-logf": {"budget": 8},
    "jsma-z": {"budget": 8},
    "fgsm": {"eps": 0.2},
    "bim": {"eps": 0.2, "steps": 8, "step_size": 0.05},
    "pgd": {"eps": 0.2, "steps": 8, "step_size": 0.05, "restarts": 2},
    "lbfgs": {"steps": 30},
    "cw-l2": {"steps": 30, "searches": 2, "initial_c": 1.0, "learning_rate": 0.1},
    "cw-l0": {"steps": 30, "searches": 2, "initial_c": 1.0, "learning_rate": 0.1},
    "sigma-zero": {"steps": 40},
    "genetic": {"eps": 0.2, "queries": 100},
    "decision": {"queries": 150},
    "noise": {"eps": 0.2, "draws": 20},
    "transfer": {"eps": 0.3, "steps": 8},
}
"""Settings with which the small networks of these tests are attacked quickly; else the defaults."""

NAMES = attacks.NAMES
UNTARGETED = tuple(n for n in NAMES if "targeted" in attacks.kind(n).model_fields)
BOTH_GOALS = [(name, True) for name in NAMES] + [(name, False) for name in UNTARGETED]
DISTANCES = [(name, each) for name in NAMES for each in attacks.facts(name).distances]
WHITE_BOX = tuple(name for name in NAMES if attacks.facts(name).white_box)

MODEL, SOURCE = perceptron(features=20, seed=12), perceptron(features=20, seed=4)
X = np.random.default_rng(0).random((20, 20)).astype(np.float32)
SAMPLES = np.arange(len(X))
CLEAN = logits(MODEL, X).argmax(axis=1)


def attack(name, model=MODEL, x=X, sample=None, target=None, *, distance=None, **given):
    """Attack with little work; by default every sample, to reach a class that it is not."""
    sample = SAMPLES if sample is None else sample
    if target is None:
        target = (CLEAN + 1) % 3 if given.get("targeted", True) else CLEAN
    norm = {"norm": distance} if distance and "norm" in attacks.kind(name).model_fields else {}
    if attacks.facts(name).access == "transfer":
        given = {"source": SOURCE, **given}
    return asked(name, model, x, sample, target, **{**WORK.get(name, {}), **norm, **given})


@functools.cache
def once(name, targeted):
    """The default attack, with everything a mixture of goals: every class, the clean one too."""
    if not targeted:
        return SAMPLES, CLEAN, attack(name, targeted=False)
    sample, target = np.divmod(np.arange(3 * len(X)), 3)
    return sample, target, attack(name, sample=sample, target=target)


def own_distance(name, result, x, sample):
    return distances(x[sample], result.adversarial)[attacks.facts(name).distances[0]]


@pytest.mark.parametrize(("name", "targeted"), BOTH_GOALS)
class TestResult:
    def test_it_has_one_entry_a_pair_of_the_kinds_that_rows_need(self, name, targeted):
        sample, _, result = once(name, targeted)
        assert result.adversarial.shape == (len(sample), 20)
        kinds = {
            "adversarial": np.float32, "predicted": np.int64, "success": np.bool_,
            "iterations": np.int64, "predicted_clean": np.int64,
        }  # fmt: skip
        for field in FIELDS:
            found = getattr(result, field)
            assert len(found) == len(sample)
            assert found.dtype.kind == "U" if field == "status" else found.dtype == kinds[field]
        assert set(result.status.tolist()) <= set(STATUSES)
        assert (result.iterations >= 0).all()

    def test_success_is_what_the_network_says_of_the_returned_point(self, name, targeted):
        sample, target, result = once(name, targeted)
        predicted = logits(MODEL, result.adversarial).argmax(axis=1)
        np.testing.assert_array_equal(result.predicted, predicted)
        np.testing.assert_array_equal(result.predicted_clean, CLEAN[sample])
        np.testing.assert_array_equal(result.success, (predicted == target) == targeted)
        reached = np.isin(result.status, ["success", "already"])
        np.testing.assert_array_equal(result.success, reached)
        assert result.success.sum() > len(X) / 4, "the test needs successes"

    def test_a_pair_fulfilled_from_the_start_is_left_alone(self, name, targeted):
        target = CLEAN if targeted else (CLEAN + 1) % 3
        result = attack(name, target=target, targeted=targeted)
        assert set(result.status) == {"already"}
        assert result.success.all()
        assert not result.iterations.any()
        np.testing.assert_array_equal(result.adversarial, X)

    def test_where_no_feature_may_change_the_sample_comes_back(self, name, targeted):
        frozen = np.zeros(20, bool)
        result = attack(name, sample=[3], targeted=targeted, mutable=frozen, target=[
            (CLEAN[3] + 1) % 3 if targeted else CLEAN[3]
        ])  # fmt: skip
        assert not result.success.any()
        np.testing.assert_array_equal(result.adversarial, X[[3]])


@pytest.fixture(scope="module")
def _compiled_once():
    """Hundreds of examples on one network: what they ask of it need not be compiled for each."""
    from core.attacks import cw_l0, cw_l2, noise, sigma_zero
    from core.attacks.engine import taking_back
    from core.attacks.jsma import jsma_nearest, jsma_steps

    with pytest.MonkeyPatch.context() as patch:
        for module in (ascent, cw_l0, cw_l2, sigma_zero, lbfgs_slots, jsma_steps):
            patch.setattr(module, "gradient_function", functools.cache(module.gradient_function))
        for module in (noise, queries, taking_back, jsma_nearest):
            patch.setattr(module, "logits_function", functools.cache(module.logits_function))
        yield


SMALL, OTHER = perceptron(features=6, seed=12), perceptron(features=6, seed=4)


@pytest.mark.usefixtures("_compiled_once")
@pytest.mark.parametrize(("name", "distance"), DISTANCES)
@settings(max_examples=8, deadline=None)
@given(
    limits(samples=4, features=6),
    st.sampled_from([1e-6, 0.1, 1.5]),
    st.integers(2, 6),
    st.sampled_from([1.0, -0.3]),
    st.booleans(),
    st.integers(0, 2**32),
)
def test_bounds_immutable_features_and_budget_are_kept_exactly(
    name, distance, problem, eps, budget, theta, targeted, seed
):
    x, bounds, mutable = problem
    sample, target = np.arange(4), np.array([0, 1, 2, 0])
    fields = attacks.kind(name).model_fields
    work = {
        "eps": eps,
        "budget": budget,
        "steps": 6,
        "queries": 40,
        "draws": 4,
        "step_size": 0.07,
        "theta": theta,
    }
    given = {key: value for key, value in work.items() if key in fields}
    targeted |= name not in UNTARGETED
    options = {"bounds": bounds, "mutable": mutable, "targeted": targeted, "source": OTHER}
    result = attack(
        name, SMALL, x, sample, target, distance=distance, seed=seed, batch_size=3,
        **options, **given,
    )  # fmt: skip
    assert_within(result, x, sample, bounds, mutable)
    if attacks.settings(name).budget_for(DATA) is not None:
        far = distances(x[sample].astype(np.float64), result.adversarial.astype(np.float64))
        most = budget if distance == "l0" else eps
        # float32 rounds each coordinate by up to 2^-24 of its size; a box holds exactly.
        slack = 2**-23 * np.sqrt(6) * max(1.0, np.abs(x).max()) if distance == "l2" else 0
        assert far[distance].max() <= most + slack
    predicted = logits(SMALL, result.adversarial).argmax(axis=1)
    np.testing.assert_array_equal(result.predicted, predicted)
    np.testing.assert_array_equal(result.success, (predicted == target) == targeted)


@pytest.mark.parametrize("name", NAMES)
class TestReproducible:
    def test_the_seed_decides_the_draws_of_what_draws_and_nothing_else(self, name):
        one, same, other = (attack(name, seed=seed) for seed in (1, 1, 2))
        for field in FIELDS:
            np.testing.assert_array_equal(getattr(one, field), getattr(same, field), field)
        differ = (one.adversarial != other.adversarial).any()
        assert differ == attacks.facts(name).draws

    def test_neither_the_batch_nor_the_order_of_pairs_matters(self, name):
        """Kernels round differently in batches of another size; a minimiser carries that on."""
        sample, target = np.divmod(np.arange(21), 3)
        together = attack(name, sample=sample, target=target)
        assert len(set(together.iterations)) > 1, "the test needs pairs of several lengths"
        order = np.random.default_rng(1).permutation(len(sample))
        back = np.argsort(order)
        variants = [
            (attack(name, sample=sample, target=target, batch_size=1), slice(None)),
            (attack(name, sample=sample[order], target=target[order], batch_size=7), back),
        ]
        for other, place in variants:
            for field in ("predicted", "success", "status", "predicted_clean"):
                found = getattr(other, field)[place]
                np.testing.assert_array_equal(getattr(together, field), found, field)
            if name == "lbfgs":
                sizes = [own_distance(name, r, X, s) for r, s in (
                    (together, sample), (dataclasses.replace(
                        other, adversarial=other.adversarial[place]), sample)
                )]  # fmt: skip
                np.testing.assert_allclose(*sizes, rtol=1e-2)
                continue
            np.testing.assert_array_equal(together.iterations, other.iterations[place])
            atol = 1e-4 if name.startswith(("cw", "sigma")) else 1e-6
            np.testing.assert_allclose(other.adversarial[place], together.adversarial, atol=atol)

    def test_images_keep_their_shape_and_features_are_row_major(self, name):
        def of_images(inner):
            images = keras.Input((5, 2, 2))
            return keras.Model(images, inner(keras.layers.Flatten()(images)))

        given = {"source": of_images(SOURCE)} if attacks.facts(name).access == "transfer" else {}
        result = attack(name, of_images(MODEL), X.reshape(-1, 5, 2, 2), **given)
        assert result.adversarial.shape == (len(X), 5, 2, 2)
        flat = attack(name)
        np.testing.assert_array_equal(result.adversarial.reshape(len(X), 20), flat.adversarial)

    def test_progress_only_grows_and_ends_with_every_pair_done(self, name):
        told = []
        attack(name, progress=lambda *counts: told.append(counts), batch_size=8)
        assert told == sorted(told)
        assert told[-1] == (len(X), len(X))

    def test_what_progress_raises_ends_the_attack(self, name):
        def cancel(done, total):
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            attack(name, progress=cancel, batch_size=8)

    def test_no_pairs_give_an_empty_result(self, name):
        nothing = np.array([], int)
        result = attack(name, sample=nothing, target=nothing)
        assert result.adversarial.shape == (0, 20)
        assert all(len(getattr(result, field)) == 0 for field in FIELDS)


@pytest.mark.parametrize("name", NAMES)
class TestRefused:
    def test_logits_that_are_not_finite_are_named(self, name):
        broken = linear(np.zeros((20, 2)), (np.inf, 0))
        with pytest.raises(UserError, match="logit"):
            attack(name, broken, target=[1] * len(X), source=broken)

    @pytest.mark.parametrize(
        ("wrong", "named"),
        [({"bounds": (0.0, 0.5)}, "bounds"), ({"mutable": np.ones(3, bool)}, "mutable")],
    )
    def test_limits_that_do_not_fit_the_samples_are_named(self, name, wrong, named):
        with pytest.raises(UserError, match=named):
            attack(name, **wrong)

    def test_an_unknown_setting_is_named(self, name):
        with pytest.raises(UserError, match=f"{name}.*colour"):
            attack(name, colour="red")

    def test_a_goal_that_the_attack_does_not_have_is_refused(self, name):
        if name in UNTARGETED:
            assert attack(name, targeted=False).success.any()
        else:
            with pytest.raises(UserError, match="needs a target class"):
                attack(name, targeted=False)


@pytest.mark.parametrize("name", NAMES)
def test_only_who_follows_a_gradient_ends_where_it_is_zero(name):
    flat = linear(np.zeros((20, 2)), (1, 0))
    result = attack(name, flat, target=[1] * len(X), source=flat)
    white = name in WHITE_BOX
    assert set(result.status) == {"zero_gradient" if white else "cap"}
    if white:
        assert not result.iterations.any()
    assert not result.success.any()
