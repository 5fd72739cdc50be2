"""Every check of the set-up and of what is reported finds the fault that it is there for."""

import pytest

from core.metrics import strongest
from tests.judgement.diagnostics import world
from tests.judgement.diagnostics.world import found, results

NONE = ("none", {}, None)
DISTILLED = ("distillation", {}, 20.0)
BROKEN = ("scaled-logits", {"factor": 100}, None)


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
    """Of a network of one's own no gain is claimed; of a defence it is."""
    mine = world.attack("pgd", world.PGD, defense=("given", {"file": "m.keras"}, None))
    assert results(world.run(mine), "undefended_twin_attacked") == set()
    both = world.run(mine, world.attack("pgd", world.PGD))
    assert results(both, "undefended_twin_attacked") == {"pass"}
    trained = world.run(world.attack("pgd", world.PGD, defense=DISTILLED))
    assert results(trained, "undefended_twin_attacked") == {"not run"}


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
    truth = strongest.summarize(made["rows"].assign(cap=28.0), "l2", 28.0)
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
    rows = made["rows"][made["rows"]["predicted_clean"] == made["rows"]["label"]]
    truth = strongest.summarize(rows.assign(cap=112.0), "l0", 784.0)
    assert 0 < truth.censored < 1
    entry = {"defense": "none", "defense_params": {}, "temperature": None, "distance": "l0"}
    made["closest"] = [{**entry, "mean": truth.mean}]
    assert results(made, "mean_of_minima") == {"pass"}


def test_an_attack_whose_settings_are_not_listed():
    hidden = {key: value for key, value in world.PGD.items() if key != "step_size"}
    ((_, check),) = found(world.run(world.attack("pgd", hidden)), "parameters_listed")
    assert check.number == 1
    assert "pgd: step_size" in check.sentence
