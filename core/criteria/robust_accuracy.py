"""The share of samples that stay right under every attack within a radius, as RobustBench counts.

A sample that is misclassified from the start is lost.
"""

from __future__ import annotations

from dataclasses import replace

from core.attacks import facts
from core.criteria.metric import (
    STRONGEST,
    Evidence,
    Metric,
    aims,
    piece,
    same_ball,
    with_knowledge,
)
from core.model.identity import NetworkId
from core.model.judged import Criterion
from core.model.results import Results
from core.model.rows import SummaryRow
from core.wording import amount


def evidence(results: Results, network: NetworkId, criterion: Criterion) -> list[Evidence]:
    """Under all attacks together, once for each radius; or under one attack that leaves labels."""
    rows = [row for row in results.summary if row.identity == network]
    if criterion.attack != STRONGEST:
        found = [one for row in rows if row.attack == criterion.attack for one in _alone(row)]
    else:
        alone = [one for row in rows if facts(row.attack).black_box for one in _alone(row)]
        found = with_knowledge(pooled(results, network), alone, criterion, rows)
    return [one for one in found if same_ball(one, criterion.distance, criterion.eps)]


def pooled(results: Results, network: NetworkId) -> list[Evidence]:
    """Under all attacks together, once for each radius that an attack was given."""
    return [
        replace(one, distance=row.distance, eps=float(row.budget), goal="untargeted")
        for row in results.within_budget
        if row.identity == network
        for one in piece(
            f"the robust accuracy within {amount(row.distance, row.budget, results.data.scale)}"
            " under all attacks",
            (row.robust_accuracy, row.low, row.high),
            row.seeds,
            tuple(row.attacks),
        )
    ]


def _alone(row: SummaryRow) -> list[Evidence]:
    """Of an attack inside a ball: a sample that is wrong from the start is a success of it."""
    if row.budget is None or aims(row) == "targeted":
        return []
    own = row.robust_accuracy
    kept = (
        (_left(row.success_rate), _left(row.success_high), _left(row.success_low))
        if own is None
        else (own.mean, own.low, own.high)
    )
    what = f"the robust accuracy under {row.attack}"
    return [
        replace(one, distance=row.distance, eps=float(row.budget), goal="untargeted")
        for one in piece(what, kept, row.seeds, (row.attack,))
    ]


def _left(share: float | None) -> float | None:
    return None if share is None else 1 - share


METRIC = Metric(
    name="robust_accuracy",
    title="robust accuracy",
    demand="{bound} of test samples must stay right, {under}; one that is wrong without any attack"
    " counts as lost.",
    outcome="{against}, {value} of samples stay right",
    evidence=evidence,
)
