"""The share of attacks that succeed."""

from __future__ import annotations

from dataclasses import replace

from core.criteria.metric import STRONGEST, Evidence, Metric, aims, knows, piece, same_ball
from core.criteria.robust_accuracy import METRIC as ROBUST_ACCURACY
from core.model.identity import NetworkId
from core.model.judged import Criterion
from core.model.results import Results
from core.model.rows import SummaryRow
from core.wording import amount, targets


def evidence(results: Results, network: NetworkId, criterion: Criterion) -> list[Evidence]:
    """Of samples under all attacks together, once for each budget; or of pairs of one attack.

    Where a class is to be reached, of pairs of each attack that went for every class.
    """
    if criterion.attack == STRONGEST and criterion.goal != "targeted":
        return [
            replace(
                one,
                what="under all attacks within"
                f" {amount(one.distance or '', one.eps or 0, results.data.scale)} the share of"
                " samples that could be moved or were wrong from the start",
                value=1 - one.value,
                low=1 - one.high,
                high=1 - one.low,
            )
            for one in ROBUST_ACCURACY.evidence(results, network, criterion)
        ]
    found = [
        one
        for row in results.summary
        if row.identity == network
        and criterion.attack in (STRONGEST, row.attack)
        and criterion.goal in (None, aims(row))
        and knows(row, criterion.knowledge)
        for one in _alone(row)
    ]
    return [one for one in found if same_ball(one, criterion.distance, criterion.eps)]


def _alone(row: SummaryRow) -> list[Evidence]:
    rate = (row.success_rate, row.success_low, row.success_high)
    eps = None if row.budget is None else float(row.budget)
    choice = row.setting.targets
    towards = "" if choice in (None, "all") else f" towards {targets(choice)}"
    what = f"the success rate of {row.attack}{towards}"
    return [
        replace(one, distance=row.distance, eps=eps, goal=aims(row))
        for one in piece(what, rate, row.seeds, (row.attack,))
    ]


METRIC = Metric(
    name="success_rate",
    title="success rate of attacks",
    demand="{bound} of attacks may succeed, {under}.",
    outcome="{against}, {value} of attacks succeed",
    evidence=evidence,
    goals=("untargeted", "targeted"),
)
