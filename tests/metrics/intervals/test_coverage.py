"""The short form of benchmarks/coverage.py: how often an interval of 95 % holds the truth."""

import numpy as np
import pytest

from benchmarks import coverage_worlds as coverage
from benchmarks.coverage_worlds import World

REPEATS = 800
LEAST = 0.93 - 2 * np.sqrt(0.93 * 0.07 / REPEATS)


def rng():
    return np.random.default_rng(1)


@pytest.mark.parametrize("share", [0.001, 0.035, 0.99])
@pytest.mark.parametrize("samples", [10, 100])
def test_a_share_over_alike_targets(share, samples):
    for seeds in (1, 3):
        world = World(samples, seeds, coverage.TARGETS, 0.4)
        assert coverage.share_covered(share, world, REPEATS, rng()) >= LEAST


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5])
def test_a_paired_difference_of_shares(share):
    for world in (World(100), World(100, 3, coverage.TARGETS, 0.4)):
        assert coverage.share_difference_covered(share, world, REPEATS, rng()) >= LEAST


@pytest.mark.parametrize("kind", list(coverage.DISTANCES))
@pytest.mark.parametrize("seeds", [1, 3])
def test_a_paired_difference_and_a_gain(kind, seeds):
    world = World(100, seeds)
    assert coverage.difference_covered(kind, world, REPEATS, rng()) >= LEAST
    assert coverage.gain_covered(kind, world, REPEATS, rng()) >= LEAST


@pytest.mark.parametrize("seeds", [1, 3])
def test_without_any_effect_hardly_a_report_calls_one_detected(seeds):
    world = World(30, seeds, 3, 0.4)
    assert coverage.reports_with_a_detection(world, 300, rng()) <= 0.05
