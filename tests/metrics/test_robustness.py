"""Success rate and Eq. 11 from attacked pairs, worked by hand."""

import numpy as np
import pandas as pd
import pytest

from core.metrics import robustness
from core.metrics.distances import distances

BUDGET, FEATURES = 4, 20
L0 = robustness.Measure("l0", BUDGET, FEATURES)


def rows(*pairs):
    """Each pair: (seed, sample, label, clean, status, l0, iterations)."""
    frame = pd.DataFrame(
        pairs,
        columns=["seed", "sample", "label", "predicted_clean", "status", "l0", "iterations"],
    )
    frame["success"] = frame["status"] == "success"
    for norm in ("l1", "l2", "linf"):
        frame[norm] = frame["l0"] * 0.5
    return frame


HAND = rows(
    # A sample that one target moves with 2 features, another with 4.
    (0, 0, 1, 1, "success", 4, 2),
    (0, 0, 1, 1, "success", 2, 1),
    # No target moves this one: it counts as the cap.
    (0, 1, 2, 2, "cap", 4, 2),
    (0, 1, 2, 2, "no_admissible_pair", 2, 1),
    # The gradient vanishes for every target at the unperturbed sample.
    (0, 3, 0, 0, "zero_gradient", 0, 0),
    (0, 3, 0, 0, "zero_gradient", 0, 0),
)


def test_a_failed_pair_counts_as_the_cap():
    table = robustness.per_sample(HAND, L0).set_index("sample")
    assert table["rho"].tolist() == [2 / 20, 4 / 20, 4 / 20]
    assert table["censored"].tolist() == [False, True, True]


def test_the_summary_is_the_hand_worked_one():
    found = robustness.summarize(HAND, L0)
    assert (found["samples"], found["inputs"]) == (3, 3)
    assert (found["pairs"], found["successes"]) == (6, 2)
    assert found["success_rate"] == pytest.approx(2 / 6)
    assert found["rho"] == pytest.approx((0.1 + 0.2 + 0.2) / 3)
    assert found["censored"] == pytest.approx(2 / 3)
    assert found["zero_gradient_samples"] == pytest.approx(1 / 3)
    assert found["mean_l1"] == pytest.approx((2 + 1) / 2)


def test_a_gradient_that_vanishes_later_is_not_a_zero_gradient_sample():
    later = rows((0, 0, 0, 0, "zero_gradient", 2, 1), (0, 0, 0, 0, "zero_gradient", 0, 0))
    assert robustness.summarize(later, L0)["zero_gradient_samples"] == 0


def test_seeds_are_averaged_within_a_sample():
    two = rows(
        (0, 0, 1, 1, "success", 2, 1),
        (1, 0, 1, 1, "cap", 4, 2),
        (0, 1, 1, 1, "success", 2, 1),
        (1, 1, 1, 1, "success", 2, 1),
    )
    found = robustness.summarize(two, L0)
    assert (found["samples"], found["inputs"]) == (2, 4)
    assert found["rho"] == pytest.approx(((0.1 + 0.2) / 2 + 0.1) / 2)
    assert found["success_rate"] == pytest.approx(0.75)


def test_targets_of_a_sample_do_not_narrow_the_interval():
    """Nine copies of the same target say no more than one."""
    generator = np.random.default_rng(1)
    status = np.where(generator.random(60) < 0.5, "success", "cap")
    once = rows(*((0, i, 0, 0, s, 2, 1) for i, s in enumerate(status)))
    nine = rows(*((0, i, 0, 0, s, 2, 1) for i, s in enumerate(status) for _ in range(9)))
    narrow, wide = (robustness.summarize(r, L0) for r in (nine, once))
    for key in ("success_low", "success_high", "rho_low", "rho_high"):
        assert narrow[key] == pytest.approx(wide[key], abs=0.01)


def test_distances_count_each_channel_once():
    original = np.zeros((1, 2, 2, 3), np.float32)
    adversarial = original.copy()
    adversarial[0, 0, 0] = [1.0, 0.5, 0]
    found = distances(original, adversarial)
    assert found["l0"].tolist() == [2]
    assert found["l1"].tolist() == [1.5]
    assert found["l2"][0] == pytest.approx(np.sqrt(1.25))
    assert found["linf"].tolist() == [1.0]
