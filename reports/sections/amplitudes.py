"""How small gradients become, by powers of ten: Figure 9 of the paper, one histogram a network."""

from __future__ import annotations

from dataclasses import dataclass

import plotly.graph_objects as go

from core import defenses
from core.model.network import Amplitudes, Power, TrainedNetwork
from core.model.results import Results
from reports.plots.histograms import Bar, Histogram, histograms
from reports.plots.look import LIGHT, Look, plain
from reports.prose import chosen, findings, names, numbers, reading, zero
from reports.prose.table import Table
from reports.sections.blocks import Block, said
from reports.sections.networks import one_by_one
from reports.sections.section import Section

_ROWS = 12


@dataclass(frozen=True)
class Measured:
    """A network and the sizes of its gradients."""

    network: TrainedNetwork
    found: Amplitudes

    @property
    def name(self) -> str:
        """The network for people."""
        return names.defense_of(self.network)


def intro(results: Results) -> tuple[Block, ...]:
    """What a histogram holds."""
    return said(
        "The measure of Figure 9 of the paper, computed in log space, where nothing vanishes. Each "
        "histogram holds the samples of one network by the size of their largest gradient entry."
    )


def figure(results: Results, look: Look = LIGHT) -> go.Figure | None:
    """Histograms over powers of ten, one below the other; None where none was measured."""
    known = _known(results)
    every = [one.network for one in known]
    keys = chosen.networks(every, findings.focus_of(results), _ROWS)
    shown = [next(one for one in known if reading.network_key(one.network) == k) for k in keys]
    rows = [Histogram(one.name, tuple(_bar(one, part) for part in one.found.bins)) for one in shown]
    return histograms(rows, zero.power(results), "largest gradient entry of a sample", look)


def _bar(one: Measured, part: Power) -> Bar:
    text = (
        f"<b>{numbers.percent(part.share)}</b> at 10<sup>{_power(part.power)}</sup><br>"
        f"{plain(one.name)}"
    )
    return Bar(part.power, part.share, text)


def takeaway(results: Results) -> str:
    """By how many powers of ten a defence shrinks gradients, and how many vanish in float32."""
    medians = [
        (one, one.found.median_power)
        for one in _known(results)
        if one.found.median_power is not None
    ]
    base = next(((one, at) for one, at in medians if one.network.identity.undefended), None)
    medians = [
        pair for pair in medians if not defenses.facts(pair[0].network.defense).is_broken
    ] or medians
    if not medians:
        return "Every gradient is exactly zero, even in log space."
    least, power = min(medians, key=lambda pair: (pair[1], reading.network_key(pair[0].network)))
    text = f"The middle sample of {least.name} has a gradient of 10 to the {power:.0f}".replace(
        "-", "−"
    )
    if base is not None and base[0] is not least:
        text += f", without a defence 10 to the {base[1]:.0f}".replace("-", "−")
    lost = numbers.percent(least.found.zero_in_float32)
    text += (
        f"; the gradients of {lost} of the test inputs looked at are too small for a 32-bit number "
        f"({zero.limit(results)}). This is {zero.PREDICTED}."
    )
    every = [one.network for one, _ in medians]
    shown = len(chosen.networks(every, findings.focus_of(results), _ROWS))
    return text + chosen.remark(shown, len({one.identity for one in every}), "networks")


def table(results: Results) -> Table:
    """Median power, what vanishes in float32, and the histogram in words."""
    rows = tuple(
        (
            one.name,
            str(one.network.seed),
            _power(one.found.median_power),
            numbers.percent(one.found.zero_in_float32),
            numbers.count(one.found.samples),
            ", ".join(
                f"{_power(part.power)}: {numbers.percent(part.share)}" for part in one.found.bins
            ),
        )
        for one in _known(results)
    )
    columns = (
        *("Network", "Seed", "Median", f"Zero gradient ({zero.PREDICTED})", "n"),
        "Share at each power of ten",
    )
    caption = (
        "Powers of ten of the largest entry of the probabilities' gradient towards any wrong "
        f"class, computed in log space, where nothing vanishes. A 32-bit number is 0 "
        f"{zero.limit(results)}. {zero.DIFFER}"
    )
    return Table(caption, columns, rows, frozenset({1, 2, 3, 4}))


def _power(power: float | None) -> str:
    return "below −45" if power is None else f"{power:.0f}".replace("-", "−")


def _known(results: Results) -> list[Measured]:
    """Networks of which gradients were measured, one a seed, in a fixed order."""
    return [
        Measured(network, network.amplitudes)
        for network in one_by_one(results)
        if network.amplitudes is not None and network.amplitudes.bins
    ]


SECTION = Section(
    "amplitudes",
    "How small gradients become",
    intro=intro,
    figure=figure,
    takeaway=takeaway,
    table=table,
)
