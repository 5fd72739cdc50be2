"""Attacks of other distances against temperature: small panels beside the paper's figures."""

from __future__ import annotations

import plotly.graph_objects as go

from reports.plots.look import LIGHT, Look, nth, plain
from reports.plots.panels import Curve, Small, small_multiples
from reports.prose import chosen, reading, words
from reports.sections import tables
from reports.sections.tables import Table

_PANELS = 6


def figure(results: dict, look: Look = LIGHT) -> go.Figure | None:
    """One panel an attack; None where no attack of another distance met a temperature."""
    rows = _rows(results)
    panels = [
        _panel(attack, _of(rows, attack), results) for attack in chosen.attacks(rows, _PANELS)
    ]
    return small_multiples(panels, {"only": "this attack"}, lambda _: nth(0, look), look)


def takeaway(results: dict) -> str:
    """What stays right at the lowest and the highest temperature, attack by attack."""
    rows = _rows(results)
    drawn = chosen.attacks(rows, _PANELS)
    parts = []
    for attack in drawn[:3]:
        mine = _of(rows, attack)
        first, last = mine[0], mine[-1]
        parts.append(
            f"{_name(results, attack)} {_value(first)} at the left end, {_value(last)} at "
            f"{words.at(last['temperature'])}"
        )
    text = (
        f"Distances other than counted features: {'; '.join(parts)}. Attacks inside a ball show "
        "the share of samples that stay right, others the distance that they need."
    )
    return text + chosen.remark(len(drawn), len({reading.attack_key(r) for r in rows}), "attacks")


def table(results: dict) -> Table:
    """The numbers of the panels, all attacks."""
    rows = _rows(results)
    cells = tuple(
        (
            _name(results, attack),
            words.budget(row, words.scale(results)),
            words.temperature(row["temperature"]),
            f"{_value(row)} {_interval(row)}".strip(),
        )
        for attack in chosen.attacks(rows, len(rows))
        for row in _of(rows, attack)
    )
    columns = ("Attack", "Budget", "T", "Stay right, or distance needed")
    caption = "95 % intervals in brackets, where one attempt a sample was made."
    return Table(caption, columns, cells, frozenset({3}), grouped=True)


def _rows(results: dict) -> list[dict]:
    family = reading.temperature_family(results)
    found = [row for row in results["summary"] if words.distance_of(row) != "l0"]
    found = [row for row in found if row["censored"] is not None and row["rho"] is not None]
    hot = [row for row in found if row["defense"] == family and row["temperature"] is not None]
    attacks = {reading.attack_key(row) for row in hot}
    return [r for r in found if r["defense"] == "none" and reading.attack_key(r) in attacks] + hot


def _of(rows: list[dict], attack: dict) -> list[dict]:
    key = reading.attack_key(attack)
    mine = [row for row in rows if reading.attack_key(row) == key]
    return sorted(mine, key=lambda r: -1.0 if r["temperature"] is None else r["temperature"])


def _panel(attack: dict, mine: list[dict], results: dict) -> Small:
    ball = not words.measures_robustness(attack)
    values = [_measured(row) for row in mine]
    tops = [high or value for value, _, high in values]
    curve = Curve(
        "only",
        tuple(float(i) for i in range(len(mine))),
        tuple(value for value, _, _ in values),
        tuple(
            f"<b>{plain(_value(row))}</b> {_interval(row)}<br>{plain(words.defense_of(row))}"
            for row in mine
        ),
        tuple(low for _, low, _ in values),
        tuple(high for _, _, high in values),
    )
    title = f"{_name(results, attack)}, {words.budget(attack, words.scale(results))}"
    ticks = tuple(words.temperature(row["temperature"]) for row in mine)
    top = 1.05 if ball else 1.1 * max(tops, default=1.0)
    return Small(title, (curve,), "temperature T", top, percent=ball, ticks=ticks)


def _name(results: dict, row: dict) -> str:
    return tables.named(row["attack"], row["attack_params"], results["summary"])


def _measured(row: dict) -> tuple[float, float | None, float | None]:
    if words.measures_robustness(row):
        return words.in_own_units(row) or (row["rho"], row["rho_low"], row["rho_high"])
    value, low, high = reading.held(row)
    return value or 0.0, low, high


def _value(row: dict) -> str:
    if words.measures_robustness(row):
        return words.robustness(row)
    return words.percent(row["censored"])


def _interval(row: dict) -> str:
    if words.measures_robustness(row):
        return words.robustness_interval(row)
    _, low, high = reading.held(row)
    return words.interval(low, high)
