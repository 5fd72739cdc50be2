"""The pair search finds what looking at all n x n pairs finds, whatever the gradients."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.attacks.jsma import pair_search
from core.attacks.jsma.pair_search import best_pairs


def brute_force(alpha, beta, domain):
    """The definition: the best score over all pairs, -inf where none is admissible."""
    scores = np.full(len(alpha), -np.inf)
    for row, (a, b, inside) in enumerate(
        zip(alpha.astype(float), beta.astype(float), domain, strict=True)
    ):
        features = np.flatnonzero(inside)
        for i, p in enumerate(features):
            for q in features[i + 1 :]:
                x, y = a[p] + a[q], b[p] + b[q]
                if x > 0 and y < 0:
                    scores[row] = max(scores[row], -x * y)
    return scores


def check(alpha, beta, domain):
    pairs, scores = best_pairs(alpha, beta, domain)
    np.testing.assert_array_equal(scores, brute_force(alpha, beta, domain))
    for row in np.flatnonzero(scores > -np.inf):
        p, q = pairs[row]
        assert p != q
        assert domain[row, p]
        assert domain[row, q]
        x = float(alpha[row, p]) + float(alpha[row, q])
        y = float(beta[row, p]) + float(beta[row, q])
        assert x > 0 > y
        assert -x * y == scores[row]


# Few distinct values make ties, zeros and rows of one sign; the wide ones span many magnitudes.
values = st.one_of(
    st.sampled_from([-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0]),
    st.floats(-1e3, 1e3, width=32),
    st.sampled_from([1e-38, -1e-38, 1e-20, -1e-20, 1e30, -1e30]),
)


@st.composite
def problems(draw):
    shape = (draw(st.integers(1, 3)), draw(st.integers(1, 40)))
    signs = draw(st.sampled_from([(1, 1), (-1, 1), (1, -1), (0, 1), (1, 0), (0, 0)]))
    one_sided = draw(st.booleans())
    gradients = []
    for sign in signs:
        gradient = draw(arrays(np.float32, shape, elements=values))
        gradients.append(np.float32(sign) * (np.abs(gradient) if one_sided else gradient))
    return *gradients, draw(arrays(bool, shape, elements=st.booleans()))


@settings(max_examples=150, deadline=None)
@given(problems())
def test_scores_equal_those_of_all_pairs(problem):
    check(*problem)


@pytest.mark.parametrize("seed", range(4))
def test_scores_equal_those_of_all_pairs_on_correlated_gradients(seed):
    # On a real network alpha and beta are correlated; 120 features need all rounds.
    rng = np.random.default_rng(seed)
    alpha = rng.standard_normal((12, 120)).astype(np.float32)
    correlation = rng.uniform(-0.5, 0.99, (12, 1))
    beta = (correlation * alpha + 0.3 * rng.standard_normal((12, 120))).astype(np.float32)
    check(alpha, beta, rng.random((12, 120)) < 0.8)


def line(n):
    """Points on a falling line: no one dominates another, and every w at l = 1 is the same."""
    a = np.sort(np.random.default_rng(0).random(n)) * 4 - 1.5
    return a, a - 1


@pytest.mark.parametrize("permuted", [False, True])
def test_a_front_that_no_bound_proves_is_searched_exactly(permuted, monkeypatch):
    searched = count_layer_searches(monkeypatch)
    a, b = line(150)
    if permuted:
        order = np.random.default_rng(1).permutation(150)
        a, b = a[order], b[order]
    check(a[None], b[None], np.ones((1, 150), bool))
    assert searched == [150], "the test is about the Pareto layers"


def count_layer_searches(monkeypatch):
    """Record the number of features of each sample that goes to the Pareto layers."""
    searched = []
    layers = pair_search._best_in_layers
    monkeypatch.setattr(
        pair_search, "_best_in_layers", lambda a, c: searched.append(len(a)) or layers(a, c)
    )
    return searched


def test_a_front_of_features_that_help_only_in_pairs():
    # Each feature alone lowers one of X and Y; only a pair of opposite ones is admissible.
    a = np.concatenate([np.linspace(1, 2, 60), -np.linspace(0.5, 1.5, 60)])
    c = np.concatenate([-np.linspace(0.5, 1.9, 60), np.linspace(1, 2, 60)])
    check(a[None], -c[None], np.ones((1, 120), bool))


def test_a_point_of_the_second_layer_is_found():
    # The best pair is the point that dominates all others and the one just below it.
    a, b = line(200)
    a, b = np.append(a, [200.0, 199.0]), np.append(b, [-200.0, -199.0])
    pairs, _ = best_pairs(a[None], b[None], np.ones((1, 202), bool))
    assert set(pairs[0]) == {200, 201}


def test_the_layers_alone_are_exact(monkeypatch):
    monkeypatch.setattr(pair_search, "_ROUNDS", ())
    monkeypatch.setattr(pair_search, "_BLOCK", 7)
    rng = np.random.default_rng(5)
    for n in (1, 2, 3, 40):
        alpha, beta = rng.integers(-4, 5, (2, 20, n)).astype(np.float32)
        check(alpha, beta, rng.random((20, n)) < 0.7)


def test_the_bound_proves_most_pairs_without_the_layers(monkeypatch):
    searched = count_layer_searches(monkeypatch)
    rng = np.random.default_rng(6)
    alpha, beta = rng.standard_normal((2, 100, 784)).astype(np.float32)
    # A large entry of no use misleads the first guess of l; the candidate's own l mends it.
    alpha[:, 0] = -1e4
    best_pairs(alpha, beta, np.ones(alpha.shape, bool))
    assert len(searched) < 10


def test_no_pair_is_admissible_outside_the_domain():
    alpha, beta = np.ones((1, 20)), -np.ones((1, 20))
    domain = np.zeros((1, 20), bool)
    assert best_pairs(alpha, beta, domain)[1][0] == -np.inf
    domain[0, 3] = True
    assert best_pairs(alpha, beta, domain)[1][0] == -np.inf, "a feature is no pair with itself"
    domain[0, 7] = True
    pairs, scores = best_pairs(alpha, beta, domain)
    assert set(pairs[0]) == {3, 7}
    assert scores[0] == 4
