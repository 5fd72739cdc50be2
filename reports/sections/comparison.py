"""Every network under every attack that counts features: one row a network, one dot an attack."""

from __future__ import annotations

import plotly.graph_objects as go

from core.model.results import Results
from core.model.rows import SummaryRow
from reports.plots.dots import dot_plot
from reports.plots.look import LIGHT, Look
from reports.prose import chosen, counted, distances, names, numbers, reading
from reports.prose.table import Table
from reports.sections import dotted
from reports.sections.section import Section
from reports.sections.tables import attack_of, caption, measured


def figure(results: Results, look: Look = LIGHT) -> go.Figure | None:
    """rho of every defence under each attack that counts features, with intervals."""
    rows = [row for row in _counting(results) if row.rho is not None]
    rows = dotted.drawn_attacks(rows)
    names, styles = dotted.names(results, rows), dotted.styles(rows, look)
    return dot_plot([dotted.robustness(rows)], names, styles, look)


def takeaway(results: Results) -> str:
    """Which network withstands its strongest attack longest."""
    strongest = [reading.strongest(rows) for rows in reading.rows_by_network(results)]
    known = [
        row.rho
        for row in strongest
        if row is not None and row.distance == "l0" and row.rho is not None
    ]
    counted = _counting(results)
    drawn, every = chosen.attacks(counted), {reading.attack_key(row) for row in counted}
    remark = chosen.remark(len(drawn), len(every), "attacks")
    if len(known) < 2:
        return f"One network, with 95 % intervals.{remark}"
    ends = list(dict.fromkeys(numbers.percent(end(known)) for end in (min, max)))
    lies = f"lies between {ends[0]} and {ends[1]}" if len(ends) > 1 else f"is {ends[0]} for all"
    return (
        "Under the attack that moves most inputs of each network, of those that ran on half of "
        f"them or more, robustness {lies}. Bars are 95 % intervals.{remark}"
    )


def table(results: Results) -> Table:
    """Every network under every attack; the strongest attack on each network is in bold."""
    budgets = sorted({distances.budget(row, results.data.scale) for row in results.summary})
    varies = len(budgets) > 1
    rows, strong = [], []
    for group in reading.rows_by_network(results):
        hardest = reading.strongest(group)
        for row in group:
            if row is hardest and len(group) > 1:
                strong.append(len(rows))
            rows.append(_cells(results, row, varies))
    remark = (
        "95 % intervals in brackets; in bold the attack that moves most inputs, of equals the one "
        "that needs the fewest features, among those that ran on half of them or more. "
        "Samples never moved are a share of those attacked; robust accuracy, "
        "which counts misclassified inputs as lost, stands where each sample counts with the "
        "strongest attack on it. "
        "Robustness is given for attacks that look for the closest example, in percent of "
        f"features (L0) or in {distances.own_units(results)}"
    )
    if len(budgets) == 1:
        remark += f". Budget of every attack: {budgets[0]}"
    columns = (
        *("Network", "Attack", *(["Budget"] if varies else []), "Inputs attacked"),
        *("Attacks that succeed", "Samples never moved", "Robustness (rho)"),
        *("Against undefended", "Zero gradient, observed", "Accuracy"),
    )
    numeric = frozenset(range(len(columns) - 7, len(columns)))
    above = caption(results, remark)
    made = Table(above, columns, tuple(rows), numeric, frozenset(strong), grouped=True)
    return made if results.has_reference else made.without("Against undefended")


def _cells(results: Results, row: SummaryRow, varies: bool) -> tuple[str, ...]:
    value, low, high = counted.held(row)
    return (
        names.defense_of(row),
        attack_of(results, row),
        *([distances.budget(row, results.data.scale)] if varies else []),
        counted.attacked(row),
        measured(row, "success_rate"),
        f"{numbers.percent(value)} {numbers.interval(low, high)}".strip(),
        measured(row, "rho"),
        _increase(row),
        numbers.percent(row.zero_gradient_samples),
        numbers.percent(row.accuracy),
    )


def _increase(row: SummaryRow) -> str:
    """Of means in which samples count as the budget the gain is that of the budget: none."""
    if (
        row.rho_increase is None
        or row.censored
        or row.identity.undefended
        or not distances.measures_robustness(row)
    ):
        return "–"
    between = numbers.interval(row.rho_increase_low, row.rho_increase_high)
    return f"{numbers.signed(row.rho_increase)} {between}".strip()


def _counting(results: Results) -> list[SummaryRow]:
    return [row for row in results.summary if row.distance == "l0"]


SECTION = Section(
    "comparison",
    "Every network under every attack that counts features",
    figure=figure,
    takeaway=takeaway,
    table=table,
)
