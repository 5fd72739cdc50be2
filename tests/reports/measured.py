"""What `full` measures of each network under each attack: numbers that follow from names."""

from __future__ import annotations

from typing import Any

from core.attacks import distance_of, facts
from core.model.detection import Detection
from core.model.identity import NetworkId
from core.model.network import TrainedNetwork
from core.model.rows import (
    Closest,
    Curve,
    Matrices,
    PerSeed,
    Spread,
    SummaryRow,
    WithinBudget,
)
from tests.reports import derived, pieces
from tests.reports.derived import looking_for_closest, of_attack, rows_of
from tests.reports.pieces import hash_of

EXTENT = {"l0": 784.0, "l1": 784.0, "l2": 28.0, "linf": 1.0}
UNDEFENDED_RHO = 0.02
Network = tuple[str, dict[str, Any], float | None]
"""Name of a defence, its settings, its temperature."""


def share(*parts) -> float:
    """A fraction that follows from the parts alone."""
    return (hash_of(*parts) % 997) / 997


def trained(defense: str, params: dict, at: float | None, seed: int) -> TrainedNetwork:
    """A network with its calibration, and gradients that vanish from T = 20 on."""
    accuracy = 0.95 + 0.03 * share(defense, at, seed)
    bins = [
        {
            "low": i / 15,
            "high": (i + 1) / 15,
            "count": 3 + i,
            "mean_confidence": (i + 0.5) / 15,
            "accuracy": share(defense, at, seed, i),
        }
        for i in range(5, 15)
    ]
    calibration = {
        "samples": 500,
        "expected_calibration_error": 0.031,
        "accuracy": accuracy,
        "right": {"count": 480, "mean_confidence": 0.98, "low": 0.97, "high": 0.985},
        "wrong": {"count": 20, "mean_confidence": 0.71, "low": 0.6, "high": 0.8},
        "bins": bins,
    }
    lost = 0.84 if (at or 1) >= 20 else 0.0
    middle = -40 if lost else -3
    amplitudes = {
        "samples": 100,
        "median_power": middle + 0.4,
        "zero_in_float32": lost,
        "bins": [{"power": None, "share": lost / 2}]
        + [{"power": middle + i, "share": (1 - lost / 2) / 4} for i in range(4)],
    }
    more = {"defense_params": params, "calibration": calibration, "amplitudes": amplitudes}
    return pieces.network(defense, at, accuracy, seed, **more)


def row(
    defense: str, params: dict, at: float | None, attack: str, settings: dict, seeds: list[int]
) -> SummaryRow:
    """jsma-f is blind from T = 20 on; every other attack succeeds."""
    distance = distance_of(attack, settings)
    blind = 0.9 if attack == "jsma-f" and (at or 1) >= 20 else 0.0
    success = 0.03 if blind else 0.7 + 0.25 * share(defense, at, attack)
    looks = facts(attack).looks_for_closest
    budget = settings.get("budget", settings.get("eps"))
    cap = 1.0 if budget is None else budget / EXTENT[distance]
    rho = min(cap, 0.13 if blind else 0.02 + 0.004 * share(defense, at))
    targeted = settings.get("targeted", True)
    numbers = (success, rho, blind if targeted else 1 - success, blind)
    mean, gain = rho * EXTENT[distance], rho / UNDEFENDED_RHO
    own = {} if looks else dict.fromkeys(("rho", "rho_low", "rho_high"))
    return pieces.row(
        *(defense, at, attack, numbers),
        defense_params=params,
        attack_params=dict(settings),
        budget=budget,
        distance=distance,
        rho_cap=cap,
        rho_increase=gain - 1 if looks else None,
        rho_increase_low=gain - 1.2 if looks else None,
        rho_increase_high=gain - 0.8 if looks else None,
        robustness={distance: Spread(mean=mean, low=0.9 * mean, high=1.1 * mean)} if looks else {},
        **own,
        seeds=seeds,
        inputs=100 * len(seeds),
        pairs=100 * (9 if targeted else 1) * len(seeds),
        per_seed=[
            PerSeed(seed=s, accuracy=0.96, success_rate=success, rho=rho if looks else None)
            for s in seeds
        ],
    )


def closest(one: Network, rows: list[SummaryRow]) -> list[Closest]:
    """One entry a distance; of equal attacks the first decides on every sample."""
    found = []
    for distance in ("l0", "l2"):
        mine = looking_for_closest(rows_of(NetworkId.of(*one), rows), distance)
        if mine:
            best = min(mine, key=lambda row: row.rho)
            gain = best.rho / 0.021 - 1
            decided = [float(row is best) for row in mine]
            increase = (gain, gain - 0.1, gain + 0.1)
            found.append(derived.closest(mine, EXTENT[distance], increase, 0.0, decided))
    return found


def kept_within(one: Network, rows: list[SummaryRow]) -> list[WithinBudget]:
    """One entry a distance and budget: only adversarial training helps, and only in Linf."""
    mine = [row for row in rows_of(NetworkId.of(*one), rows) if row.budget is not None]
    kept = 0.71 if one[0] == "adversarial-training" else 0.02
    found = []
    for distance, budget in sorted({(row.distance, row.budget) for row in mine}):
        same = [row for row in mine if (row.distance, row.budget) == (distance, budget)]
        right = (kept, max(0.0, kept - 0.05), kept + 0.05)
        found.append(derived.within(same, *(right if distance == "linf" else (0.0, 0.0, 0.037))))
    return found


def curve(row: SummaryRow) -> Curve:
    """Forty steps to the success rate at the budget."""
    top = row.budget or EXTENT[row.distance] * 0.2
    steps = 40
    rates = [round(row.success_rate * (i / steps) ** 0.5, 6) for i in range(steps + 1)]
    settings = {k: v for k, v in row.attack_params.items() if k not in ("eps", "budget")}
    if not facts(row.attack).looks_for_closest:
        right = 1 - row.success_rate
        return Curve(
            **{**of_attack(row), "attack_params": settings},
            distance=row.distance,
            budget=[top],
            success_rate=[row.success_rate],
            low=[max(0.0, row.success_rate - 0.05)],
            high=[min(1.0, row.success_rate + 0.05)],
            robust_accuracy=[Spread(mean=right, low=max(0.0, right - 0.05), high=right)],
        )
    return Curve(
        **{**of_attack(row), "attack_params": settings},
        distance=row.distance,
        budget=[top * i / steps for i in range(steps + 1)],
        success_rate=rates,
        low=[max(0.0, rate - 0.05) for rate in rates],
        high=[min(1.0, rate + 0.05) for rate in rates],
    )


def matrices(row: SummaryRow) -> Matrices:
    """A rate for each pair of ten classes; the farther, the higher it is."""

    def rate(source: int, target: int) -> float | None:
        if source == target:
            return None
        return round(share(row.defense, row.attack, source, target), 6)

    rates = [[rate(i, j) for j in range(10)] for i in range(10)]
    far = [[None if r is None or r == 0 else round(3 + 40 * r, 6) for r in line] for line in rates]
    return Matrices(**of_attack(row), distance=row.distance, success_rate=rates, distortion=far)


def noticed(row: SummaryRow, seed: int) -> Detection:
    """What a detector noticed of the attack on the network of one seed."""
    part = share(row.defense, row.attack, seed)
    counted = {"pairs": 60, "samples": 30, "noticed": round(60 * part)}
    counted |= {"detected": part, "low": 0.8 * part, "high": min(1.0, 0.1 + part)}
    edges = ((0.0, 0.02), (0.02, 0.05), (0.05, 0.1))
    return derived.detection(row, seed, counted, edges)
