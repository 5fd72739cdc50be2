"""Several runs laid over each other: one panel an attack, one line a run, and the numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from core.model.results import Results
from core.model.rows import SummaryRow
from reports.plots.look import LIGHT, Look, nth, plain, shorten
from reports.plots.panels import Curve, Small, small_multiples
from reports.prose import by_temperature, chosen, names, numbers, phrases, reading
from reports.prose.reading import Metric
from reports.prose.table import Table
from reports.sections.tables import measured, named

MEASURES: dict[Metric, str] = {"rho": "Robustness", "success_rate": "Attacks that succeed"}
_PANELS = 6
_LABEL = 48


@dataclass(frozen=True)
class _Point:
    """One number of a curve: which run, at which temperature (None: undefended)."""

    run: int
    at: float | None
    row: SummaryRow
    value: float


def labels(results: Sequence[Results]) -> list[str]:
    """What each run is called where all are named: its name, with its id where names repeat."""
    short = [shorten(one.name, _LABEL) for one in results]
    if len(set(short)) == len(short):
        return short
    return [f"{name} ({one.run})" for name, one in zip(short, results, strict=True)]


def figure(results: Sequence[Results], measure: Metric, look: Look = LIGHT) -> go.Figure | None:
    """One panel an attack against temperature, one line a run; None where no run has a curve.

    A run has a colour, a dash and a marker.
    """
    curves = _curves(results, measure)
    drawn = chosen.attacks([points[0].row for points in curves.values()], _PANELS)
    places = _temperatures(point for points in curves.values() for point in points)
    every = [row for one in results for row in one.summary]
    panels = [
        Small(
            named(attack.attack, attack.attack_params, every),
            _lines(curves[reading.attack_key(attack)], labels(results), measure, places),
            "temperature T (none: undefended)",
            _top(curves[reading.attack_key(attack)], measure),
            ticks=tuple(numbers.temperature(at) for at in places),
        )
        for attack in drawn
    ]
    titles = {str(i): label for i, label in enumerate(labels(results))}
    return small_multiples(panels, titles, lambda key: nth(int(key), look), look)


def takeaway(results: Sequence[Results], measure: Metric) -> str:
    """How far the runs lie apart at most, in a sentence."""
    curves = _curves(results, measure)
    widest: list[_Point] = []
    for points in curves.values():
        for at in _temperatures(points):
            there = [point for point in points if point.at == at]
            if len(there) > 1 and (not widest or _span(there) > _span(widest)):
                widest = there
    bars = "Bars are 95 % intervals."
    if not widest:
        return f"No two of these runs attacked a network at the same temperature. {bars}"
    if _span(widest) == 0:
        return f"The curves of these runs coincide. {bars}"
    first = widest[0]
    called = labels(results)
    said = [f"{numbers.percent(point.value)} ({called[point.run]})" for point in widest]
    where = "without a defence" if first.at is None else f"at {numbers.at(first.at)}"
    what = {"rho": "Robustness", "success_rate": "The share of attacks that succeed"}[measure]
    return (
        f"{what} lies farthest apart {where} under {first.row.attack}: "
        f"{phrases.listing(said)}. {bars}"
        + chosen.remark(min(_PANELS, len(curves)), len(curves), "attacks")
    )


def table(results: Sequence[Results], measure: Metric) -> Table:
    """The numbers of the panels: one row an attack and temperature, one column a run."""
    every = [row for one in results for row in one.summary]
    rows = []
    for points in _curves(results, measure).values():
        first = points[0].row
        name = named(first.attack, first.attack_params, every)
        for at in _temperatures(points):
            there = {point.run: measured(point.row, measure) for point in points if point.at == at}
            cells = [there.get(run, numbers.ABSENT) for run in range(len(results))]
            rows.append((name, numbers.temperature(at), *cells))
    columns = ("Attack", "T", *labels(results))
    numeric = frozenset(range(2, 2 + len(results)))
    return Table("95 % intervals in brackets.", columns, tuple(rows), numeric, grouped=True)


def _curves(results: Sequence[Results], measure: Metric) -> dict[reading.AttackKey, list[_Point]]:
    """The points of all runs by attack, in the order of reports; one a run and temperature."""
    found: dict[reading.AttackKey, dict[tuple[int, float | None], _Point]] = {}
    for run, one in enumerate(results):
        for line in by_temperature.series(one, measure):
            for at, row in line.points.items():
                value = reading.value(row, measure)
                if value is not None:
                    mine = found.setdefault(reading.attack_key(row), {})
                    mine.setdefault((run, at), _Point(run, at, row, value))
    return {key: list(found[key].values()) for key in sorted(found)}


def _temperatures(points: Iterable[_Point]) -> list[float | None]:
    """Every temperature, rising; the undefended network first."""
    every = {point.at for point in points}
    return sorted(every, key=lambda at: -1.0 if at is None else at)


def _span(points: Sequence[_Point]) -> float:
    values = [point.value for point in points]
    return max(values) - min(values)


def _lines(
    points: Sequence[_Point],
    called: Sequence[str],
    measure: Metric,
    places: Sequence[float | None],
) -> tuple[Curve, ...]:
    curves = []
    for run, label in enumerate(called):
        mine = [point for point in points if point.run == run]
        mine.sort(key=lambda point: places.index(point.at))
        if not mine:
            continue
        between = [reading.bounds(point.row, measure) for point in mine]
        hover = tuple(
            f"<b>{plain(measured(point.row, measure))}</b>"
            f"<br>{plain(names.defense_of(point.row))}<br>{plain(label)}"
            for point in mine
        )
        curves.append(
            Curve(
                str(run),
                tuple(float(places.index(point.at)) for point in mine),
                tuple(point.value for point in mine),
                hover,
                tuple(low for low, _ in between),
                tuple(high for _, high in between),
            )
        )
    return tuple(curves)


def _top(points: Sequence[_Point], measure: Metric) -> float:
    """The upper end of the axis: above every value and interval."""
    if measure == "success_rate":
        return 1.05
    highs = [reading.bounds(point.row, measure)[1] or 0.0 for point in points]
    return 1.1 * max([*(point.value for point in points), *highs, 1e-6])
