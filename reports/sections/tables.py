"""What several tables of measured numbers share: captions, names of attacks, numbers in cells."""

from __future__ import annotations

from collections.abc import Iterable

from core.model.base import Settings
from core.model.results import Results
from core.model.rows import SummaryRow
from core.model.subject import OfAttack
from reports.prose import counted, distances, names, numbers, reading, ruled


def measured(row: SummaryRow, measure: reading.Metric) -> str:
    """A success rate or robustness with its interval: "1.81 % [1.59, 2.03]"."""
    if measure == "rho":
        return f"{distances.robustness(row)} {distances.robustness_interval(row)}".strip()
    if row.success_rate is None:
        return "not measured"
    between = numbers.interval(row.success_low, row.success_high)
    return f"{numbers.percent(row.success_rate)} {between}".strip()


def named(attack: str, params: Settings, among: Iterable[reading.Attacked]) -> str:
    """An attack by its name, with the settings that tell it from others of its name in a list."""
    return names.attack_name(attack, reading.telling(among, attack, params))


def attack_of(results: Results, row: OfAttack) -> str:
    """The attack of a row, with the settings that tell it from others of this run."""
    return named(row.attack, row.attack_params, results.summary)


def caption(results: Results, remark: str) -> str:
    """How many samples and attacks stand behind each number of the summary, and a remark."""
    if not results.summary:
        return remark
    samples = _several({row.samples for row in results.summary})
    pairs = _several({row.pairs for row in results.summary})
    known = f"n = {samples} {ruled.samples(results)}, {pairs} attacks for each network and attack."
    return " ".join(filter(None, (known, counted.beside(results.summary), f"{remark}.")))


def _several(counts: set[int]) -> str:
    return " or ".join(numbers.count(n) for n in sorted(counts))
