"""Two attacks agree only where each ran on enough inputs for its interval to tell."""

import pytest

from core.judgement.rule import FAIL
from core.judgement.verdicts import verdicts
from tests.judgement.test_verdicts import agreeing


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
