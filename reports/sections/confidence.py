"""Accuracy and confidence: what a defence costs on clean data, and whether a network knows."""

from __future__ import annotations

import math

import plotly.graph_objects as go

from reports.plots.look import LIGHT, Look, nth, plain
from reports.plots.panels import Curve, Small, small_multiples
from reports.prose import chosen, findings, reading, words
from reports.sections.tables import Table

_PANELS = 6


def figure(results: dict, look: Look = LIGHT) -> go.Figure | None:
    """Reliability diagrams: accuracy against confidence; None where no network holds one."""
    known = _known(results)
    keys = chosen.networks(known, findings.focus_of(results), _PANELS)
    names = chosen.names(known)
    panels = []
    for key in keys:
        points = pooled([n["calibration"] for n in known if reading.network_key(n) == key])
        curve = Curve(
            "only",
            tuple(sure for sure, _, _ in points),
            tuple(right for _, right, _ in points),
            tuple(
                f"<b>{words.percent(right)}</b> right where {words.percent(sure)} sure<br>"
                f"{words.count(count)} samples<br>{plain(names[key])}"
                for sure, right, count in points
            ),
            weights=tuple(count for _, _, count in points),
        )
        panels.append(
            Small(names[key], (curve,), "confidence", 1.05, x_percent=True, diagonal=True)
        )
    return small_multiples(panels, {"only": "bins"}, lambda _: nth(0, look), look)


def pooled(calibrations: list[dict]) -> list[tuple[float, float, int]]:
    """Mean confidence, accuracy and count of each filled bin, all seeds together."""
    sums: dict[float, list[float]] = {}
    for one in calibrations:
        for part in one["bins"]:
            if part["count"]:
                total = sums.setdefault(part["low"], [0.0, 0.0, 0])
                total[0] += part["mean_confidence"] * part["count"]
                total[1] += part["accuracy"] * part["count"]
                total[2] += part["count"]
    return [(s / n, right / n, int(n)) for _, (s, right, n) in sorted(sums.items())]


def takeaway(results: dict) -> str:
    """How sure networks are when right and when wrong, and how far from the truth that is."""
    known = _known(results)
    focus = findings.focus_of(results)
    key = chosen.networks(known, focus, 2)[-1]
    one = next(n for n in known if reading.network_key(n) == key)
    found = one["calibration"]
    text = (
        f"On the dotted line a network is right as often as it says; larger points are more "
        f"samples. {words.defense_of(one)} is "
        f"{words.percent(found['right']['mean_confidence'])} sure when it is right"
    )
    if found["wrong"]["count"]:
        text += f" and {words.percent(found['wrong']['mean_confidence'])} when it is wrong"
    text += (
        f"; on average its confidence is off by "
        f"{words.percent(found['expected_calibration_error'])}."
    )
    drawn = len(chosen.networks(known, focus, _PANELS))
    every = len({reading.network_key(n) for n in known})
    return text + chosen.remark(drawn, every, "networks")


def table(results: dict) -> Table:
    """Accuracy and its change, calibration error, confidence on right and wrong answers."""
    networks = _ordered(results)
    rows = tuple(
        (
            words.defense_of(n),
            str(n["seed"]),
            f"{words.percent(n['accuracy'])} "
            f"{words.interval(n['accuracy_low'], n['accuracy_high'])}".strip(),
            _change(n, networks),
            *_calibration_cells(n.get("calibration")),
        )
        for n in networks
    )
    n_test = words.count(results["provenance"]["data"]["n_test"])
    caption = (
        f"n = {n_test} test samples, 95 % intervals in brackets. The change is in percentage "
        "points against the undefended network of the same seed, its interval (Newcombe) as if "
        "both had seen different samples, so rather too wide."
    )
    columns = (
        *("Network", "Seed", "Accuracy (test)", "Change, points"),
        *("Calibration error", "Confidence when right", "Confidence when wrong"),
    )
    return Table(caption, columns, rows, frozenset(range(1, 7)))


def change(network: dict, reference: dict) -> tuple[float, float, float]:
    """Accuracy of a network minus that of another, with Newcombe's interval.

    Source: Newcombe, Statistics in Medicine 17 (1998), method 10, from two Wilson intervals.
    """
    (p, p_low, p_high), (q, q_low, q_high) = (
        (n["accuracy"], n["accuracy_low"], n["accuracy_high"]) for n in (network, reference)
    )
    difference = p - q
    low = difference - math.hypot(p - p_low, q_high - q)
    return difference, low, difference + math.hypot(p_high - p, q - q_low)


def _change(network: dict, networks: list[dict]) -> str:
    if network["defense"] == "none" or not _measured(network):
        return "–"
    for other in networks:
        if other["defense"] == "none" and other["seed"] == network["seed"] and _measured(other):
            difference, low, high = (100 * value for value in change(network, other))
            return f"{difference:+.2f} [{low:+.2f}, {high:+.2f}]".replace("-", "−")
    return "–"


def _measured(network: dict) -> bool:
    return all(network[key] is not None for key in ("accuracy", "accuracy_low", "accuracy_high"))


def _calibration_cells(found: dict | None) -> tuple[str, str, str]:
    if found is None:
        return "–", "–", "–"
    right, wrong = (
        f"{words.percent(part['mean_confidence'])} {words.interval(part['low'], part['high'])}"
        for part in (found["right"], found["wrong"])
    )
    return words.percent(found["expected_calibration_error"]), right.strip(), wrong.strip()


def _ordered(results: dict) -> list[dict]:
    return sorted(
        results["provenance"]["networks"], key=lambda n: (reading.network_key(n), n["seed"])
    )


def _known(results: dict) -> list[dict]:
    return [n for n in _ordered(results) if n.get("calibration")]
