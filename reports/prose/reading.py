"""Reading results: which rows belong together, and whether two of them differ.

A row is an entry of `Results.summary`. Nothing is formatted here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, Protocol

from core import defenses
from core.attacks import family
from core.model.base import Settings
from core.model.identity import AttackId
from core.model.results import Results
from core.model.rows import Difference, SummaryRow
from core.model.subject import OfNetwork
from reports.prose.distances import measures_robustness

Metric = Literal["rho", "success_rate"]
"""What is compared."""
Measure = Literal["rho", "success_rate", "zero_gradient_samples"]
"""What a row can be drawn by."""
AttackKey = tuple[int, str, str]
NetworkKey = tuple[int, str, str, float]

JSMA_FAMILY = family("jsma")
"""One attack in four arithmetics, in the order in which reports show them."""


class Attacked(Protocol):
    """Whatever is about an attack with its settings."""

    @property
    def attack(self) -> str:
        """Its name."""
        ...

    @property
    def attack_params(self) -> Settings:
        """Its settings."""
        ...

    @property
    def setting(self) -> AttackId:
        """Both, comparable."""
        ...


def attack_key(row: Attacked) -> AttackKey:
    """What makes two rows the same attack; sorts the JSMA family first."""
    name = row.attack
    place = JSMA_FAMILY.index(name) if name in JSMA_FAMILY else len(JSMA_FAMILY)
    return place, name, row.setting.settings


def network_key(row: OfNetwork) -> NetworkKey:
    """What makes two rows the same network but for its seed; sorts the baseline first."""
    found = row.identity
    place = defenses.place(found.defense)
    hot = -1.0 if found.temperature is None else found.temperature
    return place, found.defense, found.settings, hot


def rows_by_network(results: Results) -> list[list[SummaryRow]]:
    """The summary as one list a network, both in a fixed order."""
    groups: dict[NetworkKey, list[SummaryRow]] = {}
    for row in sorted(results.summary, key=lambda row: (network_key(row), attack_key(row))):
        groups.setdefault(network_key(row), []).append(row)
    return list(groups.values())


def of_network(results: Results, network: OfNetwork) -> list[SummaryRow]:
    """The rows of one network."""
    key = network_key(network)
    return [row for row in results.summary if network_key(row) == key]


def attacks(results: Results) -> list[SummaryRow]:
    """One row for each attack that ran, in a fixed order."""
    first: dict[AttackKey, SummaryRow] = {}
    for row in results.summary:
        first.setdefault(attack_key(row), row)
    return [first[key] for key in sorted(first)]


def find(
    results: Results, attack: str, defense: str, temperature: float | None
) -> SummaryRow | None:
    """The first row of this attack on this defence at this temperature, or None."""
    for row in results.summary:
        if (row.attack, row.defense, row.temperature) == (attack, defense, temperature):
            return row
    return None


def same_network(results: Results, row: SummaryRow, attack: str) -> SummaryRow | None:
    """The row of another attack with the same settings on the network of `row`, or None."""
    for other in of_network(results, row):
        if other.attack == attack and other.setting.settings == row.setting.settings:
            return other
    return None


def telling_params(results: Results, row: Attacked) -> Settings:
    """The settings that tell an attack from another of its name in this run; {} for none."""
    return telling_among(results.summary, row)


def telling_among(rows: Iterable[Attacked], row: Attacked) -> Settings:
    """The settings that tell an attack from another of its name in a list; {} for none."""
    return telling(rows, row.attack, row.attack_params)


def telling(rows: Iterable[Attacked], attack: str, params: Settings) -> Settings:
    """As `telling_among`, of an attack by its name and settings."""
    variants = [other.attack_params for other in rows if other.attack == attack]
    return {
        key: value
        for key, value in params.items()
        if any(other.get(key) != value for other in variants)
    }


def baseline(results: Results, row: Attacked) -> SummaryRow | None:
    """The undefended network under the attack of `row`, or None."""
    for other in results.summary:
        if other.identity.undefended and attack_key(other) == attack_key(row):
            return other
    return None


def value(row: SummaryRow, measure: Measure) -> float | None:
    """The number of a measure in a row."""
    match measure:
        case "rho":
            return row.rho
        case "success_rate":
            return row.success_rate
        case "zero_gradient_samples":
            return row.zero_gradient_samples


def bounds(row: SummaryRow, measure: Measure) -> tuple[float | None, float | None]:
    """The interval of a measure in a row; of a share of gradients there is none."""
    match measure:
        case "rho":
            return row.rho_low, row.rho_high
        case "success_rate":
            return row.success_low, row.success_high
        case "zero_gradient_samples":
            return None, None


def above(higher: SummaryRow, lower: SummaryRow, measure: Metric) -> bool:
    """Whether the intervals of two rows are apart, `higher` above; False where one is missing."""
    low, high = bounds(higher, measure)[0], bounds(lower, measure)[1]
    return low is not None and high is not None and low > high


def difference(
    results: Results, row: SummaryRow, against: str, metric: Metric
) -> Difference | None:
    """The paired difference of a row's network and attack against `against`, or None."""
    for item in results.differences:
        if (
            item.against == against
            and item.metric == metric
            and item.identity == row.identity
            and item.setting == row.setting
        ):
            return item
    return None


