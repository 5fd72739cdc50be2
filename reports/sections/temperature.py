"""What both figures against temperature share: lines, published points, table, what is left out."""

from __future__ import annotations

from core.canonical import canonical
from core.model.results import Results
from core.model.rows import SummaryRow
from core.spec.catalog import OBTAINED, published_for
from reports.plots.look import plain
from reports.plots.series import Budget, Chart, Gap, Line, Point
from reports.prose import by_temperature, chosen, distances, names, numbers, reading
from reports.prose.by_temperature import Series
from reports.prose.table import Table
from reports.sections.tables import caption, measured

_TITLES: dict[reading.Metric, tuple[str, str]] = {
    "rho": ("Robustness: features an attacker must change", "of {features}"),
    "success_rate": ("Attacks that succeed", "of all attacked image and target pairs"),
}


def chart(results: Results, measure: reading.Metric) -> Chart:
    """Values of the figure; no lines where no network of the run has a temperature."""
    drawn = chosen.lines(by_temperature.series(results, measure))
    several = len({canonical(one.defense_params) for one in drawn}) > 1
    lines = tuple(_line(results, one, measure, several) for one in drawn)
    published = published_for(results.data.name)
    points = published.of(measure) if published else ()
    family = names.defense(by_temperature.temperature_family(results) or "", {}, None)
    what, of = _TITLES[measure]
    whole = numbers.count(int(results.data.changeable))
    features = f"a cost of {whole}" if results.data.priced else whole
    said = f"{what}, % {of.format(features=features)}"
    below = f"{family} temperature T"
    if measure == "success_rate":
        return Chart(lines, points, said, what, below, 104.0, falling=True)
    budgets = _budgets([row for one in drawn for row in one.points.values()])
    ends = [point.value for line in lines for point in line.points.values()]
    ends += [point.high or 0 for line in lines for point in line.points.values()]
    ends += [budget.share for budget in budgets] + [point.value for point in points]
    return Chart(
        lines,
        points,
        said,
        what,
        below,
        100 * 1.1 * max(ends, default=0.01),
        budgets=budgets,
        human=published is not None and published.title.startswith("MNIST"),
        gap=_gap(results, drawn, lines),
    )


def _line(results: Results, one: Series, measure: reading.Metric, several: bool) -> Line:
    points = {}
    for at, row in one.points.items():
        value = reading.value(row, measure)
        if value is not None:
            points[at] = Point(value, *reading.bounds(row, measure), _hover(row, measure))
    last = list(one.points.values())[-1]
    title, remark = names.attack(one.attack, reading.telling_params(results, last))
    if several:
        remark += f" {canonical(one.defense_params)}"
    return Line(one.attack, title, remark, points)


def _hover(row: SummaryRow, measure: reading.Metric) -> str:
    value = distances.robustness(row) if measure == "rho" else numbers.percent(row.success_rate)
    between = numbers.interval(*reading.bounds(row, measure))
    lines = [
        f"<b>{plain(value)}</b> {between}",
        plain(names.defense_of(row)),
        plain(names.attack_line(row.attack, row.attack_params)),
    ]
    if measure == "rho" and row.censored:
        lines.append(f"{numbers.percent(row.censored)} of samples counted at the budget")
    return "<br>".join(lines)


def _budgets(rows: list[SummaryRow]) -> tuple[Budget, ...]:
    caps = {row.budget: row.rho_cap for row in rows if row.budget is not None}
    return tuple(Budget(features, share) for features, share in sorted(caps.items()))


def _gap(results: Results, drawn: list[Series], lines: tuple[Line, ...]) -> Gap | None:
    """The paper's attack above its exact twin of equal settings, or None."""
    gap = by_temperature.gap_at(results)
    for one, upper in zip(drawn, lines, strict=True):
        for other, lower in zip(drawn, lines, strict=True):
            if (one.attack, other.attack) != ("jsma-f", "jsma-logf"):
                continue
            same = one.attack_params == other.attack_params
            at = tuple(t for t in gap if t in upper.points and t in lower.points)
            if same and one.defense_params == other.defense_params and at:
                return Gap(upper, lower, at)
    return None


def table(results: Results, measure: reading.Metric) -> Table:
    """The numbers of a figure against temperature, published values beside them."""
    lines = by_temperature.series(results, measure)
    published = published_for(results.data.name)
    points = {p.temperature: p for p in published.of(measure)} if published else {}
    seen = {at for line in lines for at in line.points} | set(points)
    rows = []
    for at in sorted(seen, key=lambda at: -1.0 if at is None else at):
        cells = [numbers.temperature(at)]
        cells += [
            measured(line.points[at], measure) if at in line.points else "–" for line in lines
        ]
        if points:
            point = points.get(at)
            cells += (
                [numbers.published(point.value), OBTAINED[point.obtained]] if point else ["–", "–"]
            )
        rows.append(tuple(cells))
    names = [_name(results, line) for line in lines]
    columns = ("T", *names, *(("Published", "How it was obtained") if points else ()))
    numeric = frozenset(range(1, len(names) + (2 if points else 1)))
    return Table(caption(results, "95 % intervals in brackets"), columns, tuple(rows), numeric)


def _name(results: Results, line: Series) -> str:
    first = next(iter(line.points.values()))
    return names.attack_name(line.attack, reading.telling_params(results, first))


def left_out(results: Results, measure: reading.Metric) -> str:
    """The sentence on lines that are not drawn, or ""."""
    every = by_temperature.series(results, measure)
    return chosen.remark(len(chosen.lines(every)), len(every), "attacks")


def both_at(results: Results, at: float) -> tuple[SummaryRow, SummaryRow]:
    """jsma-f and jsma-logf on the temperature family at a temperature of the gap."""
    family = by_temperature.temperature_family(results)
    for row in results.summary:
        if (row.attack, row.defense, row.temperature) == ("jsma-f", family, at):
            other = reading.same_network(results, row, "jsma-logf")
            if other is not None and reading.above(row, other, "rho"):
                return row, other
    raise ValueError(f"no gap at T = {at:g}")
