"""Within which radii robust accuracy is told, and over which samples."""

import numpy as np
import pandas as pd
import pytest

from core.evaluation import evidence
from core.evaluation.evaluation import Evaluation
from core.evaluation.radii import radii
from core.model.judged import Criterion
from tests import model
from tests.judgement.diagnostics.world import CW, DECISION, EXTENT, JSMA, PGD, attack

GIVEN = ("given", {"file": "mine.keras"}, None)
CW_ALONE = {**CW, "targeted": False}
LINF = {**DECISION, "norm": "linf"}


def evaluated(*tables):
    return Evaluation.of(pd.concat(tables, ignore_index=True), EXTENT)


def told(evaluation, criteria=None, **spec):
    run = model.results().model_copy(update={"spec": {"criteria": criteria, **spec}})
    found = evidence.within_budget(evaluation, radii(run, evaluation))
    return {(one.distance, one.budget) for one in found}


def asked(distance, eps):
    one = Criterion(metric="robust_accuracy", at_least=0.5, distance=distance, eps=eps)
    return [one.model_dump(mode="json")]


def test_an_attack_without_a_budget_is_told_within_the_usual_radius_of_its_distance():
    assert told(evaluated(attack("cw-l2", CW_ALONE, defense=GIVEN))) == {("l2", 2.0)}
    assert told(evaluated(attack("cw-l0", CW_ALONE, defense=GIVEN))) == {("l0", 113)}
    assert told(evaluated(attack("decision", LINF, defense=GIVEN))) == {("linf", 0.25)}


def test_but_not_where_an_attack_with_a_budget_ran_in_it():
    ball = attack("pgd", {**PGD, "eps": 0.1}, defense=GIVEN)
    assert told(evaluated(ball, attack("decision", LINF, defense=GIVEN))) == {("linf", 0.1)}


@pytest.mark.parametrize("spec", [{"defenses": [{"name": "none"}]}, {}])
def test_nor_where_an_undefended_network_stands_beside(spec):
    table = attack("cw-l2", CW_ALONE, defense=GIVEN)
    tables = (table,) if spec else (table, attack("cw-l2", CW_ALONE))
    assert told(evaluated(*tables), **spec) == set()


def test_what_a_criterion_asks_is_told_where_an_attack_might_have_gone_so_far():
    near = evaluated(attack("jsma-logf", JSMA, defense=GIVEN))
    assert told(near, asked("l0", 20)) == {("l0", 20), ("l0", 112)}
    assert told(near, asked("l0", 200)) == {("l0", 112)}
    assert told(near, asked("linf", 0.1)) == {("l0", 112)}


def test_an_attack_inside_a_larger_ball_was_not_asked_about_a_smaller_one():
    ball = evaluated(attack("pgd", PGD, defense=GIVEN))
    assert told(ball, asked("linf", 0.1)) == {("linf", 0.25)}


def test_the_share_within_a_radius_is_that_of_samples_whose_closest_example_lies_farther():
    table = attack("decision", LINF, defense=GIVEN, samples=50)
    (found,) = evidence.within_budget(evaluated(table), [("linf", 0.12)])
    wrong = table["predicted_clean"] != table["label"]
    near = table["linf"] <= 0.12
    assert found.samples == 50
    assert found.robust_accuracy == pytest.approx((~wrong & ~near).mean())


def test_a_sample_that_nothing_attacked_in_this_distance_does_not_count_as_right():
    """Half of the samples were attacked in L0 alone: what they withstand in Linf nobody knows."""
    few = attack("pgd", PGD, defense=GIVEN, samples=30)
    many = attack("jsma-logf", JSMA, defense=GIVEN, samples=60)
    found = {one.distance: one for one in evidence.within_budget(evaluated(few, many))}
    assert (found["linf"].samples, found["l0"].samples) == (30, 60)
    moved = few["success"] & (few["predicted"] != few["label"])
    assert found["linf"].robust_accuracy == pytest.approx(
        1 - moved.groupby(few["sample"]).max().mean()
    )


def test_the_closest_examples_have_a_median_that_the_rows_give():
    table = attack("jsma-logf", {**JSMA, "budget": 24}, defense=GIVEN, samples=60)
    (found,) = evidence.closest(evaluated(table))
    right = table[table["predicted_clean"] == table["label"]]
    won = np.where(right["success"], right["l0"], np.inf)
    nearest = pd.Series(won).groupby(right["sample"].to_numpy()).min()
    assert found.median == np.sort(nearest)[(len(nearest) - 1) // 2]
    assert found.median_low <= found.median <= (found.median_high or np.inf)
