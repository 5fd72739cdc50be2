"""What attacks do with directions, categories, sums and costs, on networks small enough to know."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import attacks
from core.attacks.engine.domain import domain, room
from core.attacks.engine.question import Limits, Options, Question
from core.data.ties import SLACK
from core.errors import UserError
from tests.attacks.networks import DATA, linear

FORMS = ("jsma-f", "jsma-f64", "jsma-logf", "jsma-z")
few = settings(max_examples=40, deadline=None, derandomize=True, database=None)


def jsma(name, weights, x, limits, gap=3.0, **more):
    """One pair that aims at class 1, whose logit is `weights @ x`, and class 0's is `gap`."""
    weights = np.array(weights)
    model = linear(np.stack([-weights, weights], axis=1), (gap, 0.0))
    question = Question(
        model, np.float32([x]), np.zeros(1, int), np.ones(1, int), True, Limits(**limits)
    )
    return attacks.run(name, more, question, Options())


@pytest.mark.parametrize("name", FORMS)
class TestJsma:
    def test_a_feature_that_may_only_fall_is_not_raised(self, name):
        limits = {"direction": np.array([-1, 0, 1, 1])}
        found = jsma(name, [9, 1, 1, 0.5], [0, 0, 0, 0], limits, gap=3.4, budget=4)
        np.testing.assert_array_equal(found.adversarial, [[0, 1, 1, 0]])
        down = jsma(name, [9, -1, 1, -2], [1] * 4, limits, gap=20.9, budget=4, theta=-1.0)
        assert (down.adversarial[0, 2:] == 1).all()

    def test_a_category_changes_as_a_whole_to_the_column_that_helps_most(self, name):
        limits = {"group": np.array([5, 5, 5, -1])}
        found = jsma(name, [1, 2, 4, 0.1], [1, 0, 0, 0], limits, gap=6.0, budget=4)
        np.testing.assert_array_equal(found.adversarial[0, :3], [0, 0, 1])
        assert found.success.all()

    def test_a_category_whose_column_may_not_be_left_stays(self, name):
        limits = {"group": np.array([5, 5, 5, -1]), "direction": np.array([1, 0, 0, 0])}
        found = jsma(name, [1, 2, 4, 0.1], [1, 0, 0, 0], limits, gap=6.0, budget=4)
        np.testing.assert_array_equal(found.adversarial[0, :3], [1, 0, 0])

    def test_a_smaller_theta_than_the_range_changes_no_category(self, name):
        limits = {"group": np.array([5, 5, 5, -1])}
        found = jsma(name, [1, 2, 4, 0.1], [1, 0, 0, 0], limits, budget=4, theta=0.9)
        np.testing.assert_array_equal(found.adversarial[0, :3], [1, 0, 0])

    def test_what_one_feature_of_a_sum_gains_the_least_useful_one_loses(self, name):
        limits = {"total": np.array([0, 0, 0, -1])}
        found = jsma(name, [4, 1, 2, 0.1], [0.25, 0.5, 0.5, 0], limits, gap=7.5, budget=4)
        np.testing.assert_allclose(found.adversarial[0, :3], [0.75, 0, 0.5])

    def test_a_sum_is_kept_in_the_data_s_own_units(self, name):
        limits = {"total": np.array([0, 0, -1]), "size": np.array([10.0, 40.0, 1.0])}
        found = jsma(name, [4, 1, 0.1], [0, 0.5, 0], limits, gap=7.0, budget=3)
        # Ten of the first feature's own units are a quarter of the second one's range.
        np.testing.assert_allclose(found.adversarial[0, :2], [1, 0.25])

    def test_what_costs_less_for_what_it_gains_is_taken_first(self, name):
        cost = {"cost": np.array([1.0, 1.0, 4.0, 4.0])}
        weights, x = [1, 1, 2, 2], [0, 0, 0, 0]
        found = jsma(name, weights, x, cost, gap=3.5, budget=8)
        np.testing.assert_array_equal(found.adversarial, [[1, 1, 0, 0]])
        plain = jsma(name, weights, x, {}, gap=3.5, budget=4)
        np.testing.assert_array_equal(plain.adversarial, [[0, 0, 1, 1]])

    @pytest.mark.parametrize(("budget", "reached"), [(5, False), (6, True)])
    def test_the_budget_is_what_changed_features_cost(self, name, budget, reached):
        limits = {"cost": np.full(4, 3.0)}
        found = jsma(name, [2, 2, 0, 0], [0] * 4, limits, gap=7.9, budget=budget)
        assert found.success.tolist() == [reached]
        assert found.status.tolist() == ["success" if reached else "cap"]

    def test_the_nearest_target_alone_is_not_known_by_steps(self, name):
        with pytest.raises(UserError, match="need not be the nearest; leave stop out"):
            jsma(name, [1, 1], [0, 0], {"cost": np.array([1.0, 2.0])}, stop="first-target")

    def test_equal_costs_change_nothing_but_the_price(self, name):
        rng = np.random.default_rng(3)
        weights, x = rng.normal(0, 1, 10), rng.random(10)
        plain = jsma(name, weights, x, {}, gap=2.0, budget=6)
        priced = jsma(name, weights, x, {"cost": np.full(10, 2.0)}, gap=2.0, budget=12)
        np.testing.assert_array_equal(priced.adversarial, plain.adversarial)
        assert priced.status.tolist() == plain.status.tolist()


