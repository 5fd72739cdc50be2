"""Clean accuracy, seed by seed."""

from __future__ import annotations

from core.criteria.metric import Evidence, Metric, piece
from core.model.identity import NetworkId
from core.model.judged import Criterion
from core.model.results import Results


def evidence(results: Results, network: NetworkId, criterion: Criterion) -> list[Evidence]:
    """Each network of its own; no attack has a part in it."""
    mine = [one for one in results.networks if one.identity == network]
    return [
        found
        for one in mine
        for found in piece(
            f"the clean accuracy of seed {one.seed}",
            (one.accuracy, one.accuracy_low, one.accuracy_high),
            [each.seed for each in mine],
            (),
        )
    ]


METRIC = Metric(
    name="accuracy",
    title="clean accuracy",
    demand="The network must be right in {bound} of clean test samples.",
    outcome="It is right in {value} of clean test samples",
    evidence=evidence,
    goals=(),
)
