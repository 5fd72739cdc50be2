"""Security curves: attacks that succeed against the budget."""

from __future__ import annotations

import math
from collections.abc import Collection

import plotly.graph_objects as go

from core.canonical import canonical
from core.metrics.curves import SHARES
from core.model.results import Results
from core.model.rows import Curve
from core.model.subject import OfAttack
from core.wording import SPACE, amount
from reports.plots import panels
from reports.plots.look import LIGHT, Look, nth, plain
from reports.prose import chosen, distances, findings, names, numbers, reading
from reports.prose.distances import measures_robustness
from reports.prose.table import Table
from reports.sections import tables
from reports.sections.blocks import Block, said
from reports.sections.glossary import term
from reports.sections.section import Section

_PANELS = 6
_AXIS = {
    "l0": "features changed",
    "l1": "L1: sum of changes",
    "l2": "L2: length of the change",
    "linf": "L∞: change of any feature",
}


def intro(results: Results) -> tuple[Block, ...]:
    """What a curve shows that a mean does not."""
    return said(
        "A mean over samples that were counted at the budget hides how attacks get there; a ",
        term("Security curve", "security curve"),
        " does not.",
    )


def figure(results: Results, look: Look = LIGHT) -> go.Figure | None:
    """One panel an attack, one line a network; None without curves."""
    entries = _drawn(results)
    if not entries:
        return None
    keys = chosen.networks(entries, findings.focus_of(results))
    names = {_series(key): name for key, name in chosen.names(entries).items() if key in keys}
    places = {name: place for place, name in enumerate(names)}
    drawn = []
    for attack in chosen.attacks(entries, _PANELS):
        mine = [entry for entry in entries if entry.setting == attack.setting]
        drawn.append(_panel(attack, mine, keys, entries, results.data.priced))
    return panels.small_multiples(drawn, names, lambda key: nth(places[key], look), look)


def takeaway(results: Results) -> str:
    """At which budget half of the attacks of the most telling kind succeed, with and without."""
    entries = _drawn(results)
    asked = [entry for entry in entries if not entry.robust_accuracy] or entries
    attack = chosen.attacks(asked, 1)[0]
    mine = [entry for entry in entries if entry.setting == attack.setting]
    keys = chosen.networks(mine, findings.focus_of(results), 2)
    named = chosen.names(mine)
    told = {reading.network_key(entry): _told(entry, results) for entry in mine}
    listed = " and ".join(f"{told[key]} ({named[key]})" for key in keys)
    attacks = len({entry.setting for entry in entries})
    networks = len({entry.identity for entry in entries})
    text = (
        f"Under {attack.attack} stay right: {listed}. At smaller radii this attack did not run."
        if attack.robust_accuracy
        else f"Half of the attacks of {attack.attack} succeed with {listed}. A curve that rises "
        "later is a network whose targets, all of them counted, need more; robustness asks for "
        "the easiest target alone. An attack that fails never counts."
    )
    text += chosen.remark(min(_PANELS, attacks), attacks, "attacks")
    shown = len(chosen.networks(entries, findings.focus_of(results)))
    return text + chosen.remark(shown, networks, "networks")


def _told(entry: Curve, results: Results) -> str:
    """The budget of half of the attacks, or what stays right at the radii that ran."""
    scale = results.data.scale
    if entry.robust_accuracy:
        return ", ".join(
            f"{numbers.percent(kept.mean)} within {amount(entry.distance, radius, scale)}"
            for radius, kept in zip(entry.budget, entry.robust_accuracy, strict=True)
        )
    half = _reaches(entry, 0.5)
    return "no budget that was tried" if half is None else amount(entry.distance, half, scale)


def table(results: Results) -> Table:
    """The budget at which a share of all attacks succeeds; every point stands in results.json."""
    entries = _drawn(results)
    rows = tuple(
        (
            names.defense_of(entry),
            tables.named(entry.attack, entry.attack_params, entries),
            distances.distance(entry.distance).split(",")[0],
            *(_cell(entry, share) for share in SHARES),
            _end(entry, results),
        )
        for entry in entries
    )
    columns = (
        *("Network", "Attack", "Distance"),
        *(numbers.percent(s) for s in SHARES),
        "In the end",
    )
    exact = all(entry.quantiles or entry.robust_accuracy for entry in entries)
    how = (
        "the distance of one of the attacks"
        if exact
        else "read off a grid of budgets by an earlier version, so up to one step of it too large"
    )
    caption = (
        f"Smallest budget at which this share of attacks succeeds ({how}); “–”: never, or not "
        f"asked. L0 in {'cost' if results.data.priced else 'features'}, "
        f"other distances in {distances.own_units(results)}. In the end: the share that succeeds, "
        "and of attacks inside a ball what stays right at each radius that ran (robust accuracy). "
        "All points stand in results.json under curves."
    )
    return Table(caption, columns, rows, frozenset(range(3, 9)), grouped=True)


