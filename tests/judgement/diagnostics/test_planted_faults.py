"""Every check finds the fault that it is there for, and says so of the right attack."""

import pytest

from tests.judgement.diagnostics import world
from tests.judgement.diagnostics.world import found, results

NONE = ("none", {}, None)
DISTILLED = ("distillation", {}, 20.0)
BROKEN = ("scaled-logits", {"factor": 100}, None)
PAPER = {**world.PGD, "loss": "probability"}


def test_a_stopped_gradient():
    made = world.run(world.attack("pgd", world.PGD, masked=True, wrong_from_start=0))
    ((subject, check),) = found(made, "zero_gradients", "pgd")
    assert subject.attack_params["loss"] == "margin"
    assert check.number == 1


def test_a_gradient_free_attack_has_no_zero_gradient():
    made = world.run(world.attack("genetic", world.GENETIC))
    assert results(made, "zero_gradients") == set()


def test_a_success_counted_on_the_source_class():
    rows = world.attack("jsma-logf", world.JSMA)
    first = rows.index[(rows["status"] == "success")][0]
    rows.loc[first, "predicted"] = rows.loc[first, "label"]
    ((_, check),) = found(world.run(rows), "outcomes_recorded", "jsma-logf")
    assert check.number == pytest.approx(1 / len(rows))


def test_an_untargeted_success_that_still_is_the_label():
    rows = world.attack("pgd", world.PGD)
    first = rows.index[rows["status"] == "success"][0]
    rows.loc[first, "predicted"] = rows.loc[first, "label"]
    assert found(world.run(rows), "outcomes_recorded", "pgd")


def test_a_budget_that_is_ignored():
    rows = world.attack("pgd", world.PGD)
    won = rows.index[rows["status"] == "success"][:2]
    rows.loc[won, "linf"] = 0.26
    ((_, check),) = found(world.run(rows), "outcomes_recorded", "pgd")
    assert "beyond the budget of 0.25 (linf)" in check.sentence
    # Rounding of float32 is not beyond it.
    rows.loc[won, "linf"] = 0.2500001
    assert results(world.run(rows), "outcomes_recorded") == {"pass"}


def test_one_step_better_than_many():
    """As when an attack returns its last point instead of its best, or climbs the wrong way."""
    made = world.run(
        world.attack("bim", world.BIM, fails=0.5), world.attack("fgsm", world.FGSM, skill=0.2)
    )
    assert found(made, "iterative_beats_single_step", "bim")
    assert not found(made, "iterative_beats_single_step", "fgsm")


def test_one_step_with_another_budget_is_not_compared():
    wider = {**world.FGSM, "eps": 0.5}
    made = world.run(world.attack("bim", world.BIM, fails=0.5), world.attack("fgsm", wider))
    assert results(made, "iterative_beats_single_step") == {"not run"}


def test_a_larger_budget_that_loses():
    """As when a step grows with the budget and overshoots."""
    made = world.run(
        world.attack("pgd", {**world.PGD, "eps": 0.15}),
        world.attack("pgd", {**world.PGD, "eps": 0.3, "step_size": 0.019}, fails=0.4),
    )
    ((subject, _),) = found(made, "success_grows", "pgd")
    assert subject.attack_params["eps"] == 0.3


def test_no_growth_at_all_is_no_proof_of_it():
    made = world.run(
        *(world.attack("pgd", {**world.PGD, "eps": eps}, hard=9) for eps in (0.1, 0.2))
    )
    assert results(made, "success_grows") == {"not run"}


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("cw-l2", world.CW),
        ("decision", world.DECISION),
        ("pgd", {**world.PGD, "eps": 1.0}),
    ],
)
def test_no_success_although_everything_may_change(name, params):
    made = world.run(world.attack(name, params, fails=0.3))
    assert found(made, "everything_without_budget", name)
    assert results(world.run(world.attack(name, params)), "everything_without_budget") == {"pass"}


@pytest.mark.parametrize(
    "facts",
    [
        {"up_only": 1},
        {"down_only": 1},
        {"groups": 1, "group_features": 2},
        {"totals": 1, "total_features": 2},
    ],
)
def test_where_features_go_one_way_or_with_others_no_attack_is_owed_everything(facts):
    made = world.run(world.attack("cw-l2", world.CW, fails=0.3))
    assert results(made | {"data": facts}, "everything_without_budget") == {"not run"}


def test_a_budget_short_of_everything_is_owed_nothing():
    made = world.run(world.attack("pgd", {**world.PGD, "eps": 0.6}, fails=0.3))
    assert results(made, "everything_without_budget") == {"not run"}


def test_ten_samples_cannot_show_that_everything_is_reached():
    made = world.run(world.attack("cw-l2", world.CW, samples=10))
    assert results(made, "everything_without_budget") == {"not run"}


def test_accuracy_above_chance_though_everything_can_be_grey():
    half = {**world.PGD, "eps": 0.5}
    made = world.run(world.attack("pgd", half, fails=0.4))
    ((_, check),) = found(made, "chance_at_half_range", "pgd")
    assert check.number > 0.25
    assert results(world.run(world.attack("pgd", half)), "chance_at_half_range") == {"pass"}


