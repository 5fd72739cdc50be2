"""Is a network as often right as it is sure? Reliability diagrams, and accuracy's change."""

from __future__ import annotations

import math

import plotly.graph_objects as go

from core.model.network import Answers, Calibration, TrainedNetwork
from core.model.results import Results
from reports.plots.look import LIGHT, Look, nth, plain
from reports.plots.panels import Curve, Small, small_multiples
from reports.prose import chosen, findings, names, numbers, reading
from reports.prose.table import Table
from reports.sections.networks import accuracy, one_by_one
from reports.sections.section import Section

_PANELS = 6

Measured = tuple[float, float, float]
"""An accuracy with both ends of its interval."""


def figure(results: Results, look: Look = LIGHT) -> go.Figure | None:
    """Reliability diagrams: accuracy against confidence; None where no network holds one."""
    known = _known(results)
    networks = [network for network, _ in known]
    names = chosen.names(networks)
    panels = []
    for key in chosen.networks(networks, findings.focus_of(results), _PANELS):
        points = pooled([found for n, found in known if reading.network_key(n) == key])
        curve = Curve(
            "only",
            tuple(sure for sure, _, _ in points),
            tuple(right for _, right, _ in points),
            tuple(
                f"<b>{numbers.percent(right)}</b> right where {numbers.percent(sure)} sure<br>"
                f"{numbers.count(count)} samples<br>{plain(names[key])}"
                for sure, right, count in points
            ),
            weights=tuple(count for _, _, count in points),
        )
        panels.append(
            Small(names[key], (curve,), "confidence", 1.05, x_percent=True, diagonal=True)
        )
    return small_multiples(panels, {"only": "bins"}, lambda _: nth(0, look), look)


def pooled(calibrations: list[Calibration]) -> list[tuple[float, float, int]]:
    """Mean confidence, accuracy and count of each filled bin, all seeds together."""
    sums: dict[float, tuple[float, float, int]] = {}
    for part in (part for one in calibrations for part in one.bins):
        if part.count and part.mean_confidence is not None and part.accuracy is not None:
            sure, right, n = sums.get(part.low, (0.0, 0.0, 0))
            sums[part.low] = (
                sure + part.mean_confidence * part.count,
                right + part.accuracy * part.count,
                n + part.count,
            )
    return [(sure / n, right / n, n) for _, (sure, right, n) in sorted(sums.items())]


def takeaway(results: Results) -> str:
    """How sure networks are when right and when wrong, and how far from the truth that is."""
    known = _known(results)
    networks = [network for network, _ in known]
    focus = findings.focus_of(results)
    key = chosen.networks(networks, focus, 2)[-1]
    one, found = next(pair for pair in known if reading.network_key(pair[0]) == key)
    text = (
        "On the dotted line a network is right as often as it says; larger points are more "
        f"samples. {names.defense_of(one)} is "
        f"{numbers.percent(found.right.mean_confidence)} sure when it is right"
    )
    if found.wrong.count:
        text += f" and {numbers.percent(found.wrong.mean_confidence)} when it is wrong"
    text += f"; on average its confidence is off by {_error(found)}."
    drawn = len(chosen.networks(networks, focus, _PANELS))
    every = len({network.identity for network in networks})
    return text + chosen.remark(drawn, every, "networks")


def table(results: Results) -> Table:
    """Accuracy and its change, calibration error, confidence on right and wrong answers."""
    networks = one_by_one(results)
    rows = tuple(
        (
            names.defense_of(n),
            str(n.seed),
            accuracy(n),
            _change(n, networks),
            *_calibration_cells(n.calibration),
        )
        for n in networks
    )
    caption = (
        f"n = {numbers.count(results.data.n_test)} test samples, 95 % intervals in brackets, each "
        "about this one network."
    )
    if results.has_reference:
        caption += (
            " The change is in percentage points against the undefended network of the same seed, "
            f"{_paired(networks)}."
        )
    columns = (
        *("Network", "Seed", "Accuracy (test)", "Change, points"),
        *("Calibration error", "Confidence when right", "Confidence when wrong"),
    )
    made = Table(caption, columns, rows, frozenset(range(1, 7)))
    return made if results.has_reference else made.without("Change, points")


def _paired(networks: list[TrainedNetwork]) -> str:
    """How the change was measured; one without its answers input by input is not paired."""
    defended = [one for one in networks if not one.identity.undefended]
    if all(one.accuracy_change is not None for one in defended):
        return "paired: both answered the same inputs"
    return (
        "not paired where the two networks' answers to each input were not kept: the interval "
        "(Newcombe) is then that of different inputs, rather too wide, and no difference is "
        "called detected"
    )


def change(one: Measured, reference: Measured) -> Measured:
    """Accuracy of a network minus that of another, as if they had seen different inputs.

    Source: Newcombe, Statistics in Medicine 17 (1998), 873-890, from the interval of each.
    """
    (p, p_low, p_high), (q, q_low, q_high) = one, reference
    difference = p - q
    low = difference - math.hypot(p - p_low, q_high - q)
    return difference, low, difference + math.hypot(p_high - p, q - q_low)


def _change(network: TrainedNetwork, networks: list[TrainedNetwork]) -> str:
    mine = _measured(network)
    if network.identity.undefended or mine is None:
        return "–"
    known = network.accuracy_change
    if known is not None:
        return _points(known.difference, known.low, known.high)
    for other in networks:
        theirs = _measured(other)
        if other.identity.undefended and other.seed == network.seed and theirs is not None:
            return _points(*change(mine, theirs))
    return "–"


def _points(difference: float, low: float, high: float) -> str:
    said = f"{100 * difference:+.2f} [{100 * low:+.2f}, {100 * high:+.2f}]"
    return said.replace("-", "−")


def _measured(network: TrainedNetwork) -> Measured | None:
    if network.accuracy is None or network.accuracy_low is None or network.accuracy_high is None:
        return None
    return network.accuracy, network.accuracy_low, network.accuracy_high


def _calibration_cells(found: Calibration | None) -> tuple[str, str, str]:
    if found is None:
        return "–", "–", "–"
    return _error(found), _sure(found.right), _sure(found.wrong)


def _error(found: Calibration) -> str:
    return numbers.percent(found.expected_calibration_error)


def _sure(answers: Answers) -> str:
    between = numbers.interval(answers.low, answers.high)
    return f"{numbers.percent(answers.mean_confidence)} {between}".strip()


def _known(results: Results) -> list[tuple[TrainedNetwork, Calibration]]:
    return [(n, n.calibration) for n in one_by_one(results) if n.calibration is not None]


SECTION = Section(
    "confidence",
    "Is a network as often right as it is sure?",
    figure=figure,
    takeaway=takeaway,
    table=table,
)