@st.composite
def sums(draw):
    """A sample with one sum, limits around it, and a point anywhere."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    n = draw(st.integers(2, 9))
    size = rng.choice([1.0, 3.0, 50.0], n)
    limits = Limits(
        direction=rng.choice([-1, 0, 0, 1], n),
        mutable=np.arange(n) < max(2, draw(st.integers(2, n))),
        total=np.zeros(n, int),
        size=size,
    )
    clean = rng.choice([0, 1, 0.3, 0.8], n).astype(np.float32)
    return clean, limits, size, rng.normal(0.5, 1, (5, n)).astype(np.float32)


@given(sums())
@few
def test_a_sum_is_restored_in_the_nearest_point_of_the_box(case):
    clean, limits, size, points = case
    there = room(domain(clean[None], limits), clean)
    found = there.put(points)
    slack = 2 * SLACK * size.max()
    np.testing.assert_allclose(found @ size, clean @ size, atol=slack + 1e-4)
    np.testing.assert_array_equal(there.put(found), found)
    clipped = np.clip(points, there.lower, there.upper)
    for point, near in zip(clipped, found, strict=True):
        # Of random points that keep the sum, none is nearer; the sample itself is one.
        best = np.linalg.norm(point - near)
        for share in (0.0, 0.25, 0.5, 0.75):
            other = clean + share * (near - clean)
            assert best <= np.linalg.norm(point - other) + 1e-4
        assert np.linalg.norm(near - clean) <= np.linalg.norm(point - clean) + 1e-4


def test_an_attack_in_a_ball_goes_on_through_a_category_it_may_change():
    weights = np.float32([[0, 0], [0, 3], [0, 9], [0, 1]])
    x = np.float32([[1, 0, 0, 0.5]])
    limits = Limits(group=np.array([0, 0, 0, -1]))
    question = Question(
        linear(weights, (6, 0)), x, np.zeros(1, int), np.zeros(1, int), False, limits
    )
    for norm, eps in (("linf", 1.0), ("l2", 1.5)):
        found = attacks.run("bim", {"norm": norm, "eps": eps}, question, Options())
        np.testing.assert_array_equal(found.adversarial[0, :3], [0, 0, 1])
        assert found.success.all()
        assert np.linalg.norm(found.adversarial - x) <= 1.5 or norm == "linf"


@pytest.mark.parametrize(("theta", "way"), [(1.0, "rise"), (-1.0, "fall")])
def test_a_theta_that_no_feature_may_follow_is_refused(theta, way):
    ways = {"down_only": 784} if theta > 0 else {"up_only": 784}
    asked = attacks.settings("jsma-f", {"theta": theta})
    with pytest.raises(UserError, match=f"attacks.theta: no feature may {way}"):
        asked.params_for(DATA.model_copy(update=ways))
    some = dict.fromkeys(ways, 783)
    assert asked.params_for(DATA.model_copy(update=some))["theta"] == theta


def test_a_budget_is_a_cost_where_features_have_one():
    extent = DATA.extent.model_copy(update={"l0": 50.0, "features": 784})
    data = DATA.model_copy(update={"priced": True, "extent": extent, "one_range": True})
    assert attacks.settings("jsma-f").budget_for(data) == 6  # 0.145 of 50, in twos
    assert attacks.settings("jsma-f", {"budget": 0.5}).budget_for(data) == 25
    assert attacks.settings("cw-l0").ball_for(data).radius == 7
    with pytest.raises(UserError, match="51 features exceed"):
        attacks.settings("jsma-f", {"budget": 51}).budget_for(data)
