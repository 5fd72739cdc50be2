"""Which classes are moved to which: source by target class, success and mean distance."""

from __future__ import annotations

import plotly.graph_objects as go

from core.model.results import Results
from core.model.rows import Matrices
from reports.plots.heat import Plane, heat_maps
from reports.plots.look import LIGHT, Look
from reports.prose import chosen, distances, findings, names, numbers, reading
from reports.prose.table import Table
from reports.sections import tables
from reports.sections.section import Section

_MOST = 4


def figure(results: Results, look: Look = LIGHT) -> go.Figure | None:
    """Heat maps of success rates in percent, side by side; None without matrices."""
    shown = _shown(results)
    planes = [
        Plane(names.defense_of(one), _attack(results, one), one.success_rate) for one in shown
    ]
    return heat_maps(planes, _classes(results, shown), look)


def takeaway(results: Results) -> str:
    """Which pair of classes falls most and least easily on the network in focus."""
    shown = _shown(results)
    entry, called = shown[-1], _classes(results, shown)
    cells = [
        (value, source, target)
        for source, line in enumerate(entry.success_rate)
        for target, value in enumerate(line)
        if value is not None
    ]
    text = (
        "Rows: the class that a sample has; columns: the class that the network was made to see; "
        "numbers: percent of attacks that succeed."
    )
    if cells:
        least = min(cells)
        text += (
            f" On {names.defense_of(entry)} under {entry.attack}, {called[least[1]]} is moved to "
            f"{called[least[2]]} least often ({numbers.percent(least[0])})."
        )
    remark = chosen.remark(len(shown), len(results.matrices), "matrices")
    return text + remark.replace("the table has all", "results.json has all")


def table(results: Results) -> Table:
    """The matrices that are drawn, one line a source class, success and mean distance."""
    shown = _shown(results)
    called = _classes(results, shown)
    rows = tuple(
        (
            f"{names.defense_of(entry)}, {_attack(results, entry)}",
            called[source],
            *(_cell(rate, far) for rate, far in zip(line, entry.distortion[source], strict=True)),
        )
        for entry in shown
        for source, line in enumerate(entry.success_rate)
    )
    caption = (
        "Success rate, and in brackets the mean distance of those that succeeded (features in L0, "
        f"else {distances.own_units(results)})."
    )
    columns = ("Network and attack", "From", *(f"to {name}" for name in called))
    return Table(caption, columns, rows, frozenset(range(2, 2 + len(called))), grouped=True)


def _cell(rate: float | None, far: float | None) -> str:
    if rate is None:
        return "–"
    return numbers.percent(rate) + ("" if far is None else f" ({numbers.number(far)})")


def _shown(results: Results) -> list[Matrices]:
    """Undefended and the network in focus, under the two most telling attacks."""
    entries = [one for one in results.matrices if one.success_rate]
    keys = chosen.networks(entries, findings.focus_of(results), 2)
    found = [
        entry
        for attack in chosen.attacks(entries, 2)
        for key in keys
        for entry in entries
        if entry.setting == attack.setting and reading.network_key(entry) == key
    ]
    return found[:_MOST]


def _attack(results: Results, entry: Matrices) -> str:
    return tables.named(entry.attack, entry.attack_params, results.matrices)


def _classes(results: Results, shown: list[Matrices]) -> list[str]:
    """Names of the classes of the matrices, numbers where they have none."""
    size = len(shown[0].success_rate) if shown else 0
    names = results.data.class_names or []
    return [names[i] if i < len(names) else str(i) for i in range(size)]


SECTION = Section(
    "classes",
    "Which classes are moved to which",
    figure=figure,
    takeaway=takeaway,
    table=table,
)
