"""The gain in robustness over the undefended network under the same attacks."""

from __future__ import annotations

from dataclasses import replace

from core.attacks import facts
from core.criteria.metric import (
    STRONGEST,
    Evidence,
    Metric,
    highest,
    knows,
    piece,
    same_ball,
)
from core.model.identity import NetworkId
from core.model.judged import Criterion
from core.model.results import Results
from core.model.rows import Closest, SummaryRow
from core.wording import distance


def evidence(results: Results, network: NetworkId, criterion: Criterion) -> list[Evidence]:
    """Under the strongest attack on each sample, once for each distance; or under one attack.

    Where the criterion says what an attacker knows, under each attack of such a one.
    """
    if criterion.attack == STRONGEST and criterion.knowledge is None:
        found = [
            one
            for row in results.closest
            if row.identity == network and _could_show(row, criterion)
            for one in _pooled(results, row)
        ]
    else:
        found = [
            one
            for row in results.summary
            if row.identity == network
            and criterion.attack in (STRONGEST, row.attack)
            and knows(row, criterion.knowledge)
            for one in alone(results, row)
        ]
    return [one for one in found if same_ball(one, criterion.distance, None)]


def alone(results: Results, row: SummaryRow) -> list[Evidence]:
    """The gain under one attack alone; [] where that attack has no robustness of its own."""
    if not facts(row.attack).looks_for_closest:
        return []
    undefended = [
        other
        for other in results.summary
        if other.identity.undefended and other.setting == row.setting
    ]
    gain = (row.rho_increase, row.rho_increase_low, row.rho_increase_high)
    what = f"the gain in robustness under {row.attack}"
    made = piece(what, gain, row.seeds, (row.attack,))
    return [_placed(one, row, undefended) for one in made]


def _pooled(results: Results, row: Closest) -> list[Evidence]:
    undefended = [
        other
        for other in results.closest
        if other.identity.undefended and other.distance == row.distance
    ]
    made = piece(
        f"the gain in robustness ({distance(row.distance)}) over the undefended network, under"
        " the strongest attack on each sample,",
        (row.rho_increase, row.rho_increase_low, row.rho_increase_high),
        row.seeds,
        tuple(attack.attack for attack in row.attacks),
    )
    return [_placed(one, row, undefended) for one in made]


def _placed(
    one: Evidence, row: Closest | SummaryRow, undefended: list[Closest] | list[SummaryRow]
) -> Evidence:
    """With its threat model, and with what samples that no attack moved leave open."""
    reference = undefended[-1] if undefended else None
    far = highest(row.rho_high, row.censored, row.samples, row.rho_cap)
    most = None
    if far is not None:
        least = None if reference is None else reference.rho_low
        # Without anything to divide by the gain may be as large as you like.
        most = max(one.high, far / least - 1) if least else float("inf")
    open_end = bool(row.censored) or bool(reference is not None and reference.censored)
    return replace(one, distance=row.distance, goal="untargeted", most=most, bound=open_end)


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
    relative=True,
)
