"""Robustness itself, Eq. 11: how far the nearest wrong class is."""

from __future__ import annotations

from dataclasses import replace

from core.attacks import facts
from core.criteria.metric import (
    STRONGEST,
    Evidence,
    Metric,
    highest,
    piece,
    same_ball,
    with_knowledge,
)
from core.model.identity import NetworkId
from core.model.judged import Criterion
from core.model.results import Results
from core.model.rows import Closest, SummaryRow
from core.wording import distance


def evidence(results: Results, network: NetworkId, criterion: Criterion) -> list[Evidence]:
    """The least over all attacks sample by sample, once for each distance; or of one attack."""
    rows = [row for row in results.summary if row.identity == network]
    if criterion.attack != STRONGEST:
        found = [one for row in rows if row.attack == criterion.attack for one in _alone(row)]
        return [one for one in found if same_ball(one, criterion.distance, None)]
    pooled = [
        one
        for entry in results.closest
        if entry.identity == network and criterion.distance in (None, entry.distance)
        for one in _pooled(entry)
    ]
    alone = [one for row in rows if facts(row.attack).black_box for one in _alone(row)]
    return with_knowledge(pooled, alone, criterion, rows)


def _pooled(entry: Closest) -> list[Evidence]:
    what = f"the robustness ({distance(entry.distance)}) under the strongest attack on each sample"
    attacks = tuple(attack.attack for attack in entry.attacks)
    made = piece(what, (entry.rho, entry.rho_low, entry.rho_high), entry.seeds, attacks)
    return [_placed(one, entry) for one in made]


def _alone(row: SummaryRow) -> list[Evidence]:
    if not facts(row.attack).looks_for_closest:
        return []
    what = f"the robustness under {row.attack}"
    made = piece(what, (row.rho, row.rho_low, row.rho_high), row.seeds, (row.attack,))
    return [_placed(one, row) for one in made]


def _placed(one: Evidence, row: Closest | SummaryRow) -> Evidence:
    most = row.rho_most
    if most is None:
        most = highest(one.high, row.censored, row.samples, row.rho_cap)
    return replace(one, distance=row.distance, goal="untargeted", most=most, bound=most is not None)


METRIC = Metric(
    name="rho",
    title="robustness",
    demand="An attacker must have to go {bound} of the largest distance that exists, {under}.",
    outcome="{against}, an attacker must go {value} of the largest distance that exists",
    evidence=evidence,
)
