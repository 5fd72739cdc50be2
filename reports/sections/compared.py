"""The defences compared under the strongest attack on each sample: figure, sentence, table.

Two measures: how far an attacker must go (`closest`), and what stays right within a budget
(`within_budget`). Older results hold neither; then each network is shown under its attacks.
"""

from __future__ import annotations

import plotly.graph_objects as go

from reports.plots.dots import Dot, Panel, dot_plot
from reports.plots.look import LIGHT, Look, Mark, plain
from reports.prose import chosen, reading, words
from reports.sections import tables
from reports.sections.tables import Table

_PANELS = 3
_ORDER = ("l0", "linf", "l2", "l1")


def figure(results: dict, look: Look = LIGHT) -> go.Figure | None:
    """One row a network, one panel a distance; None where the results hold no such numbers."""
    panels = [_closest_panel(rows) for rows in _by_distance(results, "closest")]
    panels += [_within_panel(rows, words.scale(results)) for rows in _told(results)]
    style = Mark(look.ink, look.ink, "solid", "circle", "●")
    return dot_plot(panels[:_PANELS], {"strongest": "strongest attack"}, lambda _: style, look)


def takeaway(results: dict) -> str:
    """Which defences hold out longer than none, as far as the samples can tell."""
    rows = [row for row in _closest(results) if row["rho_increase_low"] is not None]
    rows = [row for row in rows if row["defense"] not in ("none", "scaled-logits")]
    better = [row for row in rows if row["rho_increase_low"] > 0]
    parts = []
    if better:
        each = [
            f"{words.defense_of(row)} ({words.signed(row['rho_increase'])} in {words.unit(row)})"
            for row in sorted(better, key=lambda row: -row["rho_increase"])[:3]
        ]
        parts.append(
            "Against the strongest attack on each sample, an attacker must go farther than without "
            f"a defence for {words.listing(each)}."
        )
    elif rows:
        parts.append(
            "Against the strongest attack on each sample, no difference from the undefended "
            "network was detected in favour of any defence."
        )
    kept = [row for rows in _told(results) for row in rows]
    if kept:
        best = max(kept, key=lambda row: (row["robust_accuracy"], reading.network_key(row)))
        within = words.amount(best["distance"], best["budget"], words.scale(results))
        parts.append(
            f"Within {within}, {words.defense_of(best)} keeps most samples right: "
            f"{words.percent(best['robust_accuracy'])}."
            if best["robust_accuracy"] > 0
            else f"Within {within}, no network keeps any sample right."
        )
    parts.append("Bars are 95 % intervals.")
    return " ".join(parts)


def table(results: dict) -> Table:
    """Every number of both measures, and which attack decided."""
    entries = [(reading.network_key(row), 0, _closest_cells(row)) for row in _closest(results)]
    entries += [
        (reading.network_key(row), 1, _within_cells(row, words.scale(results)))
        for row in results.get("within_budget", [])
    ]
    rows = tuple(cells for _, _, cells in sorted(entries, key=lambda entry: entry[:2]))
    seen = sorted({row["samples"] for row in _closest(results)})
    n = words.listing([words.count(samples) for samples in seen])
    caption = (
        f"n = {n} samples; 95 % intervals in brackets. Each sample counts with the attack that "
        "needed the least."
    )
    columns = ("Network", "Measure", "Value", "Against undefended", "Attacks that decided")
    return Table(caption, columns, rows, frozenset({2, 3}), grouped=True)


def _closest(results: dict) -> list[dict]:
    return results.get("closest", [])


def _by_distance(results: dict, part: str) -> list[list[dict]]:
    """Entries of a part, by distance in a fixed order, networks in theirs."""
    entries = sorted(results.get(part, []), key=reading.network_key)
    lists = [[row for row in entries if row["distance"] == name] for name in _ORDER]
    return [rows for rows in lists if rows]


def _told(results: dict) -> list[list[dict]]:
    """For each distance that no panel of `closest` shows: the budget at which networks differ
    most.
    """
    shown = {row["distance"] for row in _closest(results)}
    found = []
    for rows in _by_distance(results, "within_budget"):
        if rows[0]["distance"] in shown:
            continue
        by_budget: dict[float, list[dict]] = {}
        for row in rows:
            by_budget.setdefault(row["budget"], []).append(row)

        def apart(budget: float, by_budget: dict[float, list[dict]] = by_budget) -> tuple:
            kept = [row["robust_accuracy"] for row in by_budget[budget]]
            return len(kept), max(kept) - min(kept), -budget

        found.append(by_budget[max(by_budget, key=apart)])
    return found


def _closest_panel(rows: list[dict]) -> Panel:
    if rows[0]["distance"] == "l0":
        dots = tuple(_dot(row, row["rho"], row["rho_low"], row["rho_high"]) for row in rows)
        top = max(max(row["rho_cap"], row["rho_high"]) for row in rows)
        return Panel("Features an attacker must change", dots, top)
    dots = tuple(_dot(row, row["mean"], row["low"], row["high"]) for row in rows)
    title = f"Distance an attacker must go ({words.unit(rows[0])})"
    return Panel(title, dots, max(row["high"] for row in rows), percent=False)


def _within_panel(rows: list[dict], scale: words.Scale | None) -> Panel:
    dots = tuple(_dot(row, row["robust_accuracy"], row["low"], row["high"]) for row in rows)
    within = words.amount(rows[0]["distance"], rows[0]["budget"], scale)
    return Panel(f"Samples that stay right within {within}", dots, 1.0)


def _dot(row: dict, value: float, low: float, high: float) -> Dot:
    name = words.defense_of(row)
    text = words.nearest(row) if "mean" in row else words.percent(value)
    return Dot(name, "strongest", value, low, high, f"<b>{plain(text)}</b><br>{plain(name)}")


def _closest_cells(row: dict) -> tuple[str, ...]:
    increase = words.signed(row["rho_increase"])
    between = words.interval(row["rho_increase_low"], row["rho_increase_high"])
    against = "–" if row["defense"] == "none" else f"{increase} {between}".strip()
    names = [
        f"{tables.named(attack['attack'], reading.attack_params(attack), row['attacks'])} "
        f"({words.percent(attack['strongest'])})"
        for attack in sorted(_decided(row), key=lambda one: (-one["strongest"], one["attack"]))
    ]
    measure = f"robustness, {words.unit(row)}"
    return (words.defense_of(row), measure, words.nearest(row), against, ", ".join(names) or "none")


def _decided(row: dict) -> list[dict]:
    """The attacks that found the closest example of a sample; none where no sample was moved."""
    return [one for one in row["attacks"] if one["strongest"] is not None and one["strongest"] > 0]


def _within_cells(row: dict, scale: words.Scale | None) -> tuple[str, ...]:
    value = words.percent(row["robust_accuracy"])
    return (
        words.defense_of(row),
        f"stay right within {words.amount(row['distance'], row['budget'], scale)}",
        f"{value} {words.interval(row['low'], row['high'])}".strip(),
        "–",
        ", ".join(sorted(row["attacks"], key=chosen.rank)) or "none",
    )
