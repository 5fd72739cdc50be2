"""Would a detector notice? What an anomaly detector makes of the adversarial examples."""

from __future__ import annotations

import plotly.graph_objects as go

from reports.plots.dots import Dot, Panel, dot_plot
from reports.plots.look import LIGHT, Look, nth, plain
from reports.prose import chosen, findings, reading, words
from reports.sections import tables
from reports.sections.tables import Table

_ATTACKS, _NETWORKS = 12, 3


def figure(results: dict, look: Look = LIGHT) -> go.Figure | None:
    """Share of successes that the detector flags: one row an attack, one mark a network."""
    entries = _pooled(results)
    keys = chosen.networks(entries, findings.focus_of(results), _NETWORKS)
    names = {reading.canonical(list(k)): v for k, v in chosen.names(entries).items() if k in keys}
    attacks = chosen.attacks(entries, _ATTACKS)
    rows = {reading.attack_key(a): _name(entries, a) for a in attacks}
    dots = tuple(
        Dot(
            rows[reading.attack_key(e)],
            reading.canonical(list(reading.network_key(e))),
            e["detected"],
            e["low"],
            e["high"],
            f"<b>{words.percent(e['detected'])}</b> {words.interval(e['low'], e['high'])} noticed"
            f"<br>{plain(words.defense_of(e))}<br>{words.count(e['pairs'])} successes",
        )
        for attack in attacks
        for e in entries
        if reading.attack_key(e) == reading.attack_key(attack) and reading.network_key(e) in keys
    )
    if not dots:
        return None
    alarms = entries[0]["false_alarms"]
    line = (alarms, f"false alarms: {words.percent(alarms)}")
    panel = Panel("Successful attacks that the detector notices", dots, 1.0, line=line)
    places = {key: i for i, key in enumerate(names)}
    return dot_plot([panel], names, lambda key: nth(places[key], look), look)


def takeaway(results: dict) -> str:
    """The attack that is noticed least, and the one noticed most."""
    entries = _pooled(results)
    least = min(entries, key=lambda e: (e["detected"], reading.attack_key(e)))
    most = max(entries, key=lambda e: (e["detected"], reading.attack_key(e)))
    text = (
        f"A detector that raises {words.percent(least['false_alarms'])} false alarms on clean "
        f"data notices between {words.percent(least['detected'])} ({least['attack']}) and "
        f"{words.percent(most['detected'])} ({most['attack']}) of the attacks that succeeded. "
        "These attacks did not try to hide from it; one that does would be noticed less."
    )
    keys = {reading.network_key(e) for e in entries}
    shown = len(chosen.networks(entries, findings.focus_of(results), _NETWORKS))
    return text + chosen.remark(shown, len(keys), "networks")


def table(results: dict) -> Table:
    """Every attack on every network, seeds together, and by size of the change."""
    entries = results.get("detection", [])
    rows = tuple(
        (
            words.defense_of(e),
            _name(entries, e),
            _rate(e),
            words.count(e["pairs"]),
            "; ".join(
                f"{words.percent(low)} to {words.percent(high)}: {words.percent(rate)}"
                for low, high, rate in e["by_size"]
            ),
        )
        for e in _pooled(results)
    )
    columns = ("Network", "Attack", "Noticed", "Successes", "Noticed by size of the change")
    caption = (
        "95 % intervals in brackets, the widest of the seeds. The size of the change is a share of "
        "the largest distance that two inputs can have. Seeds one by one: results.json, detection."
    )
    return Table(caption, columns, rows, frozenset({2, 3}), grouped=True)


def _rate(entry: dict) -> str:
    between = words.interval(entry["low"], entry["high"])
    return f"{words.percent(entry['detected'])} {between}".strip()


def _name(entries: list[dict], row: dict) -> str:
    return tables.named(row["attack"], row["attack_params"], entries)


def _pooled(results: dict) -> list[dict]:
    """One entry a network and attack: seeds averaged, over the widest of their intervals."""
    groups: dict[tuple, list[dict]] = {}
    for entry in results.get("detection", []):
        key = (reading.network_key(entry), reading.attack_key(entry))
        groups.setdefault(key, []).append(entry)
    found = []
    for key in sorted(groups):
        mine = groups[key]
        pairs = sum(e["pairs"] for e in mine)
        rate = sum(e["detected"] * e["pairs"] for e in mine) / max(1, pairs)
        low, high = min(e["low"] for e in mine), max(e["high"] for e in mine)
        pooled = {"detected": rate, "low": low, "high": high, "pairs": pairs}
        found.append(mine[0].model_copy(update={**pooled, "by_size": _by_size(mine)}))
    return found


def _by_size(entries: list[dict]) -> list[tuple[float, float, float]]:
    """Lower edge, upper edge and detection rate of each size, seeds averaged by successes."""
    sums: dict[tuple[float, float], list[float]] = {}
    for part in (part for entry in entries for part in entry["bins"]):
        total = sums.setdefault((part["low_edge"], part["high_edge"]), [0.0, 0.0])
        total[0] += part["detected"] * part["pairs"]
        total[1] += part["pairs"]
    return [(*edges, noticed / max(1.0, n)) for edges, (noticed, n) in sorted(sums.items())]
