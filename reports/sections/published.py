"""Published numbers: what the paper reports on these data, and how each value was obtained."""

from __future__ import annotations

from core.model.results import Results
from core.spec.catalog import OBTAINED, published_for
from reports.prose import distances, numbers, reading
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
    if values is None:
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
                    OBTAINED[point.obtained],
                    point.source,
                )
            )
    columns = ("Measure", "T", "Published", "This run, jsma-f", "How it was obtained", "Source")
    caption = f"Published on {values.title}."
    if not values.exact:
        caption += f" This run: other data ({results.data.title})."
    return Table(caption, columns, tuple(rows), frozenset({2, 3}), grouped=True)


def _own(results: Results, measure: reading.Metric, at: float | None) -> str:
    row = reading.find(results, "jsma-f", "none" if at is None else "distillation", at)
    if row is None:
        return "–"
    return distances.robustness(row) if measure == "rho" else numbers.percent(row.success_rate)


def body(results: Results) -> tuple[Block, ...]:
    """A sentence where there is no table."""
    known = published_for(results.data.name) is not None
    return () if known else said("The paper has no numbers on these data.")


SECTION = Section("published", "Published numbers", table=table, body=body)