def test_a_smaller_range_halves_with_it():
    made = world.run(world.attack("pgd", {**world.PGD, "eps": 0.5}, fails=0.4))
    made["data"] = {"low": -1.0, "extent": {"l0": 784, "l1": 1568, "l2": 56, "linf": 2}}
    assert results(made, "chance_at_half_range") == {"not run"}


@pytest.mark.parametrize(
    ("name", "base", "more"),
    [
        ("pgd", world.PGD, {**world.PGD, "steps": 80, "step_size": 0.008}),
        ("pgd", world.PGD, {**world.PGD, "restarts": 3}),
        ("cw-l2", world.CW, {**world.CW, "searches": 10}),
    ],
)
def test_too_few_steps_or_restarts(name, base, more):
    weak = world.attack(name, base, skill=0.8)
    made = world.run(weak, world.attack(name, more, skill=0.0))
    ((subject, _),) = found(made, "more_work_changes_nothing", name)
    assert subject.attack_params == base
    settled = world.run(world.attack(name, base, skill=0.0), world.attack(name, more, skill=0.0))
    assert results(settled, "more_work_changes_nothing") == {"pass"}


def test_half_again_as_many_steps_is_not_twice():
    made = world.run(
        world.attack("pgd", world.PGD, skill=0.8),
        world.attack("pgd", {**world.PGD, "steps": 60}, skill=0.0),
    )
    assert results(made, "more_work_changes_nothing") == {"not run"}


@pytest.mark.parametrize(
    ("name", "params"),
    [("transfer", world.TRANSFER), ("genetic", world.GENETIC), ("noise", world.NOISE)],
)
def test_a_black_box_attack_that_beats_a_masked_gradient(name, params):
    made = world.run(
        world.attack("pgd", PAPER, masked=True, defense=DISTILLED),
        world.attack(name, params, skill=0.3, defense=DISTILLED),
    )
    assert found(made, "white_box_beats_black_box", "pgd")
    assert found(made, "white_box_beats_black_box")
    # An adaptive attack beside it clears the network, not the blinded attack.
    adaptive = world.attack("pgd", world.PGD, skill=0.02, defense=DISTILLED)
    made = world.run(made["rows"], adaptive)
    ((subject, _),) = found(made, "white_box_beats_black_box", "pgd")
    assert subject.attack_params["loss"] == "probability"
    assert found(made, "white_box_beats_black_box", result="pass")


def test_hard_labels_that_get_closer_than_every_gradient():
    made = world.run(
        world.attack("cw-l2", {**world.CW, "targeted": False}, skill=1.5),
        world.attack("decision", world.DECISION, skill=0.0),
    )
    assert found(made, "white_box_beats_black_box")
    assert not found(made, "white_box_beats_black_box", "cw-l2")


def test_other_distances_are_not_compared():
    made = world.run(
        world.attack("pgd", PAPER, masked=True), world.attack("decision", world.DECISION)
    )
    assert results(made, "white_box_beats_black_box") == {"not run"}


def test_a_black_box_success_beyond_the_budget_beats_nobody():
    small = {**world.PGD, "eps": 0.05}
    made = world.run(
        world.attack("pgd", small),
        world.attack("genetic", {**world.GENETIC, "eps": 0.5}, skill=0.2),
    )
    assert not found(made, "white_box_beats_black_box", "pgd")
    assert not found(made, "white_box_beats_black_box")


def test_black_box_attacks_without_enough_queries():
    few = {**world.GENETIC, "queries": 12}
    tables = [
        table
        for defense in (NONE, DISTILLED)
        for table in (
            world.attack("pgd", world.PGD, defense=defense, skill=0.0),
            world.attack("genetic", few, defense=defense, fails=0.99),
            world.attack("decision", world.DECISION, defense=defense),
        )
    ]
    assert found(world.run(*tables), "black_box_run")
    assert results(world.run(*tables[:2]), "black_box_run") == {"fail"}
    assert results(world.run(tables[0], tables[2]), "black_box_run") == {"not run"}


def test_a_defence_attacked_through_its_probabilities_only():
    made = world.run(
        world.attack("pgd", PAPER, defense=DISTILLED),
        world.attack("jsma-f", world.JSMA, defense=DISTILLED),
        world.attack("noise", world.NOISE, defense=DISTILLED),
    )
    ((_, check),) = found(made, "adaptive_attack_run")
    assert "pgd, jsma-f, noise" in check.sentence


@pytest.mark.parametrize(
    ("name", "params", "adaptive"),
    [
        ("pgd", {**world.PGD, "loss": "log-odds"}, True),
        ("pgd", {**world.PGD, "loss": "log-probability", "targeted": True}, True),
        # Untargeted, the log-probability of a certain label vanishes too.
        ("pgd", {**world.PGD, "loss": "log-probability"}, False),
        ("jsma-logf", world.JSMA, True),
        ("jsma-f64", world.JSMA, False),
        ("decision", world.DECISION, True),
        ("transfer", world.TRANSFER, False),
    ],
)
def test_what_is_adaptive(name, params, adaptive):
    made = world.run(world.attack(name, params, defense=DISTILLED))
    assert results(made, "adaptive_attack_run") == {"pass" if adaptive else "fail"}
