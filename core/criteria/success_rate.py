"""The share of attacks that succeed."""

from __future__ import annotations

from core.criteria.metric import STRONGEST, Evidence, Metric, piece, under_one_attack
from core.model.identity import NetworkId
from core.model.judged import Criterion
from core.model.results import Results
from core.wording import amount


def evidence(results: Results, network: NetworkId, criterion: Criterion) -> list[Evidence]:
    """Of samples under all attacks together, once for each budget; or of pairs of one attack."""
    if criterion.attack != STRONGEST:
        return under_one_attack(
            results,
            network,
            criterion.attack,
            "the success rate of",
            lambda row: (row.success_rate, row.success_low, row.success_high),
        )
    return [
        found
        for row in results.within_budget
        if row.identity == network
        for found in piece(
            f"under all attacks within {amount(row.distance, row.budget, results.data.scale)} the"
            " share of samples that could be moved",
            (1 - row.robust_accuracy, 1 - row.high, 1 - row.low),
            row.seeds,
            tuple(row.attacks),
        )
    ]


METRIC = Metric(
    name="success_rate",
    title="success rate of attacks",
    demand="{bound} of attacks may succeed, {under}.",
    outcome="{against}, {value} succeed",
    evidence=evidence,
)
