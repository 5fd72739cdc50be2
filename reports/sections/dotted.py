"""Rows of the summary as dots with intervals: what figures of all networks and attacks share."""

from __future__ import annotations

from collections.abc import Callable

from core.canonical import canonical
from core.model.results import Results
from core.model.rows import SummaryRow
from reports.plots.dots import Dot, Panel
from reports.plots.look import Look, Mark, mark, plain
from reports.prose import chosen, distances, numbers, reading
from reports.prose import names as called


def drawn_attacks(rows: list[SummaryRow]) -> list[SummaryRow]:
    """The rows of the attacks that a figure of all networks draws, in a fixed order."""
    keys = [reading.attack_key(row) for row in chosen.attacks(rows)]
    return ordered([row for row in rows if reading.attack_key(row) in keys])


def ordered(rows: list[SummaryRow]) -> list[SummaryRow]:
    """Rows by network, then by attack."""
    return sorted(rows, key=lambda row: (reading.network_key(row), reading.attack_key(row)))


def names(results: Results, rows: list[SummaryRow]) -> dict[str, str]:
    """What the series of these rows are called."""
    return {
        _series(row): called.attack_line(row.attack, reading.telling_params(results, row))
        for row in sorted(rows, key=reading.attack_key)
    }


def styles(rows: list[SummaryRow], look: Look) -> Callable[[str], Mark]:
    """How the series of these rows are drawn."""
    attacks = {_series(row): row.attack for row in sorted(rows, key=reading.attack_key)}
    places = {key: i for i, key in enumerate(attacks)}
    return lambda key: mark(attacks[key], look, places[key])


def robustness(rows: list[SummaryRow]) -> Panel:
    """rho of the rows that have one, on an axis that reaches to the largest budget."""
    known = [(row, row.rho) for row in rows if row.rho is not None]
    dots = tuple(
        dot(row, rho, (row.rho_low, row.rho_high), distances.robustness(row)) for row, rho in known
    )
    ends = [row.rho_cap for row, _ in known]
    ends += [one.value if one.high is None else one.high for one in dots]
    return Panel("Robustness: features an attacker must change", dots, max(ends, default=0.01))


def dot(
    row: SummaryRow, value: float, between: tuple[float | None, float | None], text: str
) -> Dot:
    """One number of a row; `text` is how it is written."""
    hover = (
        f"<b>{plain(text)}</b> {numbers.interval(*between)}<br>{plain(called.defense_of(row))}<br>"
        f"{plain(called.attack_line(row.attack, row.attack_params))}"
    )
    return Dot(called.defense_of(row), _series(row), value, *between, hover)


def _series(row: SummaryRow) -> str:
    return row.attack + (canonical(row.attack_params) if row.attack_params else "")
