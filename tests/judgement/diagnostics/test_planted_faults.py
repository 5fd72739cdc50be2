"""Every check finds the fault that it is there for, and says so of the right attack."""

import pytest

from core.metrics import strongest
from tests.judgement.diagnostics import world

NONE = ("none", {}, None)
DISTILLED = ("distillation", {}, 20.0)
BROKEN = ("scaled-logits", {"factor": 100}, None)
PAPER = {**world.PGD, "loss": "probability"}


def found(made, name, attack=None, result="fail"):
    """The checks of that name and result; of one attack, or of the whole network (None)."""
    return [
        (subject, check)
        for subject, check in world.checks(made)
        if (check.check, check.result, subject.attack) == (name, result, attack)
    ]


def results(made, name):
    return {check.result for _, check in world.checks(made) if check.check == name}


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


def test_a_twin_attacked_with_other_settings():
    other = {**world.PGD, "steps": 10}
    made = world.run(world.attack("pgd", world.PGD), world.attack("pgd", other, defense=DISTILLED))
    ((subject, check),) = found(made, "undefended_twin_attacked")
    assert subject.defense == "distillation"
    assert check.number == 0
    assert results({**made, "complete": False}, "undefended_twin_attacked") == {"not run"}


def test_a_twin_attacked_on_fewer_samples():
    made = world.run(
        world.attack("pgd", world.PGD, samples=30),
        world.attack("pgd", world.PGD, defense=DISTILLED),
    )
    assert found(made, "undefended_twin_attacked")


def test_an_evaluation_without_a_baseline():
    made = world.run(world.attack("pgd", world.PGD, defense=("given", {"file": "m.keras"}, None)))
    assert results(made, "undefended_twin_attacked") == {"not run"}


def broken(**attacks):
    """The same attacks on the undefended, the broken and a distilled network."""
    return world.run(
        *(
            world.attack(name, params, defense=defense, masked=blind and defense == BROKEN)
            for defense in (NONE, BROKEN, DISTILLED)
            for name, params, blind in attacks.values()
        )
    )


def test_an_attack_that_calls_a_broken_network_robust():
    made = broken(f=("jsma-f", world.JSMA, True), logf=("jsma-logf", world.JSMA, False))
    ((subject, _),) = found(made, "broken_network_found", "jsma-f")
    assert subject.defense == "scaled-logits"
    assert found(made, "broken_network_found", "jsma-logf", "pass")
    # One sound attack vouches for a network; the blind one alone does not.
    assert results(made, "attacks_validated") == {"pass"}
    assert results(broken(f=("jsma-f", world.JSMA, True)), "attacks_validated") == {"fail"}


def test_a_broken_network_without_its_twin():
    made = world.run(
        world.attack("jsma-f", world.JSMA, defense=BROKEN, masked=True),
        world.attack("jsma-logf", world.JSMA, defense=BROKEN),
    )
    assert found(made, "broken_network_found", "jsma-f")
    assert found(made, "broken_network_found", "jsma-logf", "pass")


def test_a_budget_too_small_to_break_anything_validates_nothing():
    tiny = {**world.PGD, "eps": 0.01}
    made = broken(pgd=("pgd", tiny, False))
    assert results(made, "broken_network_found") == {"not run"}
    assert results(made, "attacks_validated") == {"not run"}


def two_specialists():
    """Each attack fails to get close where the other does."""
    rows = [
        world.attack("cw-l2", {**world.CW, "targeted": False}, wrong_from_start=0),
        world.attack("decision", world.DECISION, wrong_from_start=0),
    ]
    for parity, table in enumerate(rows):
        table.loc[table["sample"] % 2 == parity, "l2"] *= 3
    return world.run(*rows)


def reported(made, mean):
    entry = {"defense": "none", "defense_params": {}, "temperature": None, "distance": "l2"}
    return {**made, "closest": [{**entry, "mean": mean}]}


def test_the_minimum_of_means_reported_as_the_mean_of_minima():
    made = two_specialists()
    truth = strongest.summarize(made["rows"].assign(cap=28.0), "l2")
    best = min(entry.mean for entry in truth.attacks)
    assert best > 1.3 * truth.mean
    ((_, check),) = found(reported(made, best), "mean_of_minima")
    assert "mean of the best single attack" in check.sentence
    assert check.number == pytest.approx(truth.mean)
    assert results(reported(made, truth.mean), "mean_of_minima") == {"pass"}
    assert results(reported(made, 0.9 * truth.mean), "mean_of_minima") == {"fail"}
    assert results(made, "mean_of_minima") == {"not run"}


def test_the_reported_mean_is_said_in_grey_levels_too():
    made = {**two_specialists(), "data": {"low": 0.0, "high": 255.0, "one_range": True}}
    ((_, check),) = found(reported(made, 1.0), "mean_of_minima")
    assert check.sentence.startswith("Reported: L2\u00a01 (255 on a scale of 0 to 255), but")


def test_an_unmoved_sample_counts_as_the_cap_in_the_mean_of_minima():
    made = world.run(world.attack("jsma-logf", world.JSMA, hard=5, seeds=(0, 1)))
    truth = strongest.summarize(made["rows"].assign(cap=112.0), "l0")
    assert 0 < truth.censored < 1
    entry = {"defense": "none", "defense_params": {}, "temperature": None, "distance": "l0"}
    made["closest"] = [{**entry, "mean": truth.mean}]
    assert results(made, "mean_of_minima") == {"pass"}


def test_an_attack_whose_settings_are_not_listed():
    hidden = {key: value for key, value in world.PGD.items() if key != "step_size"}
    ((_, check),) = found(world.run(world.attack("pgd", hidden)), "parameters_listed")
    assert check.number == 1
    assert "pgd: step_size" in check.sentence
