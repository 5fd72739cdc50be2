"""Security curves: attacks that succeed against the budget; figure, sentence, table."""

from __future__ import annotations

import math

import plotly.graph_objects as go

from reports.plots.look import LIGHT, Look, nth, plain
from reports.plots.panels import Curve, Small, small_multiples
from reports.prose import chosen, findings, reading, words
from reports.sections import tables
from reports.sections.tables import Table

_PANELS = 6
_SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)
_AXIS = {
    "l0": "features changed",
    "l1": "L1: sum of changes",
    "l2": "L2: length of the change",
    "linf": "L∞: change of any feature",
}


def figure(results: dict, look: Look = LIGHT) -> go.Figure | None:
    """One panel an attack, one line a network; None without curves."""
    entries = _drawn(results)
    if not entries:
        return None
    keys = chosen.networks(entries, findings.focus_of(results))
    names = {_key(key): name for key, name in chosen.names(entries).items() if key in keys}
    places = {name: place for place, name in enumerate(names)}
    panels = []
    for attack in chosen.attacks(entries, _PANELS):
        mine = [e for e in entries if reading.attack_key(e) == reading.attack_key(attack)]
        panels.append(_panel(attack, mine, keys, entries))
    return small_multiples(panels, names, lambda key: nth(places[key], look), look)


def takeaway(results: dict) -> str:
    """At which budget half of the attacks of the most telling kind succeed, with and without."""
    entries = _drawn(results)
    attack = chosen.attacks(entries, 1)[0]
    mine = [e for e in entries if reading.attack_key(e) == reading.attack_key(attack)]
    halves = {reading.network_key(e): _reaches(e, 0.5) for e in mine}
    keys = chosen.networks(mine, findings.focus_of(results), 2)
    names = chosen.names(mine)
    said = [
        f"{words.amount(attack['distance'], half, words.scale(results))} ({names[key]})"
        if (half := halves[key]) is not None
        else f"no budget that was tried ({names[key]})"
        for key in keys
    ]
    drawn = min(_PANELS, len({reading.attack_key(e) for e in entries}))
    networks = len({reading.network_key(e) for e in entries})
    text = (
        f"Half of the attacks of {attack['attack']} succeed with {' and '.join(said)}. A curve "
        "that rises later is a network whose targets, all of them counted, need more; robustness "
        "asks for the easiest target alone. An attack that fails never counts."
    )
    text += chosen.remark(drawn, len({reading.attack_key(e) for e in entries}), "attacks")
    shown = len(chosen.networks(entries, findings.focus_of(results)))
    return text + chosen.remark(shown, networks, "networks")


def table(results: dict) -> Table:
    """The budget at which a share of all attacks succeeds; every point stands in results.json."""
    entries = _drawn(results)
    rows = tuple(
        (
            words.defense_of(entry),
            tables.named(entry["attack"], entry["attack_params"], entries),
            words.distance(entry["distance"]).split(",")[0],
            *(words.number(_reaches(entry, share)) for share in _SHARES),
            f"{words.percent(entry['success_rate'][-1])} "
            f"{words.interval(entry['low'][-1], entry['high'][-1])}",
        )
        for entry in entries
    )
    columns = ("Network", "Attack", "Distance", *(words.percent(s) for s in _SHARES), "In the end")
    caption = (
        "Smallest budget at which this share of attacks succeeds; “–”: never. L0 in features, "
        f"other distances in {words.own_units(results)}. All points stand in results.json under "
        "curves."
    )
    return Table(caption, columns, rows, frozenset(range(3, 9)), grouped=True)


def _drawn(results: dict) -> list[dict]:
    """The curves, none beyond the budget of its attack: the grid's last point lies past it."""
    caps: dict[tuple, float] = {}
    for row in results["summary"]:
        if row["budget"] is not None:
            caps[_attacked(row)] = max(caps.get(_attacked(row), 0), row["budget"])
    entries = []
    for entry in results.get("curves", []):
        cap = caps.get(_attacked(entry), math.inf) if entry["distance"] == "l0" else math.inf
        if entry["budget"]:
            entries.append({**entry, "budget": [min(at, cap) for at in entry["budget"]]})
    return sorted(entries, key=lambda e: (reading.network_key(e), reading.attack_key(e)))


def _attacked(entry: dict) -> tuple:
    """Which network and attack, whatever the budget: a curve's parameters leave it out."""
    params = {k: v for k, v in entry["attack_params"].items() if k != "budget"}
    return reading.network_key(entry), entry["attack"], reading.canonical(params)


def _key(network: tuple) -> str:
    return reading.canonical(list(network))


def _panel(attack: dict, mine: list[dict], keys: list[tuple], entries: list[dict]) -> Small:
    shown = [entry for entry in mine if reading.network_key(entry) in keys]
    widest = max(entry["budget"][-1] for entry in shown or mine)
    title = tables.named(attack["attack"], attack["attack_params"], entries)
    drawn = tuple(_curve(entry, widest) for entry in shown)
    return Small(title, drawn, _AXIS[attack["distance"]], 1.05)


def _curve(entry: dict, widest: float) -> Curve:
    """The points where the rate changes, and both ends: a step line needs no others."""
    rates = entry["success_rate"]
    last = len(rates) - 1
    keep = [i for i in range(len(rates)) if i in (0, last) or rates[i] != rates[i - 1]]
    name = plain(words.defense_of(entry)).replace("%", "&#37;")
    x, y = [entry["budget"][i] for i in keep], [rates[i] for i in keep]
    if widest > x[-1]:
        x, y = [*x, widest], [*y, y[-1]]
    unit = "%{x:.3~g} features" if entry["distance"] == "l0" else "%{x:.3~g}"
    hover = f"<b>%{{y:.3~g}}{words.SPACE}%</b> with {unit}<br>{name}"
    series = _key(reading.network_key(entry))
    return Curve(series, tuple(x), tuple(y), hover, step=True)


def _reaches(entry: dict, share: float) -> float | None:
    """The smallest budget at which this share succeeds, or None."""
    for budget, rate in zip(entry["budget"], entry["success_rate"], strict=True):
        if rate >= share:
            return budget
    return None
