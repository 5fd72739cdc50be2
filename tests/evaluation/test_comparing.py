"""What many comparisons may be called together, and what two networks are compared by."""

import numpy as np
import pandas as pd
import pytest

from core.evaluation.attacked import Attacked
from core.evaluation.comparing import comparisons, detections
from core.metrics import pairing
from core.model.data import Extent
from core.model.identity import AttackId, NetworkId


def compared(shift, seed=0, n=60):
    """A paired difference of about `shift` deviations, which `seed` draws."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=n)
    values = (values - values.mean()) / values.std(ddof=1) * 0.05 + shift * 0.05
    both = [
        pd.DataFrame({"seed": 0, "sample": np.arange(n), "rho": each, "censored": False})
        for each in (0.5 + values, np.full(n, 0.5))
    ]
    return pairing.difference(*both, "rho", 1.0, 1.0)


def test_a_word_that_one_comparison_allows_twenty_do_not():
    """A p-value of about 1 % by itself; among 20 it is no news."""
    near = compared(0.34)
    assert 0.005 < near.p < 0.02
    assert detections([("only", near)]) == [(near.p, "above")]
    others = [(i, compared(0.0, seed=i)) for i in range(1, 20)]
    adjusted, word = detections([("first", near), *others])[0]
    assert adjusted == pytest.approx(20 * near.p)
    assert word == "not decided"


def test_what_agrees_on_every_sample_about_the_same_networks_counts_once():
    """The paper's attack in three arithmetics may be one attack; two networks are two."""
    near = compared(0.34)
    same = [("a", compared(0.34)) for _ in range(20)]
    assert detections([("a", near), *same])[0] == (near.p, "above")
    apart = [(f"network {i}", compared(0.34)) for i in range(20)]
    assert detections(apart)[0][1] == "not decided"
    differ = [("a", compared(0.0, seed=i)) for i in range(1, 20)]
    assert detections([("a", near), *differ])[0][1] == "not decided"


def test_a_small_p_value_beside_an_interval_that_holds_0_is_not_detected():
    odd = compared(0.34)
    held = pairing.Compared(**{**vars(odd), "word": "not decided"})
    assert [word for _, word in detections([("a", odd), ("b", held)])] == ["above", "not decided"]


def test_without_comparisons_nothing_is_said():
    assert detections([]) == []


def nearest(hits, targets="nearest-2"):
    """An attack on a network: for each sample two targets, and whether each was reached."""
    rows = [
        {
            "seed": 0, "sample": sample, "label": 0, "target": target, "predicted_clean": 0,
            "predicted": target if hit else 0, "success": hit, "iterations": 1,
            "status": "success" if hit else "cap", "budget": 4,
            "l0": 2, "l1": 1.0, "l2": 1.0, "linf": 0.5,
        }
        for sample, each in enumerate(hits)
        for target, hit in each.items()
    ]  # fmt: skip
    setting = AttackId.of("jsma-logf", {"targets": targets, "budget": 4})
    network = NetworkId.of("none", {}, None)
    extent = Extent(l0=8, l1=8, l2=8**0.5, linf=1)
    return Attacked("mine", network, setting, pd.DataFrame(rows), extent)


def test_networks_with_targets_of_their_own_are_compared_by_sample_and_not_by_shared_pairs():
    one = nearest([{1: True, 2: True}, {1: True, 2: False}, {1: False, 2: False}] * 4)
    other = nearest([{2: False, 3: False}, {2: True, 3: True}, {3: False, 4: False}] * 4)
    found = comparisons(one, other)["success_rate"]
    # Means of each sample's share: (1 + 1/2 + 0) / 3 and (0 + 1 + 0) / 3.
    assert found.difference == pytest.approx(0.5 - 1 / 3)
    assert found.n == 12
    assert not found.bounded
    drawn = [nearest([{1: True, 2: True}, {1: False, 2: True}] * 6, "random-2") for _ in range(2)]
    assert comparisons(*drawn)["success_rate"].difference == 0
