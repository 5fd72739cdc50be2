"""What a metric of a criterion is, and the numbers that it is judged by. No metric lives here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.model.identity import NetworkId
from core.model.judged import Criterion
from core.model.results import Results
from core.model.rows import SummaryRow

STRONGEST = "strongest"
"""Instead of an attack's name: the one that works best on each sample."""


@dataclass(frozen=True)
class Evidence:
    """One number that a criterion is held against, with its 95 % interval.

    Args: what: which number, in words for the reason. seeds: how many networks stand behind it.
    attacks: names of the attacks behind it.
    """

    what: str
    value: float
    low: float
    high: float
    seeds: int
    attacks: tuple[str, ...]


@dataclass(frozen=True)
class Metric:
    """A number that a criterion may ask for.

    Attributes:
        name: in the spec. title: for forms.
        signed: a gain over the undefended network, written with its sign.
        demand: a sentence of what is asked, with `{bound}` ("at least 50 %") and `{under}` (which
            attack). outcome: what came out, with `{against}` (which attack) and `{value}`.
        evidence: the numbers of a network that a criterion is held against; [] where the results
            hold none.
    """

    name: str
    title: str
    demand: str
    outcome: str
    evidence: Callable[[Results, NetworkId, Criterion], list[Evidence]]
    signed: bool = False


def piece(
    what: str, values: tuple[float | None, ...], seeds: list[int], attacks: tuple[str, ...]
) -> list[Evidence]:
    """The evidence of a value with its interval; [] where any of the three is missing."""
    known = [value for value in values if value is not None]
    return [Evidence(what, *known, len(seeds), attacks)] if len(known) == len(values) else []


def under_one_attack(
    results: Results,
    network: NetworkId,
    attack: str,
    what: str,
    values: Callable[[SummaryRow], tuple[float | None, ...]],
) -> list[Evidence]:
    """The evidence of one attack on one network, once for each of its settings.

    Args: what: which number, in words that the attack's name ends. values: of a row, the number
    with both ends of its interval.
    """
    found = []
    for row in results.summary:
        if row.identity == network and row.attack == attack:
            found += piece(f"{what} {attack}", values(row), row.seeds, (attack,))
    return found
