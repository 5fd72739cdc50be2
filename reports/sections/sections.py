"""The sections of a report, in the order of the document: the one list of them.

Document, list of contents, comments and app go by it. What a section is stands in `section`.
"""

from __future__ import annotations

from core.model.results import Results
from core.reviews.entries import WHOLE
from reports.sections import (
    accuracy,
    amplitudes,
    arithmetic,
    checks,
    classes,
    curves,
    data,
    defences,
    departures,
    detection,
    differences,
    elsewhere,
    everything,
    finding,
    frameworks,
    gallery,
    glossary,
    limitations,
    method,
    planted,
    provenance,
    published,
    references,
    robustness,
    success,
    summary,
    tested,
    verdicts,
    zero_gradients,
)
from reports.sections.section import Section
from reports.sections.standing import Standing, standing

SECTIONS: tuple[Section, ...] = (
    finding.SECTION,
    planted.SECTION,
    summary.SECTION,
    references.SECTION,
    tested.SECTION,
    verdicts.SECTION,
    robustness.SECTION,
    defences.SECTION,
    success.SECTION,
    elsewhere.SECTION,
    arithmetic.SECTION,
    zero_gradients.SECTION,
    amplitudes.SECTION,
    curves.SECTION,
    accuracy.SECTION,
    detection.SECTION,
    classes.SECTION,
    gallery.SECTION,
    everything.SECTION,
    differences.SECTION,
    checks.SECTION,
    limitations.SECTION,
    glossary.SECTION,
    departures.SECTION,
    method.SECTION,
    published.SECTION,
    provenance.SECTION,
    frameworks.SECTION,
    data.SECTION,
)


def titles() -> dict[str, str]:
    """Title by id of all that can be commented on, the report as a whole first."""
    return {WHOLE: "The whole report", **{one.id: one.title for one in SECTIONS}}


def title(section: str) -> str:
    """What a section is called; its id where this version has no such section."""
    return titles().get(section, section)


def figures() -> tuple[Section, ...]:
    """Every section that draws, those inside others in their places: what the app shows."""
    every = (one for section in SECTIONS for one in (section, *section.parts))
    return tuple(one for one in every if one.figure is not None)


def stand(results: Results) -> list[Standing]:
    """The sections that the report of these results has, and what each holds."""
    return standing(results, SECTIONS, lambda one: one.draw(results) is not None)


def of(results: Results) -> dict[str, str]:
    """Title by id of all that can be commented on in the report of these results."""
    every = titles()
    there = [WHOLE, *(one.section.id for one in stand(results))]
    return {name: every[name] for name in there}
