"""What stands in results beside the summary and follows from its rows, one builder a kind."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.attacks import facts
from core.model.detection import Detection
from core.model.identity import NetworkId
from core.model.judged import Check, Subject
from core.model.rows import Closest, Difference, Strongest, SummaryRow, WithinBudget
from tests.reports.pieces import hash_of


def of_network(row: SummaryRow) -> dict[str, Any]:
    """The fields that name the network of a row."""
    keys = ("defense", "defense_params", "temperature", "dataset")
    return {key: getattr(row, key) for key in keys}


def of_attack(row: SummaryRow) -> dict[str, Any]:
    """The fields that name the network and the attack of a row."""
    return {**of_network(row), "attack": row.attack, "attack_params": row.attack_params}


def rows_of(one: NetworkId, rows: Iterable[SummaryRow]) -> list[SummaryRow]:
    """The rows of a network."""
    return [row for row in rows if row.identity == one]


def looking_for_closest(rows: Iterable[SummaryRow], distance: str) -> list[SummaryRow]:
    """The rows of attacks that looked for the closest example in a distance."""
    mine = [row for row in rows if row.distance == distance]
    return [row for row in mine if facts(row.attack).looks_for_closest]


def closest(
    rows: list[SummaryRow],
    most: float,
    increase: tuple[float, float, float],
    censored: float,
    strongest: list[float | None],
) -> Closest:
    """The least that any attack of these rows of one network needed.

    Args: most: the largest distance. increase: with its interval. strongest: one share a row.
    """
    best = min(rows, key=lambda row: row.rho or 0.0)
    rho = best.rho or 0.0
    mean = rho * most
    return Closest(
        **of_network(best),
        distance=best.distance,
        seeds=best.seeds,
        samples=best.samples,
        rho=rho,
        rho_low=0.9 * rho,
        rho_high=min(1.0, 1.1 * rho),
        rho_cap=best.rho_cap,
        rho_increase=increase[0],
        rho_increase_low=increase[1],
        rho_increase_high=increase[2],
        mean=mean,
        low=0.9 * mean,
        high=1.1 * mean,
        cap=best.rho_cap * most,
        censored=censored,
        attacks=[
            Strongest(
                attack_id=f"{hash_of(row.attack):012x}"[:12],
                attack=row.attack,
                attack_params=row.attack_params,
                samples=row.samples,
                mean=(row.rho or 0.0) * most,
                strongest=share,
            )
            for row, share in zip(rows, strongest, strict=True)
        ],
    )


def within(rows: list[SummaryRow], kept: float, low: float, high: float) -> WithinBudget:
    """The share that stayed right under all attacks of these rows, which have one budget."""
    return WithinBudget(
        **of_network(rows[0]),
        distance=rows[0].distance,
        budget=rows[0].budget or 0,
        attacks=sorted({row.attack for row in rows}),
        seeds=rows[0].seeds,
        samples=rows[0].samples,
        robust_accuracy=kept,
        low=low,
        high=high,
    )


def difference(
    row: SummaryRow, against: str, gain: float, low: float, high: float, metric: str = "rho"
) -> Difference:
    """A row minus that of another network under the same attack."""
    return Difference(
        **of_attack(row),
        against=against,
        metric=metric,
        difference=gain,
        low=low,
        high=high,
        n=row.samples,
        detected=low > 0 or high < 0,
    )


def check(row: SummaryRow, name: str, number: float, sentence: str, **subject: Any) -> Check:
    """A check of a row, which fails where its number is not small."""
    return Check(
        check=name,
        result="fail" if number > 0.05 else "pass",
        number=number,
        sentence=sentence,
        subject=Subject(**{**of_attack(row), **subject}),
    )


def detection(
    row: SummaryRow, seed: int, counted: dict[str, Any], edges: Iterable[tuple[float, float]]
) -> Detection:
    """What a detector noticed of a row: the same overall and between all these edges.

    Args: counted: pairs, samples, and the share that was noticed with its interval.
    """
    return Detection(
        **of_attack(row),
        seed=seed,
        distance=row.distance,
        **counted,
        false_alarms=0.05,
        bins=[{"low_edge": low, "high_edge": high, **counted} for low, high in edges],
    )
