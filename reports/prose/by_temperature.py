"""One attack over the temperatures of a defence: the lines of the figures against temperature."""

from __future__ import annotations

from dataclasses import dataclass

from core.model.base import Settings
from core.model.results import Results
from core.model.rows import SummaryRow
from reports.prose import reading


@dataclass(frozen=True)
class Series:
    """One attack over the undefended network and one defence's temperatures.

    `points` maps a temperature to its row, in rising order; the key None is the undefended network.
    """

    attack: str
    attack_params: Settings
    defense_params: Settings
    points: dict[float | None, SummaryRow]


def temperature_family(results: Results) -> str | None:
    """The defence drawn against temperature: distillation, else the control, else None."""
    with_temperature = {row.defense for row in results.summary if row.temperature is not None}
    for name in ("distillation", "temperature"):
        if name in with_temperature:
            return name
    return None


def series(results: Results, measure: reading.Metric) -> list[Series]:
    """One series for each attack and parameters of the temperature family; [] without one.

    Only attacks that count features: another distance cannot stand on the same axis. Rows where
    the measure is None are left out, and of a success rate those that aim at no class or have no
    budget: theirs is another one.
    """
    family = temperature_family(results)
    if family is None:
        return []
    lines: dict[tuple[reading.AttackKey, str], dict[float, SummaryRow]] = {}
    for row in results.summary:
        if row.defense != family or row.distance != "l0":
            continue
        if measure == "success_rate" and not _reaches_a_class(row):
            continue
        if row.temperature is not None and reading.value(row, measure) is not None:
            key = reading.attack_key(row), row.identity.settings
            lines.setdefault(key, {})[row.temperature] = row
    found = []
    for key in sorted(lines):
        rows = dict(sorted(lines[key].items()))
        first = next(iter(rows.values()))
        points: dict[float | None, SummaryRow] = {}
        undefended = reading.baseline(results, first)
        if undefended is not None and reading.value(undefended, measure) is not None:
            points[None] = undefended
        for hot, row in rows.items():
            points[hot] = row
        found.append(Series(first.attack, first.attack_params, first.defense_params, points))
    return found


def _reaches_a_class(row: SummaryRow) -> bool:
    return row.budget is not None and bool(row.attack_params.get("targeted", True))


def gap_at(results: Results) -> list[float]:
    """Temperatures where jsma-f reports more robustness than jsma-logf, intervals apart."""
    family = temperature_family(results)
    found = set()
    for row in results.summary:
        if row.defense != family or row.temperature is None or row.attack != "jsma-f":
            continue
        other = reading.same_network(results, row, "jsma-logf")
        if other is not None and reading.above(row, other, "rho"):
            found.add(row.temperature)
    return sorted(found)
