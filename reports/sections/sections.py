"""The sections of a report that can be commented on, by the ids that they have in the document."""

from __future__ import annotations

from core.reviews.entries import WHOLE
from reports.plots.look import LIGHT
from reports.sections.figure_list import FIGURES

TITLES = {
    WHOLE: "The whole report",
    "finding": "The finding",
    "summary": "In plain words",
    "tested": "What was tested, and what not",
    "verdicts": "Verdicts",
    **{
        name: FIGURES[name].title
        for name in (
            *("robustness", "defences", "success", "elsewhere", "arithmetic"),
            *("zero-gradients", "amplitudes", "curves", "accuracy", "detection", "classes"),
        )
    },
    "accuracy": "Accuracy and confidence",
    "gallery": "Single attacks",
    "all": "All networks and attacks",
    "differences": "Differences",
    "checks": "Is the evaluation trustworthy?",
    "limitations": "Limitations",
    "glossary": "Glossary",
    "departures": "Departures from the paper",
    "method": "Method",
    "published": "Published numbers",
    "provenance": "Provenance",
    "frameworks": "Frameworks",
    "data": "Data",
}
"""Title by id, in the order of the document."""

_HEROES = ("robustness", "defences", "comparison")
_ALWAYS = "accuracy"


def title(section: str) -> str:
    """What a section is called; its id where this version has no such section."""
    return TITLES.get(section, section)


def of(results: dict) -> dict[str, str]:
    """Title by id of the sections that the report of these results has."""
    drawn = {name for name, entry in FIGURES.items() if entry.draw(results, LIGHT) is not None}
    hero = next((name for name in _HEROES if name in drawn), None)
    there = {
        **{name: name in drawn and name != hero for name in FIGURES if name != _ALWAYS},
        "finding": hero is not None,
        "verdicts": bool(results["verdicts"]),
        "gallery": bool(results["gallery"]),
        "differences": bool(results["differences"]),
    }
    return {name: title for name, title in TITLES.items() if there.get(name, True)}
