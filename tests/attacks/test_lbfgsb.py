"""L-BFGS-B by questions visits exactly the points that SciPy's `minimize` visits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from core.attacks.engine.lbfgsb import Minimizer


def rugged(point):
    """A function with many minima, its gradient, both in float64."""
    value = float(np.sum(point**4 - 3 * point**2 + point) + np.sin(3 * point).sum())
    return value, 4 * point**3 - 6 * point + 1 + 3 * np.cos(3 * point)


def asked(minimizer, start, objective):
    """All points it asks for."""
    visited, point = [], minimizer.begin(start)
    while point is not None:
        visited.append(point.copy())
        point = minimizer.advance(*objective(point))
    return np.array(visited)


def called(start, lower, upper, steps, tolerance, objective):
    """All points at which SciPy calls the function, and its answer."""
    visited = []

    def noted(point):
        visited.append(point.copy())
        return objective(point)

    found = minimize(
        noted,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=list(zip(lower, upper, strict=True)),
        options={"maxiter": steps, "ftol": tolerance, "gtol": 0.0},
    )
    return np.array(visited), found


@settings(deadline=None, max_examples=40)
@given(
    n=st.integers(1, 30),
    seed=st.integers(0, 10_000),
    steps=st.integers(1, 40),
    tolerance=st.sampled_from([0.0, 1e-9, 1e-5]),
)
def test_it_visits_what_scipys_minimize_visits(n, seed, steps, tolerance):
    rng = np.random.default_rng(seed)
    lower = np.where(rng.random(n) < 0.2, -np.inf, rng.uniform(-2, 0, n))
    upper = np.where(rng.random(n) < 0.2, np.inf, rng.uniform(0.1, 2, n))
    start = rng.normal(0, 1, n)
    mine = Minimizer(lower, upper, steps=steps, tolerance=tolerance)
    expected, found = called(start, lower, upper, steps, tolerance, rugged)
    for _ in range(2):  # it starts anew without a trace of the last minimisation
        np.testing.assert_array_equal(asked(mine, start, rugged), expected)
        assert mine.iterations == found.nit


@pytest.mark.parametrize("steps", [1, 3])
def test_it_ends_after_so_many_iterations(steps):
    mine = Minimizer(np.full(5, -9.0), np.full(5, 9.0), steps=steps, tolerance=0.0)
    asked(mine, np.full(5, 3.0), rugged)
    assert mine.iterations == steps
