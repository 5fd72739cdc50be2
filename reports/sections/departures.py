"""Departures from the paper, and notes of the run."""

from __future__ import annotations

from core.model.results import Results
from reports.prose.alone import alone
from reports.sections.blocks import Block, Bullets, Heading, said
from reports.sections.section import Section


def body(results: Results) -> tuple[Block, ...]:
    """Every departure in a sentence, then the notes."""
    source = results.provenance
    if alone(results):  # nobody repeats the paper with a network of one's own
        return ()
    departures = tuple(source.departures)
    blocks = (Bullets(departures),) if departures else said("None recorded.")
    if source.notes:
        return (*blocks, Heading("Notes"), Bullets(tuple(source.notes)))
    return blocks


SECTION = Section("departures", "Departures from the paper", label="", body=body)
