"""All networks and attacks: one figure of every network, every number of the summary, each seed."""

from __future__ import annotations

from core.model.results import Results
from core.model.rows import PerSeed, SummaryRow
from reports.prose import names, numbers, reading
from reports.prose.table import Table
from reports.sections import comparison
from reports.sections.blocks import Block, Numbers, said
from reports.sections.section import Section
from reports.sections.tables import attack_of


def body(results: Results) -> tuple[Block, ...]:
    """The summary as a table, and seed by seed where there are several."""
    if not results.summary:
        return said("No attack has finished, so there is nothing to list.")
    by_seed = seeds(results)
    overview = Numbers(comparison.table(results))
    if by_seed is None:
        return (overview,)
    return (overview, Numbers(by_seed, folded="Every seed by itself"))


def seeds(results: Results) -> Table | None:
    """Each seed by itself, one column a seed; None when there is only one."""
    every = sorted({one.seed for row in results.summary for one in row.per_seed})
    if len(every) < 2:
        return None
    rows = []
    for row in (row for group in reading.rows_by_network(results) for row in group):
        by_seed = {one.seed: one for one in row.per_seed}
        cells = (_seed_cell(row, by_seed.get(seed)) for seed in every)
        rows.append((names.defense_of(row), attack_of(results, row), *cells))
    columns = ("Network", "Attack", *(f"Seed {seed}" for seed in every))
    said_above = (
        "Every seed by itself: attacks that succeed, and where the attack counts features the "
        "robustness (rho) after the stroke."
    )
    numeric = frozenset(range(2, 2 + len(every)))
    return Table(said_above, columns, tuple(rows), numeric, grouped=True)


def _seed_cell(row: SummaryRow, one: PerSeed | None) -> str:
    if one is None:
        return "–"
    rate = numbers.percent(one.success_rate)
    return f"{rate} / {numbers.percent(one.rho)}" if row.distance == "l0" else rate


SECTION = Section("all", "All networks and attacks", parts=(comparison.SECTION,), body=body)
