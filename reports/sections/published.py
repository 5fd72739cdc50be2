"""Published numbers: what the paper reports on these data, and how each value was obtained."""

from __future__ import annotations

from core.model.results import Results
from core.model.rows import SummaryRow
from core.spec.catalog import OBTAINED, published_for
from reports.prose import distances, numbers, reading
from reports.prose.alone import alone
from reports.prose.table import Table
from reports.sections.blocks import Block, said
from reports.sections.section import Section

_MEASURES: dict[reading.Metric, str] = {
    "success_rate": "Attacks that succeed",
    "rho": "Robustness (rho)",
}


def table(results: Results) -> Table | None:
    """Every published value that belongs beside these data; None where there is none."""
    values = published_for(results.data.name)
    if values is None or alone(results):  # they are of the paper's networks
        return None
    rows = []
    for measure, name in _MEASURES.items():
        for point in values.of(measure):
            rows.append(
                (
                    name,
                    numbers.temperature(point.temperature),
                    numbers.published(point.value),
                    _own(results, measure, point.temperature),
                    _inside(results, measure, point.temperature, point.value),
                    OBTAINED[point.obtained],
                    point.source,
                )
            )
    columns = (
        *("Measure", "T", "Published", "This run, jsma-f", "Inside its interval"),
        *("How it was obtained", "Source"),
    )
    caption = (
        f"Published for networks trained on {values.title}: rates of 900 attacks on 100 test inputs"
        " (Figure 7), robustness of 10,000 (Figure 10)."
    )
    if not values.exact:
        caption += f" This run: other data ({results.data.title})."
    return Table(caption + _agreement(rows), columns, tuple(rows), frozenset({2, 3}), grouped=True)


def _agreement(rows: list[tuple[str, ...]]) -> str:
    """How many published values this run's intervals hold, as the end of the caption."""
    answers = [row[4] for row in rows if row[4] in ("yes", "no")]
    if not answers:
        return ""
    outside = answers.count("no")
    if not outside:
        return f" All {len(answers)} lie inside the 95 % interval of this run."
    return (
        f" Of {len(answers)} values, {outside} {'lies' if outside == 1 else 'lie'} outside the 95 %"
        " interval of this run, which departs from the paper's setting as its departures say."
    )


def _measured(results: Results, at: float | None) -> SummaryRow | None:
    return reading.find(results, "jsma-f", "none" if at is None else "distillation", at)


def _inside(results: Results, measure: reading.Metric, at: float | None, value: float) -> str:
    """Whether this run's 95 % interval holds the published value."""
    row = _measured(results, at)
    if row is None:
        return "–"
    # A mean in which inputs count as the budget has no interval.
    low, high = (None, None) if row.censored else (row.rho_low, row.rho_high)
    if measure == "success_rate":
        low, high = row.success_low, row.success_high
    if low is None or high is None:
        return "–"
    return "yes" if low <= value <= high else "no"


def _own(results: Results, measure: reading.Metric, at: float | None) -> str:
    row = _measured(results, at)
    if row is None:
        return "–"
    return distances.robustness(row) if measure == "rho" else numbers.percent(row.success_rate)


def body(results: Results) -> tuple[Block, ...]:
    """A sentence where there is no table."""
    known = published_for(results.data.name) is not None
    return () if known or alone(results) else said("The paper has no numbers on these data.")


SECTION = Section("published", "Published numbers", table=table, body=body)
