"""What stands beside the summary, on runs whose true distances are known."""

import numpy as np
import pandas as pd
import pytest

from core.evaluation import evidence
from core.evaluation.evaluation import Evaluation
from core.evaluation.summary import summary
from tests import model
from tests.judgement.diagnostics.world import CW, EXTENT, JSMA, PGD, attack

DISTILLED = ("distillation", {}, 20.0)


def rows(*tables):
    return pd.concat(tables, ignore_index=True)


def only(found, **wanted):
    (one,) = [f for f in found if all(getattr(f, key) == value for key, value in wanted.items())]
    return one


def test_a_masked_attack_does_not_hide_the_one_that_works():
    """Distillation in small: jsma-f sees nothing, jsma-logf the same distances as undefended."""
    table = rows(
        attack("jsma-f", JSMA),
        attack("jsma-logf", JSMA),
        attack("jsma-f", JSMA, defense=DISTILLED, masked=True),
        attack("jsma-logf", JSMA, defense=DISTILLED),
    )
    found = only(evidence.closest(Evaluation.of(table, EXTENT)), defense="distillation")
    assert abs(found.rho_increase) < 0.1
    assert found.rho_increase_low < found.rho_increase < found.rho_increase_high
    # Shares are over samples that had to be changed; the masked attack never wins one.
    shares = {entry.attack: entry.strongest for entry in found.attacks}
    assert shares == {"jsma-f": 0.0, "jsma-logf": 1.0}


def test_an_attack_inside_a_ball_says_nothing_about_smaller_distances():
    table = rows(attack("pgd", PGD), attack("cw-l2", CW))
    assert [entry.distance for entry in evidence.closest(Evaluation.of(table, EXTENT))] == ["l2"]


def test_a_harder_network_has_the_increase_that_it_has():
    table = rows(
        attack("cw-l2", CW, skill=0.0), attack("cw-l2", CW, skill=0.0, defense=DISTILLED, hard=1.5)
    )
    found = only(evidence.closest(Evaluation.of(table, EXTENT)), defense="distillation")
    assert found.rho_increase == pytest.approx(0.5, abs=0.02)


def test_robust_accuracy_counts_every_attack_within_the_budget():
    """A sample falls if any attack moves it, or if it is wrong from the start."""
    table = rows(attack("pgd", PGD, hard=1.6), attack("pgd", {**PGD, "restarts": 5}, hard=1.6))
    found = only(evidence.within_budget(Evaluation.of(table, EXTENT)), distance="linf")
    moved = table["success"] & (table["predicted"] != table["label"])
    fallen = moved.groupby(table["sample"]).max()
    assert found.robust_accuracy == pytest.approx(1 - fallen.mean())
    assert 0 < found.robust_accuracy < 1


def test_a_success_beyond_the_budget_does_not_count_within_it():
    table = rows(attack("pgd", {**PGD, "eps": 0.1}), attack("pgd", {**PGD, "eps": 0.3}))
    small, large = evidence.within_budget(Evaluation.of(table, EXTENT))
    assert (small.budget, large.budget) == (0.1, 0.3)
    assert small.robust_accuracy > large.robust_accuracy


def test_sizes_of_a_ball_make_one_curve_that_never_falls():
    table = rows(*(attack("pgd", {**PGD, "eps": eps}) for eps in (0.05, 0.1, 0.2, 0.3)))
    (curve,) = evidence.security_curves(Evaluation.of(table, EXTENT))
    assert "eps" not in curve.attack_params
    assert np.all(np.diff(curve.success_rate) >= 0)
    largest = table[(table["budget"] == 0.3) & (table["predicted_clean"] == table["label"])]
    assert curve.success_rate[-1] == pytest.approx(largest["success"].mean(), abs=1e-6)


def test_matrices_of_many_classes_are_left_out():
    table = rows(attack("jsma-f", JSMA))
    assert evidence.class_matrices(Evaluation.of(table, EXTENT), 21) == []
    (found,) = evidence.class_matrices(Evaluation.of(table, EXTENT), 10)
    assert found.success_rate[3][3] is None
    assert found.success_rate[3][4] is not None


def test_the_summary_measures_each_attack_in_its_own_distance_and_all_others():
    table = rows(attack("cw-l2", CW))
    (entry,) = summary(Evaluation.of(table, EXTENT), [model.network()])
    assert (entry.distance, entry.budget, entry.rho_cap) == ("l2", None, 1.0)
    assert entry.rho == pytest.approx(entry.robustness["l2"].mean / EXTENT.l2)
    nearest = table[table["predicted_clean"] == table["label"]].groupby("sample")["l2"].min()
    assert entry.robustness["l2"].mean == pytest.approx(nearest.mean())


def test_the_summary_says_how_much_harder_a_network_is_than_the_undefended_one():
    table = rows(
        attack("cw-l2", CW, skill=0.0), attack("cw-l2", CW, skill=0.0, defense=DISTILLED, hard=1.5)
    )
    networks = [model.network(), model.network(defense="distillation", temperature=20.0)]
    entry = only(summary(Evaluation.of(table, EXTENT), networks), defense="distillation")
    assert entry.rho_increase == pytest.approx(0.5, abs=0.02)
    assert entry.rho_increase_low <= entry.rho_increase <= entry.rho_increase_high
