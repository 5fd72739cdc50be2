"""Would a detector notice? What an anomaly detector makes of the adversarial examples."""

from __future__ import annotations

from dataclasses import dataclass

import plotly.graph_objects as go

from core.canonical import canonical
from core.metrics.noticed import FEWEST
from core.model.detection import Detection, DetectionBin
from core.model.results import Results
from reports.plots.dots import Dot, Panel, dot_plot
from reports.plots.look import LIGHT, Look, nth, plain
from reports.prose import chosen, findings, names, numbers, reading
from reports.prose.table import Table
from reports.sections import tables
from reports.sections.blocks import Block, said
from reports.sections.section import Section

_ATTACKS, _NETWORKS = 12, 3


_DETECTOR = "probabilistic PCA"


@dataclass(frozen=True)
class Size:
    """Changes between two edges, how many succeeded, and how many of these were noticed."""

    low: float
    high: float
    pairs: int
    noticed: int | None


@dataclass(frozen=True)
class Pooled:
    """One attack on one network: the successes of all seeds together.

    Args: of: one of the entries behind it. pairs: successes. noticed: how many of them; None: not
        known. low, high: the widest of the seeds' intervals.
    """

    of: Detection
    noticed: int | None
    pairs: int
    low: float | None
    high: float | None
    sizes: tuple[Size, ...]

    @property
    def share(self) -> float | None:
        """Of the successes, how many were noticed; None where they are too few to say."""
        return _share(self.noticed, self.pairs)


def intro(results: Results) -> tuple[Block, ...]:
    """What the detector learned, and what it is asked."""
    return said(
        f"An anomaly detector ({_DETECTOR}: how likely an input is among the directions in which "
        "clean training data vary) is asked about each adversarial example that fooled the network."
    )


def figure(results: Results, look: Look = LIGHT) -> go.Figure | None:
    """Share of successes that the detector flags: one row an attack, one mark a network."""
    entries = [entry for entry in pooled(results) if entry.share is not None]
    every = [entry.of for entry in entries]
    keys = chosen.networks(every, findings.focus_of(results), _NETWORKS)
    names = {canonical(list(k)): v for k, v in chosen.names(every).items() if k in keys}
    dots = tuple(
        _dot(entry, entry.share, _name(every, attack))
        for attack in chosen.attacks(every, _ATTACKS)
        for entry in entries
        if entry.share is not None
        and entry.of.setting == attack.setting
        and reading.network_key(entry.of) in keys
    )
    if not dots:
        return None
    alarms = every[0].false_alarms
    line = (alarms, f"false alarms: {numbers.percent(alarms)}")
    panel = Panel(f"Successful attacks that {_DETECTOR} notices", dots, 1.0, line=line)
    places = {key: i for i, key in enumerate(names)}
    return dot_plot([panel], names, lambda key: nth(places[key], look), look)


def _dot(entry: Pooled, share: float, row: str) -> Dot:
    text = (
        f"<b>{numbers.percent(share)}</b> {numbers.interval(entry.low, entry.high)} "
        f"noticed<br>{plain(names.defense_of(entry.of))}<br>{numbers.count(entry.pairs)} successes"
    )
    series = canonical(list(reading.network_key(entry.of)))
    return Dot(row, series, share, entry.low, entry.high, text)


def takeaway(results: Results) -> str:
    """Which attack is noticed least and which most, among those with enough successes to say."""
    every = pooled(results)
    known = [(entry.share, entry) for entry in every if entry.share is not None]
    few = f"fewer than {FEWEST} successes"
    if not known:
        return f"No attack is said to be noticed or not: each has {few}, or less is known."
    least = min(known, key=lambda pair: (pair[0], reading.attack_key(pair[1].of)))[1]
    most = max(known, key=lambda pair: (pair[0], reading.attack_key(pair[1].of)))[1]
    text = (
        f"{_DETECTOR[0].upper()}{_DETECTOR[1:]}, set to at most "
        f"{numbers.percent(least.of.false_alarms)} false alarms on clean inputs, notices "
    )
    if least is most:
        text += f"{_said(least)}. "
    else:
        text += f"least of {_said(least)}, and most of {_said(most)}. "
    text += "These attacks did not try to hide from it; one that does would be noticed less."
    if len(known) < len(every):
        text += f" Left out: {len(every) - len(known)} with {few}, or of which too little is known."
    entries = [entry.of for _, entry in known]
    shown = len(chosen.networks(entries, findings.focus_of(results), _NETWORKS))
    return text + chosen.remark(shown, len({one.identity for one in entries}), "networks")


def _said(entry: Pooled) -> str:
    """An attack on a network and its share: "jsma-f on Distillation, T = 20: 91 % [88, 94]"."""
    share = f"{numbers.percent(entry.share)} {numbers.interval(entry.low, entry.high)}".strip()
    return f"{entry.of.attack} on {names.defense_in_sentence(entry.of)} ({share})"


def table(results: Results) -> Table:
    """Every attack on every network, seeds together, and by size of the change."""
    rows = tuple(
        (
            names.defense_of(entry.of),
            _name(results.detection, entry.of),
            f"{numbers.percent(entry.share)} {numbers.interval(entry.low, entry.high)}".strip(),
            numbers.count(entry.pairs),
            "; ".join(map(_by_size, entry.sizes)),
        )
        for entry in pooled(results)
    )
    columns = ("Network", "Attack", "Noticed", "Successes", "Noticed by size of the change")
    caption = (
        f"Detector: {_DETECTOR}. Noticed: of all successes of an attack, not averaged over "
        f"inputs; “–” with fewer than {FEWEST} successes, or of an earlier version that averaged. "
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
    pairs, noticed = sum(one.pairs for one in mine), _sum([one.noticed for one in mine])
    known = _share(noticed, pairs) is not None
    lows = [one.low for one in mine if one.low is not None]
    highs = [one.high for one in mine if one.high is not None]
    return Pooled(
        mine[0],
        noticed,
        pairs,
        min(lows, default=None) if known else None,
        max(highs, default=None) if known else None,
        _sizes(mine),
    )


def _sizes(entries: list[Detection]) -> tuple[Size, ...]:
    """Successes of each size and how many were noticed, all seeds together."""
    parts: dict[tuple[float, float], list[DetectionBin]] = {}
    for part in (part for entry in entries for part in entry.bins):
        parts.setdefault((part.low_edge, part.high_edge), []).append(part)
    return tuple(
        Size(*edges, sum(one.pairs for one in found), _sum([one.noticed for one in found]))
        for edges, found in sorted(parts.items())
    )


def _by_size(size: Size) -> str:
    share = _share(size.noticed, size.pairs)
    told = f"{numbers.count(size.pairs)} successes" if share is None else numbers.percent(share)
    return f"{numbers.percent(size.low)} to {numbers.percent(size.high)}: {told}"


def _sum(counts: list[int | None]) -> int | None:
    """All together; None where one is not known."""
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def _share(noticed: int | None, pairs: int) -> float | None:
    return None if noticed is None or pairs < FEWEST else noticed / pairs


SECTION = Section(
    "detection",
    "Would a detector notice?",
    intro=intro,
    figure=figure,
    takeaway=takeaway,
    table=table,
)
