"""A gain that is missing is proof only where attacks that search in different ways agree."""

import pytest

from core.judgement.rule import FAIL
from core.judgement.verdicts import verdicts
from tests import model
from tests.judgement.test_verdicts import check, results


def agreeing(*attacks, low=-0.1, high=0.1, **more):
    """A run in which each attack alone sees a gain within this interval."""
    gain = {"rho_increase": 0.0, "rho_increase_low": low, "rho_increase_high": high}
    at = {"defense": "distillation", "temperature": 20.0, "seeds": [0]}
    rows = [row for name in attacks for row in (model.row(attack=name, attack_params={}),)]
    rows += [model.row(attack=name, attack_params={}, **at, **gain) for name in attacks]
    return results(summary=rows, **more)


@pytest.mark.parametrize(
    ("attacks", "proof"),
    [
        (("jsma-logf",), False),
        (("jsma-f", "jsma-f64", "jsma-logf", "jsma-z"), False),
        (("jsma-logf", "cw-l0"), True),
    ],
)
def test_a_gain_that_is_missing_is_proof_where_attacks_that_search_in_different_ways_agree(
    attacks, proof
):
    (found,) = verdicts(agreeing(*attacks))
    assert found.verdict == FAIL
    assert bool(found.proof) is proof
    assert ("proof" in found.reason) is proof


def test_an_attack_that_sees_enough_of_a_gain_or_is_blind_agrees_with_nothing():
    (found,) = verdicts(agreeing("jsma-logf", "cw-l0", high=0.6))
    assert (found.verdict, found.proof) == (FAIL, "")
    blind = check("planted_found", "cw-l0", {})
    (found,) = verdicts(agreeing("jsma-logf", "cw-l0", checks=[blind]))
    assert (found.verdict, found.proof) == (FAIL, "")
    # Nor one that is blind on the undefended network, which makes any gain look small.
    blind = check("planted_found", "cw-l0", {}, "none", None)
    (found,) = verdicts(agreeing("jsma-logf", "cw-l0", checks=[blind]))
    assert (found.verdict, found.proof) == (FAIL, "")


@pytest.mark.parametrize(("samples", "proof"), [(49, False), (50, True)])
def test_an_attack_on_a_handful_of_inputs_makes_no_proof(samples, proof):
    made = agreeing("jsma-logf", "cw-l0")
    rows = [
        row.model_copy(update={"samples": samples if row.attack == "cw-l0" else 100})
        for row in made.summary
    ]
    (found,) = verdicts(made.model_copy(update={"summary": rows}))
    assert found.verdict == FAIL
    assert bool(found.proof) is proof
    assert ("proof" in found.reason) is proof
