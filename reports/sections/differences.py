"""Differences, sample by sample: each network minus the undefended one, or minus its control."""

from __future__ import annotations

from core.attacks import facts
from core.model.results import Results
from core.model.rows import Difference
from reports.prose import detections, names, numbers, phrases
from reports.prose.table import Table
from reports.sections.blocks import Block, said
from reports.sections.section import Section
from reports.sections.tables import attack_of

_AGAINST = {"none": "undefended", "temperature": "control at the same T"}


def intro(results: Results) -> tuple[Block, ...]:
    """What is subtracted from what."""
    return said(
        "Each network minus the undefended one under the same attack, in robustness where the "
        "attack looks for the closest example; distillation also minus the control, which was "
        "trained at the same temperature without being distilled."
    )


def table(results: Results) -> Table | None:
    """Every paired difference, those that were detected in bold; None where nothing was paired."""
    if not results.differences:
        return None
    shown = [
        item
        for item in results.differences
        if item.metric != "rho" or facts(item.attack).looks_for_closest
    ]
    n = sorted({item.n for item in results.differences})
    caption = (
        f"Paired by sample, n = {phrases.listing([numbers.count(i) for i in n])}; percentage "
        f"points with 95 % intervals{_about(results)}. {detections.caption(shown)}"
    )
    columns = ("Network", "Minus", "Attack", "Measure", "Difference, points", "Detected")
    rows = tuple(_cells(results, item) for item in shown)
    strong = frozenset(i for i, item in enumerate(shown) if item.detected)
    return Table(caption, columns, rows, frozenset({4}), strong, grouped=True)


def _about(results: Results) -> str:
    """Whose intervals they are: of the networks where each was trained once, else the methods'."""
    seeds = {network.seed for network in results.networks}
    return " about these networks, each trained once" if len(seeds) == 1 else ""


def _cells(results: Results, item: Difference) -> tuple[str, ...]:
    between = numbers.interval(item.low, item.high)
    return (
        names.defense_of(item),
        _AGAINST.get(item.against, item.against),
        attack_of(results, item),
        "robustness" if item.metric == "rho" else "attacks that succeed",
        f"{item.difference * 100:+.2f} {between}".replace("-", "−").strip(),
        detections.word(item),
    )


SECTION = Section(
    "differences",
    "Differences",
    heading="Differences, sample by sample",
    intro=intro,
    table=table,
)
