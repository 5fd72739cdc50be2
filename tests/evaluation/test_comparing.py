"""What many comparisons may be called together."""

import numpy as np
import pandas as pd
import pytest

from core.evaluation.comparing import detections
from core.metrics import pairing


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
