"""Who makes a network look robust: a defence, or the temperature that its control shares."""

from __future__ import annotations

from core import defenses
from core.model.results import Results
from core.model.rows import SummaryRow
from reports.prose import names, numbers, reading

OR_NOT = "(distilled or not)"
"""What stands behind a temperature where the control gains as much."""


def subject(results: Results, focus: SummaryRow) -> str:
    """Who does it: where the control gains as much without distilling, not distillation alone."""
    name = names.defense_in_sentence(focus)
    if focus.defense != "distillation" or focus.temperature is None:
        return name
    metric = reading.compared_by(focus)
    paired = reading.difference(results, focus, "temperature", metric)
    control = controls(results, focus)
    gains = all(reading.gain_detected(results, row) for row in (focus, *control))
    if not control or paired is None or paired.detected or not gains:
        return name
    return f"Training at {numbers.at(focus.temperature)} {OR_NOT}"


def controls(results: Results, focus: SummaryRow) -> list[SummaryRow]:
    """Under the same attack, networks trained at the same temperature and never distilled."""
    return [
        row
        for row in results.summary
        if defenses.facts(row.defense).is_control
        and (row.temperature, row.setting) == (focus.temperature, focus.setting)
    ]
