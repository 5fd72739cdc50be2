"""From the done plant cells of a run: what each attack found of the planted examples."""

from __future__ import annotations

from collections.abc import Mapping

from core.metrics.intervals.exact import clopper_pearson
from core.model.base import Settings
from core.model.identity import AttackId, NetworkId
from core.model.planned import PlannedNetwork, RunPlan
from core.model.rows import Planted
from core.store.records import CellRow

Part = tuple[PlannedNetwork, Settings]


def found_of_planted(plan: RunPlan, cells: Mapping[str, CellRow]) -> list[Planted]:
    """One entry a network and attack, all seeds that are done together, in the plan's order."""
    parts: dict[tuple[NetworkId, AttackId], list[Part]] = {}
    for network, attack in plan.attacked:
        cell = None if attack.planted is None else cells.get(attack.planted)
        if cell is not None and cell.state == "done":
            mine = parts.setdefault((network.identity, attack.setting), [])
            mine.append((network, cell.metrics))
    return [_together(plan, attack, each) for (_, attack), each in parts.items()]


def _together(plan: RunPlan, attack: AttackId, parts: list[Part]) -> Planted:
    network, first = parts[0]
    planted = [metrics for _, metrics in parts if metrics["of"]]
    of = sum(metrics["of"] for metrics in planted)
    found = sum(metrics["found"] for metrics in planted)
    low, high = clopper_pearson(found, of) if of else (None, None)
    by_chance = sum(metrics["of"] * metrics["by_chance"] for metrics in planted)
    return Planted(
        dataset=plan.data.name,
        defense=network.defense,
        defense_params=network.defense_params,
        temperature=network.temperature,
        attack=attack.attack,
        attack_params=attack.params,
        distance=first["distance"],
        radius=first["radius"],
        seeds=[each.seed for each, _ in parts],
        found=found,
        of=of,
        low=low,
        high=high,
        by_chance=by_chance / of if of else None,
        reason=next((metrics["reason"] for _, metrics in parts if not metrics["of"]), None),
    )
