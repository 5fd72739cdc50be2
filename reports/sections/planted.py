"""Who finds the hidden example: the positive control of every attack on every network."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go

from core.model.identity import NetworkId
from core.model.results import Results
from core.model.rows import Planted, SummaryRow
from reports.plots.dots import Panel, dot_plot
from reports.plots.look import LIGHT, Look
from reports.prose import names, numbers, phrases, planted, reading
from reports.prose.table import Table
from reports.sections import dotted
from reports.sections.blocks import Block, said
from reports.sections.section import Section
from reports.sections.tables import attack_of


def intro(results: Results) -> tuple[Block, ...]:
    """What was planted, and what it means not to find it."""
    return said(
        "In a copy of each network an adversarial example was planted near each of these inputs, "
        "within the change that the attack may make: the network itself was kept, only its last "
        "layer was replaced by one that calls this point another class, and none of 100 points "
        "drawn within, with logits as large as the network's own. It is there by construction: "
        "an attack that misses it is blind or too weak here, and that it fails on other inputs is "
        "no evidence."
    )


def figure(results: Results, look: Look = LIGHT) -> go.Figure | None:
    """Share of the planted examples that each attack found in each network."""
    found = {(row.identity, row.setting): one for row, one in planted.entries(results)}
    if not found:
        return None
    rows = dotted.drawn_attacks([row for row, _ in planted.entries(results)])
    dots = tuple(
        dotted.dot(row, share, (one.low, one.high), planted.count(one))
        for row in rows
        if (one := found[row.identity, row.setting]) and (share := one.share) is not None
    )
    called, styles = dotted.names(results, rows), dotted.styles(rows, look)
    return dot_plot([Panel("Share of planted examples found", dots, 1.0)], called, styles, look)


def takeaway(results: Results) -> str:
    """Which attacks are blind, and where."""
    found = planted.entries(results)
    if not found:
        return ""
    unseeing = [(row, one) for row, one in found if planted.blind(results, row)]
    untold = sum(not planted.told(results, row) for row, _ in found)
    if not unseeing and untold:
        return (
            f"No attack was seen to be blind; in {numbers.count(untold)} of "
            f"{numbers.count(len(found))} cases the test was too small or too easy to tell."
        )
    if not unseeing:
        worst, least = min(found, key=lambda pair: pair[1].share or 0.0)
        return (
            "No attack was blind on any network: the fewest that one found are "
            f"{planted.count(least)} ({worst.attack}, {names.defense_in_sentence(worst)})."
        )
    worst, least = min(
        unseeing, key=lambda pair: (pair[1].share or 0.0, reading.network_key(pair[0]))
    )
    return (
        f"{_where(results, [row for row, _ in unseeing])}. Of the examples planted in "
        f"“{names.defense_of(worst)}” {worst.attack} found {planted.count(least)}."
    )


def _where(results: Results, rows: list[SummaryRow]) -> str:
    """ "jsma-f is blind on 5 networks, jsma-f64 on one; pgd is weaker on one network"."""
    by_word: dict[str, dict[str, set[NetworkId]]] = {}
    for row in rows:
        networks = by_word.setdefault(planted.called(results, row), {})
        networks.setdefault(row.attack, set()).add(row.identity)
    return "; ".join(_named(word, by_word[word]) for word in sorted(by_word))


def _named(word: str, found: Mapping[str, set[NetworkId]]) -> str:
    parts = []
    for attack, networks in found.items():
        where = f"{numbers.count(len(networks))} networks" if len(networks) > 1 else "one network"
        parts.append(f"{attack} {'on' if parts else f'is {word} on'} {where}")
    return phrases.listing(parts)


def table(results: Results) -> Table | None:
    """Planted examples found, by network and attack."""
    known = {(one.identity, one.setting): one for one in results.planted}
    rows = []
    for row in dotted.ordered(list(results.summary)):
        one = known.get((row.identity, row.setting))
        if one is None:
            continue
        chance = "–" if one.by_chance is None else numbers.percent(one.by_chance)
        rows.append(
            (
                names.defense_of(row),
                attack_of(results, row),
                planted.count(one) if one.of else f"not run: {one.reason}",
                numbers.interval(one.low, one.high) if one.of else "–",
                chance,
                _remark(results, row, one),
            )
        )
    if not rows:
        return None
    columns = ("Network", "Attack", "Found", "95 %", "Random points that hit", "Remark")
    return Table("Planted examples", columns, tuple(rows), frozenset({3, 4}), grouped=True)


def _remark(results: Results, row: SummaryRow, one: Planted) -> str:
    if planted.blind(results, row):
        return planted.called(results, row)
    return f"not in every seed: {one.reason}" if one.of and one.reason else "–"


def body(results: Results) -> tuple[Block, ...]:
    """That nothing was planted, where the run was told so."""
    if results.spec.get("planted") != 0:
        return ()
    return said(
        "No example was planted in this run (planted: 0). Nothing shows whether its attacks could "
        "have found one."
    )


SECTION = Section(
    "planted",
    "Who finds the hidden example?",
    label="The hidden example",
    intro=intro,
    figure=figure,
    takeaway=takeaway,
    table=table,
    body=body,
)