def _cell(entry: Curve, share: float) -> str:
    return numbers.ABSENT if entry.robust_accuracy else numbers.number(_reaches(entry, share))


def _end(entry: Curve, results: Results) -> str:
    if entry.robust_accuracy:
        return f"stay right: {_told(entry, results)}"
    between = numbers.interval(entry.low[-1], entry.high[-1])
    return f"{numbers.percent(entry.success_rate[-1])} {between}"


def _drawn(results: Results) -> list[Curve]:
    """The curves, none beyond the budget of its attack: earlier grids' last point lies past it.

    Earlier versions drew attacks inside a ball below the radius that they were given; left out.
    """
    caps: dict[tuple, float] = {}
    for row in results.summary:
        if row.budget is not None:
            caps[_attacked(row)] = max(caps.get(_attacked(row), 0), row.budget)
    entries = []
    for entry in results.curves:
        cap = caps.get(_attacked(entry), math.inf) if entry.distance == "l0" else math.inf
        inside = not measures_robustness(entry)
        if entry.budget and not (inside and not entry.robust_accuracy):
            cut = [min(at, cap) for at in entry.budget]
            entries.append(entry.model_copy(update={"budget": cut}))
    return sorted(entries, key=lambda e: (reading.network_key(e), reading.attack_key(e)))


def _attacked(entry: OfAttack) -> tuple:
    """Which network and attack, whatever the budget: a curve's parameters leave it out."""
    params = {key: value for key, value in entry.attack_params.items() if key != "budget"}
    return entry.identity, entry.attack, canonical(params)


def _series(network: tuple) -> str:
    return canonical(list(network))


def _panel(
    attack: Curve, mine: list[Curve], keys: Collection[tuple], entries: list[Curve], priced: bool
) -> panels.Small:
    shown = [entry for entry in mine if reading.network_key(entry) in keys]
    widest = max(entry.budget[-1] for entry in shown or mine)
    title = tables.named(attack.attack, attack.attack_params, entries)
    if attack.robust_accuracy:
        title = f"{title}: robust accuracy"
    drawn = tuple(
        _radii(entry) if entry.robust_accuracy else _curve(entry, widest, priced) for entry in shown
    )
    axis = "cost of the features changed" if priced and attack.distance == "l0" else None
    return panels.Small(title, drawn, axis or _AXIS[attack.distance], 1.05)


def _curve(entry: Curve, widest: float, priced: bool) -> panels.Curve:
    """The points where the rate changes, and both ends: a step line needs no others."""
    rates = entry.success_rate
    last = len(rates) - 1
    keep = [i for i in range(len(rates)) if i in (0, last) or rates[i] != rates[i - 1]]
    name = plain(names.defense_of(entry)).replace("%", "&#37;")
    x, y = [entry.budget[i] for i in keep], [rates[i] for i in keep]
    if widest > x[-1]:
        x, y = [*x, widest], [*y, y[-1]]
    unit = "%{x:.3~g}"
    if entry.distance == "l0":
        unit = f"a cost of {unit}" if priced else f"{unit} features"
    hover = f"<b>%{{y:.3~g}}{SPACE}%</b> with {unit}<br>{name}"
    series = _series(reading.network_key(entry))
    return panels.Curve(series, tuple(x), tuple(y), hover, step=True)


def _radii(entry: Curve) -> panels.Curve:
    """Robust accuracy at the radii that ran, and nothing between them but a line for the eye."""
    name = plain(names.defense_of(entry)).replace("%", "&#37;")
    hover = f"<b>%{{y:.3~g}}{SPACE}%</b> stay right within %{{x:.3~g}}<br>{name}"
    kept = entry.robust_accuracy
    return panels.Curve(
        _series(reading.network_key(entry)),
        tuple(entry.budget),
        tuple(one.mean for one in kept),
        hover,
        tuple(one.low for one in kept),
        tuple(one.high for one in kept),
    )


def _reaches(entry: Curve, share: float) -> float | None:
    """The smallest budget at which this share succeeds, or None: of the pairs where it is known."""
    for quantile in entry.quantiles:
        if quantile.share == share:
            return quantile.budget
    for budget, rate in zip(entry.budget, entry.success_rate, strict=True):
        if rate >= share:
            return budget
    return None


SECTION = Section(
    "curves",
    "Security curves: success against budget",
    label="Security curves",
    intro=intro,
    figure=figure,
    takeaway=takeaway,
    table=table,
)
