"""The sections of a report as its page shows them, and their figures as JSON."""

from __future__ import annotations

from typing import Any

from core.model.results import Results
from reports.document.drawings import variants
from reports.document.model import Shown, ShownSection
from reports.sections import sections
from reports.sections.section import Section
from reports.sections.standing import Standing, standing


def laid_out(results: Results) -> tuple[tuple[ShownSection, ...], dict[str, Any]]:
    """The sections in their order, and the drawings of their figures by id.

    A figure that nothing can be drawn in leaves no trace.
    """
    drawings: dict[str, Any] = {}

    def draws(section: Section) -> bool:
        if section.figure is None:
            return False
        if section.id not in drawings:
            drawings[section.id] = variants(lambda look: section.draw(results, look))
        return drawings[section.id] is not None

    shown = tuple(_shown(results, one) for one in standing(results, sections.SECTIONS, draws))
    return shown, {name: drawing for name, drawing in drawings.items() if drawing is not None}


def _shown(results: Results, one: Standing) -> ShownSection:
    section = one.section
    return ShownSection(
        section.id,
        one.heading,
        section.title if section.label is None else section.label,
        section.style,
        section.intro(results),
        None if one.figure is None else _figure(results, one.figure),
        tuple(_figure(results, part) for part in one.parts),
        one.body,
    )


def _figure(results: Results, section: Section) -> Shown:
    takeaway, table = section.takeaway(results), section.numbers(results)
    return Shown(section.id, section.title, takeaway, table)
