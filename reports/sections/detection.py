"""Would a detector notice? What an anomaly detector makes of the adversarial examples."""

from __future__ import annotations

from dataclasses import dataclass

import plotly.graph_objects as go

from core.canonical import canonical
from core.model.results import Results
from core.model.rows import Detection
from reports.plots.dots import Dot, Panel, dot_plot
from reports.plots.look import LIGHT, Look, nth, plain
from reports.prose import chosen, findings, numbers, reading
from reports.prose import names as called
from reports.prose.table import Table
from reports.sections import tables
from reports.sections.blocks import Block, said
from reports.sections.section import Section

_ATTACKS, _NETWORKS = 12, 3


@dataclass(frozen=True)
class Size:
    """Changes between two edges, and the share of them that was noticed."""

    low: float
    high: float
    noticed: float


@dataclass(frozen=True)
class Pooled:
    """One attack on one network: seeds averaged, over the widest of their intervals.

    Args: of: one of the entries behind it. pairs: successes of all seeds.
    """

    of: Detection
    detected: float
    low: float
    high: float
    pairs: int
    sizes: tuple[Size, ...]


def intro(results: Results) -> tuple[Block, ...]:
    """What the detector learned, and what it is asked."""
    return said(
        "An anomaly detector learned what clean training data look like, and is asked about each "
        "adversarial example that fooled the network."
    )


def figure(results: Results, look: Look = LIGHT) -> go.Figure | None:
    """Share of successes that the detector flags: one row an attack, one mark a network."""
    entries = pooled(results)
    every = [entry.of for entry in entries]
    keys = chosen.networks(every, findings.focus_of(results), _NETWORKS)
    names = {canonical(list(k)): v for k, v in chosen.names(every).items() if k in keys}
    dots = tuple(
        _dot(entry, _name(every, attack))
        for attack in chosen.attacks(every, _ATTACKS)
        for entry in entries
        if entry.of.setting == attack.setting and reading.network_key(entry.of) in keys
    )
    if not dots:
        return None
    alarms = every[0].false_alarms
    line = (alarms, f"false alarms: {numbers.percent(alarms)}")
    panel = Panel("Successful attacks that the detector notices", dots, 1.0, line=line)
    places = {key: i for i, key in enumerate(names)}
    return dot_plot([panel], names, lambda key: nth(places[key], look), look)


def _dot(entry: Pooled, row: str) -> Dot:
    between = numbers.interval(entry.low, entry.high)
    text = (
        f"<b>{numbers.percent(entry.detected)}</b> {between} noticed"
        f"<br>{plain(called.defense_of(entry.of))}<br>{numbers.count(entry.pairs)} successes"
    )
    series = canonical(list(reading.network_key(entry.of)))
    return Dot(row, series, entry.detected, entry.low, entry.high, text)


def takeaway(results: Results) -> str:
    """The attack that is noticed least, and the one noticed most."""
    entries = pooled(results)
    least = min(entries, key=lambda e: (e.detected, reading.attack_key(e.of)))
    most = max(entries, key=lambda e: (e.detected, reading.attack_key(e.of)))
    text = (
        f"A detector that raises {numbers.percent(least.of.false_alarms)} false alarms on clean "
        f"data notices between {numbers.percent(least.detected)} ({least.of.attack}) and "
        f"{numbers.percent(most.detected)} ({most.of.attack}) of the attacks that succeeded. "
        "These attacks did not try to hide from it; one that does would be noticed less."
    )
    every = [entry.of for entry in entries]
    shown = len(chosen.networks(every, findings.focus_of(results), _NETWORKS))
    return text + chosen.remark(shown, len({one.identity for one in every}), "networks")


def table(results: Results) -> Table:
    """Every attack on every network, seeds together, and by size of the change."""
    rows = tuple(
        (
            called.defense_of(entry.of),
            _name(results.detection, entry.of),
            f"{numbers.percent(entry.detected)} {numbers.interval(entry.low, entry.high)}".strip(),
            numbers.count(entry.pairs),
            "; ".join(
                f"{numbers.percent(size.low)} to {numbers.percent(size.high)}: "
                f"{numbers.percent(size.noticed)}"
                for size in entry.sizes
            ),
        )
        for entry in pooled(results)
    )
    columns = ("Network", "Attack", "Noticed", "Successes", "Noticed by size of the change")
    caption = (
        "95 % intervals in brackets, the widest of the seeds. The size of the change is a share of "
        "the largest distance that two inputs can have. Seeds one by one: results.json, detection."
    )
    return Table(caption, columns, rows, frozenset({2, 3}), grouped=True)


def _name(entries: list[Detection], row: Detection) -> str:
    return tables.named(row.attack, row.attack_params, entries)


def pooled(results: Results) -> list[Pooled]:
    """One entry a network and attack, in a fixed order."""
    groups: dict[tuple, list[Detection]] = {}
    for entry in results.detection:
        key = (reading.network_key(entry), reading.attack_key(entry))
        groups.setdefault(key, []).append(entry)
    return [_pooled(groups[key]) for key in sorted(groups)]


def _pooled(mine: list[Detection]) -> Pooled:
    pairs = sum(one.pairs for one in mine)
    rate = sum(one.detected * one.pairs for one in mine) / max(1, pairs)
    low, high = min(one.low for one in mine), max(one.high for one in mine)
    return Pooled(mine[0], rate, low, high, pairs, _by_size(mine))


def _by_size(entries: list[Detection]) -> tuple[Size, ...]:
    """Detection rate of each size, seeds averaged by successes."""
    sums: dict[tuple[float, float], list[float]] = {}
    for part in (part for entry in entries for part in entry.bins):
        total = sums.setdefault((part.low_edge, part.high_edge), [0.0, 0.0])
        total[0] += part.detected * part.pairs
        total[1] += part.pairs
    return tuple(
        Size(*edges, noticed / max(1.0, n)) for edges, (noticed, n) in sorted(sums.items())
    )


SECTION = Section(
    "detection",
    "Would a detector notice?",
    intro=intro,
    figure=figure,
    takeaway=takeaway,
    table=table,
)
