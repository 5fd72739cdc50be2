"""Beside a network that was handed in: others of a study, under the same attacks."""

from __future__ import annotations

from core.model.base import Distance
from core.model.results import Results
from core.model.rows import WithinBudget
from core.wording import amount
from reports.prose import distances, names, numbers, reference_networks
from reports.prose.alone import alone
from reports.prose.reference_networks import Half, OtherNetwork, Stays, Study
from reports.prose.table import Table
from reports.sections.blocks import Block, said
from reports.sections.section import Section

_BLIND = "attacks are blind on it"


def intro(results: Results) -> tuple[Block, ...]:
    """What the table is, and what it is not."""
    found = _beside(results)
    if found is None or table(results) is None:
        return ()
    inputs = (
        "the same test data"
        if results.data.checksum == found.checksum
        else f"other test data ({found.title})"
    )
    return said(
        f"For orientation: other networks ({found.architecture}, one training each) in another run "
        f"({found.run}, {found.created[:10]}) on {inputs}, under the attacks of this run with the "
        "same settings. They say in which range such numbers lie; they were not attacked in this "
        "run, and no difference is judged. Where an attack missed the examples planted in one of "
        "them, its numbers there say nothing and are left out."
    )


def table(results: Results) -> Table | None:
    """The network and those of the study, one column a measure; None where nothing matches."""
    found = _beside(results)
    if found is None:
        return None
    same = reference_networks.alike(results, found)
    halves = [one for one in same if any(entry.distance == one for entry in results.closest)]
    radii = sorted(
        {
            (one.distance, float(one.budget))
            for one in results.within_budget
            if one.distance in same and _stays_at(found, one.distance, float(one.budget))
        }
    )
    if not halves and not radii:
        return None
    columns = (
        "Network",
        *(f"Half fall within ({distances.unit_of(one)})" for one in halves),
        *(f"Right within {amount(one, at, results.data.scale)}" for one, at in radii),
        "Accuracy",
    )
    rows = [*_own(results, halves, radii)]
    rows += [_other(one, halves, radii) for one in found.networks]
    numeric = frozenset(range(1, len(columns)))
    return Table("95 % intervals in brackets.", columns, tuple(rows), numeric, frozenset({0}))


def _beside(results: Results) -> Study | None:
    return reference_networks.beside(results) if alone(results) else None


def _stays_at(found: Study, distance: Distance, at: float) -> bool:
    return any(
        (one.distance, float(one.budget)) == (distance, at)
        for network in found.networks
        for one in network.stays
    )


def _own(
    results: Results, halves: list[Distance], radii: list[tuple[Distance, float]]
) -> list[tuple[str, ...]]:
    made = []
    for identity in dict.fromkeys(row.identity for row in results.summary):
        row = next(row for row in results.summary if row.identity == identity)
        near = {one.distance: one for one in results.closest if one.identity == identity}
        kept = {
            (one.distance, float(one.budget)): one
            for one in results.within_budget
            if one.identity == identity
        }
        made.append(
            (
                names.defense_of(row),
                *(distances.half(near[one]) if one in near else "–" for one in halves),
                *(_share(kept[at]) if at in kept else "–" for at in radii),
                numbers.percent(row.accuracy),
            )
        )
    return made


def _other(
    one: OtherNetwork, halves: list[Distance], radii: list[tuple[Distance, float]]
) -> tuple[str, ...]:
    near = {each.distance: each for each in one.half}
    kept = {(each.distance, float(each.budget)): each for each in one.stays}
    return (
        f"{one.name}, another run",
        *(_BLIND if at in one.blind else _half(near.get(at)) for at in halves),
        *(_BLIND if at[0] in one.blind else _share(kept.get(at)) for at in radii),
        numbers.percent(one.accuracy),
    )


def _half(one: Half | None) -> str:
    return "–" if one is None else distances.half_of(one.median, one.low, one.high, one.cap)


def _share(one: Stays | WithinBudget | None) -> str:
    if one is None:
        return "–"
    low, high = one.low, one.high
    return f"{numbers.percent(one.robust_accuracy)} {numbers.interval(low, high)}"


SECTION = Section("references", "Other networks under the same attacks", intro=intro, table=table)
