"""Networks under the strongest attack on each sample.

Two measures: how far an attacker must go (`closest`), and what stays right within a budget
(`within_budget`). Older results hold neither; then each network is shown under its attacks.
"""

from __future__ import annotations

from typing import TypeVar

import plotly.graph_objects as go

from core import attacks, defenses
from core.judgement.reliance import doubted
from core.model.results import Results
from core.model.rows import Closest, Strongest, WithinBudget
from core.wording import Scale, amount
from reports.plots.dots import Dot, Panel, dot_plot
from reports.plots.look import LIGHT, Look, Mark, plain
from reports.prose import chosen, counted, distances, names, numbers, phrases, reading, ruled
from reports.prose.pool import strongest_of
from reports.prose.table import Table
from reports.sections import tables
from reports.sections.blocks import Block, said
from reports.sections.glossary import term
from reports.sections.section import Section

Entry = TypeVar("Entry", Closest, WithinBudget)

_PANELS = 3
_AGAINST = "Against undefended"
_ORDER = ("l0", "linf", "l2", "l1")


def intro(results: Results) -> tuple[Block, ...]:
    """What is averaged, and in which order."""
    return said(
        "An attacker picks the attack that works best on the input at hand. So each sample counts "
        "with the attack that needed the least, and only then samples are averaged: ",
        term("Robustness (rho)", "robustness"),
        " where attacks look for the closest example, ",
        term("Robust accuracy", "robust accuracy"),
        " within a ",
        term("Budget", "budget"),
        ".",
    )


def figure(results: Results, look: Look = LIGHT) -> go.Figure | None:
    """One row a network, one panel a distance; None where the results hold no such numbers."""
    panels = [_closest_panel(rows) for rows in _by_distance(results.closest)]
    panels += [_within_panel(rows, results.data.scale) for rows in _told(results)]
    style = Mark(look.ink, look.ink, "solid", "circle", "●")
    return dot_plot(panels[:_PANELS], {"strongest": "strongest attack"}, lambda _: style, look)


def takeaway(results: Results) -> str:
    """Which defences hold out longer than none, as far as the samples can tell."""
    parts = [_gains(results), _kept(results), "Bars are 95 % intervals."]
    return " ".join(part for part in parts if part)


def _gains(results: Results) -> str:
    known = [
        (row.rho_increase, row.rho_increase_low, row)
        for row in results.closest
        if row.rho_increase is not None
        and row.rho_increase_low is not None
        and defenses.facts(row.defense).role not in ("reference", "broken")
    ]
    better = [(gain, row) for gain, low, row in known if low > 0]
    pool = [one.attack for _, _, row in known for one in row.attacks]
    against = f"Against {strongest_of(pool)}" if pool else "Under these attacks"
    if better:
        each = [
            f"{names.defense_of(row)} ({numbers.signed(gain)} in {distances.unit(row)})"
            for gain, row in sorted(better, key=lambda pair: -pair[0])[:3]
        ]
        return (
            f"{against}, an attacker must go farther than without a defence for "
            f"{phrases.listing(each)}."
        )
    if known:
        return (
            f"{against}, no difference from the undefended network was detected in favour of any "
            f"defence in how far an attacker must go.{_reached_less(results)}"
        )
    return ""


def _reached_less(results: Results) -> str:
    """That attacks reach the class of their choice less often on a defence, where detected.

    An attack that a check disqualifies on a network reaches less there because it is blind.
    """
    found: dict[str, list[str]] = {}
    for one in results.differences:
        known = defenses.facts(one.defense)
        if (
            (one.against, one.metric) == ("none", "success_rate")
            and one.detected
            and one.difference < 0
            and not known.is_control
            and known.role not in ("reference", "broken")
            and attacks.is_targeted(one.attack, one.attack_params)
            and one.setting not in doubted(results, one.identity)
        ):
            fewer = f"{names.defense_of(one)} (−{numbers.number(-100 * one.difference)} points)"
            found.setdefault(one.attack, []).append(fewer)
    if not found:
        return ""
    each = [f"{attack} on {phrases.listing(fewer)}" for attack, fewer in found.items()]
    return f" Fewer attacks reach a class of their choice: {'; '.join(each)}."


def _kept(results: Results) -> str:
    return " ".join(_best(rows, results.data.scale) for rows in _told(results))


def _best(rows: list[WithinBudget], scale: Scale | None) -> str:
    if len(rows) == 1:
        (only,) = rows
        within = amount(only.distance, only.budget, scale)
        return f"Within {within}, {numbers.percent(only.robust_accuracy)} of samples stay right."
    best = max(rows, key=lambda row: (row.robust_accuracy, reading.network_key(row)))
    within = amount(best.distance, best.budget, scale)
    if best.robust_accuracy > 0:
        return (
            f"Within {within}, {names.defense_of(best)} keeps most samples right: "
            f"{numbers.percent(best.robust_accuracy)}."
        )
    return f"Within {within}, no network keeps any sample right."


