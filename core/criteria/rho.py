"""Robustness itself, Eq. 11."""

from __future__ import annotations

from core.criteria.metric import STRONGEST, Evidence, Metric, piece, under_one_attack
from core.model.identity import NetworkId
from core.model.judged import Criterion
from core.model.results import Results
from core.wording import distance


def evidence(results: Results, network: NetworkId, criterion: Criterion) -> list[Evidence]:
    """The least over all attacks sample by sample, once for each distance; or of one attack."""
    if criterion.attack != STRONGEST:
        return under_one_attack(
            results,
            network,
            criterion.attack,
            "the robustness under",
            lambda row: (row.rho, row.rho_low, row.rho_high),
        )
    return [
        found
        for row in results.closest
        if row.identity == network
        for found in piece(
            f"the robustness ({distance(row.distance)}) under the strongest attack on each sample",
            (row.rho, row.rho_low, row.rho_high),
            row.seeds,
            tuple(attack.attack for attack in row.attacks),
        )
    ]


METRIC = Metric(
    name="rho",
    title="robustness",
    demand="An attacker must have to change {bound} of what can be changed, {under}.",
    outcome="{against}, {value} of what can be changed must change",
    evidence=evidence,
)
