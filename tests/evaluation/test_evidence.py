"""What stands beside the summary, on runs whose true distances are known."""

import numpy as np
import pandas as pd
import pytest

from core.evaluation import evidence
from core.evaluation.evaluation import Evaluation
from core.evaluation.summary import differences, summary
from tests import model
from tests.judgement.diagnostics.world import CW, DECISION, EXTENT, JSMA, PGD, attack

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


def test_radii_of_a_ball_make_one_curve_with_points_where_the_attack_ran():
    """Each radius takes what every run found within it: the larger one missed some at 0.05."""
    sizes = (0.05, 0.1, 0.2, 0.3)
    table = rows(
        *(
            attack("pgd", {**PGD, "eps": eps}, seed=i, fails=0.2, wrong_from_start=3)
            for i, eps in enumerate(sizes)
        )
    )
    (curve,) = evidence.security_curves(Evaluation.of(table, EXTENT))
    assert "eps" not in curve.attack_params
    assert curve.budget == list(sizes)
    assert curve.quantiles == []
    right = table[table["predicted_clean"] == table["label"]]
    for eps, rate, kept in zip(sizes, curve.success_rate, curve.robust_accuracy, strict=True):
        hit = right["success"] & (right["linf"] <= eps * (1 + 1e-5))
        moved = hit.groupby(right["sample"]).max()
        assert rate == pytest.approx(moved.mean(), abs=1e-6)
        assert kept.mean == pytest.approx((~moved).sum() / 60)
        assert rate >= right[right["budget"] == eps]["success"].mean()
    assert curve.success_rate == sorted(curve.success_rate)


def test_one_radius_is_one_point_and_nothing_is_said_below_it():
    (curve,) = evidence.security_curves(Evaluation.of(rows(attack("pgd", PGD)), EXTENT))
    assert curve.budget == [PGD["eps"]]
    failed = rows(attack("pgd", {**PGD, "eps": 1e-4}, wrong_from_start=0))
    (curve,) = evidence.security_curves(Evaluation.of(failed, EXTENT))
    assert (curve.success_rate, curve.robust_accuracy[0].mean) == ([0], 1)


def test_a_curve_of_an_attack_that_looks_for_the_closest_has_quantiles_of_its_pairs():
    table = rows(attack("jsma-logf", JSMA))
    (curve,) = evidence.security_curves(Evaluation.of(table, EXTENT))
    assert curve.robust_accuracy == []
    won = table[(table["predicted_clean"] == table["label"])]
    assert {one.budget for one in curve.quantiles} <= {*won["l0"], None}
    assert set(curve.budget) == {0, *won.loc[won["success"], "l0"]}


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


def pooled_by_hand(table, distance, looking, cap):
    """The least distance of each sample by any attack within the cap, else infinity."""
    found = {}
    for pair in table.to_dict("records"):
        if pair["predicted_clean"] != pair["label"]:
            continue
        far = pair[distance] if pair["success"] and pair["predicted"] != pair["label"] else np.inf
        found[pair["sample"]] = min(far, found.get(pair["sample"], np.inf))
    asked = set(table[table["attack"].isin(looking)]["sample"])
    return np.array([far if far <= cap else np.inf for s, far in found.items() if s in asked])


@pytest.mark.parametrize("hard", [1.0, 2.0, 3.0])
def test_a_success_inside_a_ball_proves_a_distance_of_at_most_how_far_it_went(hard):
    """The closest examples that decision finds are far off; pgd goes only as far as it has to."""
    linf = {**DECISION, "norm": "linf"}
    table = rows(
        attack("decision", linf, skill=2.0, hard=hard), attack("pgd", PGD, skill=0.01, hard=hard)
    )
    found = only(evidence.closest(Evaluation.of(table, EXTENT)), distance="linf")
    alone = table[table["attack"] == "decision"]
    expected, without = (
        np.minimum(pooled_by_hand(one, "linf", {"decision"}, 1.0), 1.0) for one in (table, alone)
    )
    assert found.mean == pytest.approx(expected.mean())
    assert found.mean < without.mean()
    means = {entry.attack: entry.mean for entry in found.attacks}
    assert means["pgd"] is None
    assert means["decision"] > found.mean
    shares = {entry.attack: entry.strongest for entry in found.attacks}
    assert shares["pgd"] > 0
    assert sum(shares.values()) == pytest.approx(1)


def test_a_sample_that_no_attack_moved_counts_as_the_largest_budget_of_those_that_look():
    """cw-l2 moves everything, mostly by more features than jsma may change: that is no 112."""
    table = rows(attack("jsma-logf", JSMA, hard=6.0), attack("cw-l2", CW), attack("pgd", PGD))
    found = only(evidence.closest(Evaluation.of(table, EXTENT)), distance="l0")
    expected = pooled_by_hand(table, "l0", {"jsma-logf"}, 112)
    assert (found.cap, found.mean) == (112, pytest.approx(np.minimum(expected, 112).mean()))
    assert found.censored == pytest.approx(np.isinf(expected).mean())
    assert 0 < found.censored < 1


def test_a_sample_that_only_an_attack_inside_a_ball_was_given_is_in_no_mean():
    few = attack("decision", {**DECISION, "norm": "linf"}, samples=20)
    found = only(
        evidence.closest(Evaluation.of(rows(few, attack("pgd", PGD)), EXTENT)), distance="linf"
    )
    assert found.samples == 18


def test_an_attack_inside_a_ball_has_no_robustness_of_its_own():
    """How far it went says how large the ball was; it has a success rate."""
    table = rows(attack("pgd", PGD), attack("pgd", PGD, defense=DISTILLED, hard=1.5))
    networks = [model.network(), model.network(defense="distillation", temperature=20.0)]
    evaluation = Evaluation.of(table, EXTENT)
    for entry in summary(evaluation, networks):
        own = ("rho", "rho_low", "rho_high", "rho_increase", "rho_increase_low")
        assert {getattr(entry, name) for name in own} == {None}
        assert entry.robustness == {}
        assert [one.rho for one in entry.per_seed] == [None]
        assert entry.success_rate is not None
        right = table[(table["defense"] == entry.defense)].groupby("sample")
        kept = right.apply(
            lambda pairs: (
                not (pairs["success"].any() or (pairs["predicted_clean"] != pairs["label"]).any())
            ),
            include_groups=False,
        )
        assert entry.robust_accuracy.mean == pytest.approx(kept.mean())
    assert {one.metric for one in differences(evaluation)} == {"success_rate"}
