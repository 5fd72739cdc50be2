"""Other distances, against temperature: small panels beside the paper's figures."""

from __future__ import annotations

import plotly.graph_objects as go

from core.model.results import Results
from core.model.rows import SummaryRow
from core.wording import Scale
from reports.plots.look import LIGHT, Look, nth, plain
from reports.plots.panels import Curve, Small, small_multiples
from reports.prose import by_temperature, chosen, counted, distances, names, numbers, reading
from reports.prose.table import Table
from reports.sections.blocks import Block, said
from reports.sections.glossary import term
from reports.sections.section import Section
from reports.sections.tables import attack_of

_PANELS = 6


def intro(results: Results) -> tuple[Block, ...]:
    """Why there is more than the paper's distance."""
    return said(
        "The paper counts changed features. The same networks under attacks that keep another ",
        term("Distance", "distance"),
        " small:",
    )


def figure(results: Results, look: Look = LIGHT) -> go.Figure | None:
    """One panel an attack; None where no attack of another distance met a temperature."""
    rows = _rows(results)
    panels = [
        _panel(results, attack, _of(rows, attack)) for attack in chosen.attacks(rows, _PANELS)
    ]
    return small_multiples(panels, {"only": "this attack"}, lambda _: nth(0, look), look)


def takeaway(results: Results) -> str:
    """What stays right at the lowest and the highest temperature, attack by attack."""
    rows = _rows(results)
    drawn = chosen.attacks(rows, _PANELS)
    parts, scale = [], results.data.scale
    for attack in drawn[:3]:
        mine = _of(rows, attack)
        first, last = mine[0], mine[-1]
        end = "the right end" if last.temperature is None else numbers.at(last.temperature)
        parts.append(
            f"{attack_of(results, attack)} {_value(first, scale)} at the left end, "
            f"{_value(last, scale)} at {end}"
        )
    text = (
        f"Distances other than counted features: {'; '.join(parts)}. Attacks inside a ball show "
        "the share of attacked samples that stay right, others the distance that they need."
    )
    return text + chosen.remark(len(drawn), len({reading.attack_key(r) for r in rows}), "attacks")


def table(results: Results) -> Table:
    """The numbers of the panels, all attacks."""
    rows = _rows(results)
    cells = tuple(
        (
            attack_of(results, attack),
            distances.budget(row, results.data.scale),
            numbers.temperature(row.temperature),
            f"{_value(row)} {_interval(row)}".strip(),
        )
        for attack in chosen.attacks(rows, len(rows))
        for row in _of(rows, attack)
    )
    columns = ("Attack", "Budget", "T", "Stay right, or distance needed")
    caption = "95 % intervals in brackets, where one attempt a sample was made."
    caption += distances.remark(results)
    return Table(caption, columns, cells, frozenset({3}), grouped=True)


def _rows(results: Results) -> list[SummaryRow]:
    family = by_temperature.temperature_family(results)
    found = [row for row in results.summary if row.distance != "l0"]
    found = [row for row in found if reading.value(row, reading.compared_by(row)) is not None]
    found = [row for row in found if row.censored is not None]
    hot = [row for row in found if row.defense == family and row.temperature is not None]
    attacks = {row.setting for row in hot}
    return [r for r in found if r.identity.undefended and r.setting in attacks] + hot


def _of(rows: list[SummaryRow], attack: SummaryRow) -> list[SummaryRow]:
    mine = [row for row in rows if row.setting == attack.setting]
    return sorted(mine, key=lambda r: -1.0 if r.temperature is None else r.temperature)


def _panel(results: Results, attack: SummaryRow, mine: list[SummaryRow]) -> Small:
    scale, ball = results.data.scale, not distances.measures_robustness(attack)
    values = [_measured(row) for row in mine]
    tops = [high or value for value, _, high in values]
    curve = Curve(
        "only",
        tuple(float(i) for i in range(len(mine))),
        tuple(value for value, _, _ in values),
        tuple(
            f"<b>{plain(_value(row, scale))}</b> {_interval(row)}<br>{plain(names.defense_of(row))}"
            for row in mine
        ),
        tuple(low for _, low, _ in values),
        tuple(high for _, _, high in values),
    )
    title = f"{attack_of(results, attack)}, {distances.budget(attack, scale)}"
    ticks = tuple(numbers.temperature(row.temperature) for row in mine)
    top = 1.05 if ball else 1.1 * max(tops, default=1.0)
    return Small(title, (curve,), "temperature T", top, percent=ball, ticks=ticks)


def _measured(row: SummaryRow) -> tuple[float, float | None, float | None]:
    if distances.measures_robustness(row):
        own = distances.in_own_units(row)
        return own if own is not None else (row.rho or 0.0, row.rho_low, row.rho_high)
    value, low, high = counted.held(row)
    return value or 0.0, low, high


def _value(row: SummaryRow, scale: Scale | None = None) -> str:
    if distances.measures_robustness(row):
        return distances.robustness(row, scale)
    return numbers.percent(row.censored)


def _interval(row: SummaryRow) -> str:
    if distances.measures_robustness(row):
        return distances.robustness_interval(row)
    _, low, high = counted.held(row)
    return numbers.interval(low, high)


SECTION = Section(
    "elsewhere",
    "Other distances, against temperature",
    label="Other distances",
    intro=intro,
    figure=figure,
    takeaway=takeaway,
    table=table,
)