def table(results: Results) -> Table:
    """Every number of both measures, and which attack decided."""
    entries = [(reading.network_key(row), 0, _closest_cells(row)) for row in results.closest]
    entries += [
        (reading.network_key(row), 1, _within_cells(row, results.data.scale))
        for row in results.within_budget
    ]
    rows = tuple(cells for _, _, cells in sorted(entries, key=lambda entry: entry[:2]))
    seen = sorted({row.samples for row in results.closest})
    n = phrases.listing([numbers.count(samples) for samples in seen])
    caption = (
        f"n = {n} {ruled.samples(results)}; 95 % intervals in brackets. Each sample counts with "
        "the attack that needed the least; where several found the same distance, each decided "
        f"its part of them. {counted.beside(results.summary)} What stays right counts them as "
        f"lost.{distances.remark(results)}"
    )
    columns = ("Network", "Measure", "Value", "Half fall within", _AGAINST, "Attacks that decided")
    made = Table(caption, columns, rows, frozenset({2, 3, 4}), grouped=True)
    unknown = all(row.median_low is None for row in results.closest)
    made = made.without("Half fall within") if unknown else made
    return made if results.has_reference else made.without(_AGAINST)


def _by_distance(entries: list[Entry]) -> list[list[Entry]]:
    """Entries by distance in a fixed order, networks in theirs."""
    ranked: list[Entry] = sorted(entries, key=reading.network_key)
    lists = [[row for row in ranked if row.distance == name] for name in _ORDER]
    return [rows for rows in lists if rows]


def _told(results: Results) -> list[list[WithinBudget]]:
    """The radii of each distance that no panel of `closest` shows, as many as there is room for.

    Never by what came out: those at which most networks were attacked, evenly from the smallest
    to the largest.
    """
    shown = {row.distance for row in results.closest}
    groups = _by_distance(results.within_budget)
    left = [rows for rows in groups if rows[0].distance not in shown]
    room = max(1, (_PANELS - len(_by_distance(results.closest))) // max(1, len(left)))
    return [rows for each in left for rows in _evenly(each, room)]


def _evenly(rows: list[WithinBudget], room: int) -> list[list[WithinBudget]]:
    """At most so many of the budgets of one distance, each with its rows."""
    by_budget: dict[float, list[WithinBudget]] = {}
    for row in sorted(rows, key=lambda row: row.budget):
        by_budget.setdefault(row.budget, []).append(row)
    most = max(len(found) for found in by_budget.values())
    full = [found for found in by_budget.values() if len(found) == most]
    if len(full) <= room:
        return full
    if room == 1:
        return [full[-1]]
    return [full[round(i * (len(full) - 1) / (room - 1))] for i in range(room)]


def _closest_panel(rows: list[Closest]) -> Panel:
    if rows[0].distance == "l0":
        dots = tuple(_dot(row, row.rho, row.rho_low, row.rho_high) for row in rows)
        top = max(max(row.rho_cap, row.rho_high) for row in rows)
        return Panel("Features an attacker must change", dots, top)
    dots = tuple(_dot(row, row.mean, row.low, row.high) for row in rows)
    title = f"Distance an attacker must go ({distances.unit(rows[0])})"
    return Panel(title, dots, max(row.high for row in rows), percent=False)


def _within_panel(rows: list[WithinBudget], scale: Scale | None) -> Panel:
    dots = tuple(_dot(row, row.robust_accuracy, row.low, row.high) for row in rows)
    within = amount(rows[0].distance, rows[0].budget, scale)
    # What is longer would run into the next panel.
    title = "Samples that stay right" if scale is None else "Stay right"
    return Panel(f"{title} within {within}", dots, 1.0)


def _dot(row: Closest | WithinBudget, value: float, low: float, high: float) -> Dot:
    name = names.defense_of(row)
    text = distances.nearest(row) if isinstance(row, Closest) else numbers.percent(value)
    return Dot(name, "strongest", value, low, high, f"<b>{plain(text)}</b><br>{plain(name)}")


def _closest_cells(row: Closest) -> tuple[str, ...]:
    increase = numbers.signed(row.rho_increase)
    between = numbers.interval(row.rho_increase_low, row.rho_increase_high)
    against = "–" if row.identity.undefended else f"{increase} {between}".strip()
    called = [
        f"{tables.named(one.attack, one.attack_params, row.attacks)} ({numbers.percent(share)})"
        for one, share in sorted(_decided(row), key=lambda pair: (-pair[1], pair[0].attack))
    ]
    measure = f"robustness, {distances.unit(row)}"
    return (
        names.defense_of(row),
        measure,
        distances.nearest(row),
        distances.half(row),
        against,
        (", ".join(called) or "none") + _ties(row),
    )


def _ties(row: Closest) -> str:
    """That attacks found the same, where they share what they decided: "; the same on 98 %"."""
    return f"; the same on {numbers.percent(row.tied)}" if row.tied else ""


def _decided(row: Closest) -> list[tuple[Strongest, float]]:
    """The attacks that found the closest example of a sample, and on which share of those moved."""
    return [(one, one.strongest) for one in row.attacks if one.strongest]


def _within_cells(row: WithinBudget, scale: Scale | None) -> tuple[str, ...]:
    value = numbers.percent(row.robust_accuracy)
    return (
        names.defense_of(row),
        f"stay right within {amount(row.distance, row.budget, scale)}",
        f"{value} {numbers.interval(row.low, row.high)}".strip(),
        "–",
        "–",
        ", ".join(sorted(row.attacks, key=chosen.rank)) or "none",
    )


SECTION = Section(
    "defences",
    "Under the strongest attack on each sample",
    label="The strongest attack",
    intro=intro,
    figure=figure,
    takeaway=takeaway,
    table=table,
)
