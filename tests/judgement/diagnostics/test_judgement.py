"""How far noise goes, and what may be compared with what."""

import pandas as pd
import pytest

from core.evaluation.evaluation import Evaluation
from core.judgement.diagnostics.check import judged
from core.metrics.intervals.exact import clopper_pearson
from core.metrics.shares import Share, share_of
from tests.judgement.diagnostics import world
from tests.judgement.diagnostics.test_planted_faults import BROKEN, DISTILLED, NONE, found, results


@pytest.mark.parametrize(
    ("share", "result"),
    [
        (Share(0.10, 0.06, 0.17, 100), "fail"),
        # More than 5 % were seen, but it may be chance.
        (Share(0.10, 0.03, 0.19, 100), "pass"),
        (Share(0.00, 0.00, 0.16, 20), "pass"),
        # None was seen, but eight samples carry nothing.
        (Share(0.00, 0.00, 0.32, 8), "not run"),
        (Share(0.15, 0.04, 0.37, 20), "not run"),
    ],
)
def test_an_alarm_needs_certainty_and_so_does_a_pass(share, result):
    check = judged("name", share, "good", "bad", "whether")
    assert (check.result, check.number) == (result, share.value)
    assert check.sentence.startswith({"fail": "bad", "pass": "good"}.get(result, f"{share.n} samp"))


def test_targets_and_seeds_of_a_sample_are_one_case():
    index = pd.MultiIndex.from_product([(0, 1), range(20), range(9)]).set_names(
        ["seed", "sample", "target"]
    )
    share = share_of(pd.Series(False, index=index))
    assert (share.low, share.high) == clopper_pearson(0, 20)
    assert share.text == "none of 20 samples"
    with pytest.raises(ValueError, match="at least one"):
        share_of(pd.Series(False, index=index).iloc[:0])


def test_a_targeted_and_an_untargeted_attack_are_compared_by_sample():
    made = world.run(
        world.attack("bim", world.BIM, fails=0.6),
        world.attack("fgsm", {**world.FGSM, "targeted": True}, skill=0.1),
    )
    assert found(made, "iterative_beats_single_step", "bim")


def test_a_target_that_is_the_label_moves_no_sample():
    rows = world.attack("jsma-logf", world.JSMA, samples=3, wrong_from_start=0)
    rows = rows.assign(predicted=rows["label"], success=True)
    (one,) = Evaluation.of(rows, world.EXTENT).attacked
    assert not one.reached(by_pair=False).any()
    assert (one.nearest(by_pair=False) == float("inf")).all()


def test_the_same_success_at_twice_the_budget_is_no_growth():
    small = {**world.PGD, "eps": 0.1}
    first = world.attack("pgd", small)
    again = world.attack("pgd", {**world.PGD, "eps": 0.2})
    again[["success", "predicted", "status", "linf"]] = first[
        ["success", "predicted", "status", "linf"]
    ]
    ((_, check),) = found(world.run(first, again), "success_grows", "pgd", "not run")
    assert "no growth" in check.sentence


def test_an_attack_in_a_ball_owes_no_closest_example():
    """Projected gradients go to the surface of the ball; being closer is no better there."""
    edge = world.attack("pgd", world.PGD, skill=0.0)
    edge.loc[edge["status"] == "success", "linf"] = 0.25
    made = world.run(edge, world.attack("genetic", world.GENETIC, skill=0.0))
    assert results(made, "white_box_beats_black_box") == {"pass"}


def test_only_black_box_attacks_on_this_network_are_judged_for_it():
    few = {**world.GENETIC, "queries": 12}
    made = world.run(
        world.attack("pgd", world.PGD, skill=0.0),
        world.attack("genetic", few, fails=0.99),
        world.attack("pgd", world.PGD, skill=0.0, defense=DISTILLED),
        world.attack("decision", world.DECISION, defense=DISTILLED),
    )
    assert [subject.defense for subject, _ in found(made, "black_box_run")] == ["none"]


def test_queries_are_not_to_blame_where_the_budget_is_too_small_for_all():
    made = world.run(
        world.attack("pgd", {**world.PGD, "eps": 0.01}),
        world.attack("genetic", {**world.GENETIC, "eps": 0.01}),
        world.attack("decision", world.DECISION),
    )
    assert results(made, "black_box_run") == {"pass"}


def test_one_attack_fooled_and_one_undecided_is_not_yet_a_fault():
    tables = []
    for defense in (NONE, BROKEN, DISTILLED):
        blind = defense == BROKEN
        tables += [
            world.attack("jsma-f", world.JSMA, defense=defense, masked=blind),
            world.attack("pgd", {**world.PGD, "eps": 0.01}, defense=defense),
        ]
    assert results(world.run(*tables), "attacks_validated") == {"not run"}


def test_how_far_a_failed_attack_came_is_no_distance():
    """A pair without an admissible pair stops early; it still counts as the cap."""
    rows = world.attack("jsma-logf", world.JSMA, hard=5)
    rows.loc[~rows["success"], "l0"] = 2
    right = rows[rows["predicted_clean"] == rows["label"]]
    far = right["l0"].where(right["success"], 112)
    truth = right.assign(far=far).groupby("sample")["far"].min()
    made = world.run(rows)
    entry = {"defense": "none", "defense_params": {}, "temperature": None, "distance": "l0"}
    made["closest"] = [{**entry, "mean": float(truth.mean())}]
    assert results(made, "mean_of_minima") == {"pass"}
