"""Either side of each line that a check of one attack draws."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from core.attacks import distance_of
from core.evaluation.attacked import Attacked
from core.judgement.diagnostics import single
from core.model.identity import AttackId, NetworkId
from tests.judgement.diagnostics import world

CW = {**world.CW, "targeted": False}


@pytest.mark.parametrize(
    ("share", "result"),
    [(0.0, "pass"), (0.05, "pass"), (0.051, "fail"), (0.09, "fail"), (0.3, "fail"), (1.0, "fail")],
)
def test_a_gradient_may_vanish_on_one_sample_in_twenty(share, result):
    outcome = single.zero_gradients(share)
    assert (outcome.result, outcome.number) == (result, share)


def attacked(won, of, name="cw-l2", params=CW):
    """An untargeted attack that moved the first `won` of `of` samples, all of them right before."""
    success = np.arange(of) < won
    rows = pd.DataFrame(
        {
            "seed": 0,
            "sample": np.arange(of),
            "label": 0,
            "target": -1,
            "predicted_clean": 0,
            "predicted": np.where(success, 1, 0),
            "success": success,
            "status": np.where(success, "success", "cap"),
            "budget": params.get("eps", np.nan),
            distance_of(name, params): 0.1,
        }
    )
    network, setting = NetworkId.of("none", {}, None), AttackId.of(name, params)
    return Attacked("mine", network, setting, rows, world.EXTENT)


def interval(k, n):
    return stats.binomtest(k, n).proportion_ci(0.95, method="exact")


@pytest.mark.parametrize("of", [10, 16, 17, 60, 100])
def test_everything_is_reached_where_surely_four_of_five_are_and_missed_where_surely_not_all(of):
    told = set()
    for won in range(of + 1):
        between = interval(won, of)
        if between.high < 0.95:
            expected = "fail"
        elif between.low > 0.8:
            expected = "pass"
        else:
            expected = "not run"
        outcome = single.everything_without_budget(attacked(won, of))
        assert (won, outcome.result) == (won, expected)
        assert outcome.number == pytest.approx(won / of)
        told.add(expected)
    # All of 17 are surely more than four of five; all of 16 are not.
    assert ("pass" in told) == (of >= 17)


@pytest.mark.parametrize("of", [20, 60])
@pytest.mark.parametrize("chance", [0.1, 0.5])
def test_accuracy_is_chance_unless_it_surely_is_above(of, chance):
    half = {**world.PGD, "eps": 0.5}
    for kept in range(of + 1):
        between = interval(kept, of)
        if between.low > chance:
            expected = "fail"
        elif between.high < chance + 0.2:
            expected = "pass"
        else:
            expected = "not run"
        outcome = single.chance_at_half_range(attacked(of - kept, of, "pgd", half), chance)
        assert (kept, outcome.result) == (kept, expected)
