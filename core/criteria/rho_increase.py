"""The gain in robustness over the undefended network under the same attacks."""

from __future__ import annotations

from core.criteria.metric import STRONGEST, Evidence, Metric, piece, under_one_attack
from core.model.identity import NetworkId
from core.model.judged import Criterion
from core.model.results import Results
from core.model.rows import Closest
from core.wording import distance


def evidence(results: Results, network: NetworkId, criterion: Criterion) -> list[Evidence]:
    """Under the strongest attack on each sample, once for each distance; or under one attack."""
    if criterion.attack != STRONGEST:
        return under_one_attack(
            results,
            network,
            criterion.attack,
            "the gain in robustness under",
            lambda row: (row.rho_increase, row.rho_increase_low, row.rho_increase_high),
        )
    return [
        found
        for row in results.closest
        if row.identity == network and _could_show(row, criterion)
        for found in piece(
            f"the gain in robustness ({distance(row.distance)}) over the undefended network, under"
            " the strongest attack on each sample,",
            (row.rho_increase, row.rho_increase_low, row.rho_increase_high),
            row.seeds,
            tuple(attack.attack for attack in row.attacks),
        )
    ]


def _could_show(row: Closest, criterion: Criterion) -> bool:
    """Whether the cap leaves room for the gain asked for; where not, missing it proves nothing."""
    if row.rho_increase is None or criterion.at_least is None:
        return True
    undefended = row.rho / (1 + row.rho_increase) if row.rho_increase > -1 else 0.0
    return undefended * (1 + criterion.at_least) <= row.rho_cap


METRIC = Metric(
    name="rho_increase",
    title="gain in robustness over the undefended network",
    demand="An attacker must have to go {bound} farther than without the defence, {under}.",
    outcome="{against}, an attacker must go {value} farther",
    evidence=evidence,
    signed=True,
)
