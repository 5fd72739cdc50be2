"""Which attacks belong to a threat model."""

import pytest

from core.judgement.reliance import under
from core.model.identity import NetworkId
from core.model.judged import ThreatModel
from tests import model

NETWORK = NetworkId.of("distillation", {}, 20.0)
ROWS = {
    "jsma-logf": {"distance": "l0", "budget": 112},
    "cw-l2": {"distance": "l2", "budget": None},
    "pgd": {"distance": "linf", "budget": 0.2},
}


@pytest.mark.parametrize(
    ("distance", "attacks"),
    [
        (None, ["jsma-logf", "cw-l2", "pgd"]),
        ("l0", ["jsma-logf"]),
        ("l2", ["cw-l2"]),
        ("linf", ["pgd"]),
    ],
)
def test_an_attack_of_another_distance_is_no_evidence(distance, attacks):
    at = {"defense": "distillation", "temperature": 20.0}
    rows = [model.row(attack=name, attack_params={}, **at, **facts) for name, facts in ROWS.items()]
    threat = ThreatModel(distance=distance, goal="untargeted")
    found = under(model.results(summary=rows), NETWORK, threat)
    assert [row.attack for row in found] == attacks