def gain_detected(results: Results, row: SummaryRow) -> bool | None:
    """Whether this network withstands more than the undefended one under the same attack.

    By robustness, and where the attack looks only inside a ball by its success rate. Uses the
    difference paired by sample where there is one, else intervals that are apart.

    Returns: None when there is nothing to compare with.
    """
    side = _side(results, row)
    return None if side is None else side > 0


def loss_detected(results: Results, row: SummaryRow) -> bool:
    """Whether this network withstands less than the undefended one under the same attack."""
    return (_side(results, row) or 0) < 0


def _side(results: Results, row: SummaryRow) -> int | None:
    """1 where a gain was detected, -1 where a loss was, 0 for neither; None: not to be compared."""
    undefended, metric = baseline(results, row), compared_by(row)
    if undefended is None or None in (value(row, metric), value(undefended, metric)):
        return None
    up = 1 if metric == "rho" else -1
    paired = difference(results, row, "none", metric)
    if paired is not None:
        side = (paired.difference > 0) - (paired.difference < 0)
        return up * side if paired.detected else 0
    return up * (above(row, undefended, metric) - above(undefended, row, metric))


def compared_by(row: SummaryRow) -> Metric:
    """What an attack measures of a network: robustness, or inside a ball its success rate alone."""
    return "rho" if measures_robustness(row) else "success_rate"


def trained(results: Results, row: OfNetwork) -> bool:
    """Whether every network behind a row trained; True where provenance does not list it."""
    return all(one.trained for one in results.networks if one.identity == row.identity)


def why_not_trained(results: Results, row: OfNetwork) -> str:
    """What is wrong with a network near chance, after "the network"."""
    mine = [one for one in results.networks if one.identity == row.identity]
    return "answers near chance" if any(one.from_a_file for one in mine) else "did not train"


def strongest(rows: Sequence[SummaryRow]) -> SummaryRow | None:
    """The attack that moves most inputs, whatever it may change.

    Among those that ran on half as many inputs as any or more: a handful of others compares with
    nothing. Of equals one that counts features, and of those the one that needs the fewest; then
    one whose success rate was measured. None where no attack attacked an input.
    """

    def order(row: SummaryRow) -> tuple:
        counts = row.distance == "l0" and row.rho is not None
        return (row.censored, not counts, row.rho or 0.0, row.success_rate is None, attack_key(row))

    most = max((row.samples for row in rows), default=0)
    ran = [row for row in rows if row.censored is not None and 2 * row.samples >= most]
    return min(ran, key=order, default=None)
