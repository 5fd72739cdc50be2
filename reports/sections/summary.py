"""In plain words: what was done and found, one idea a paragraph."""

from __future__ import annotations

from core.model.results import Results
from reports.prose import findings
from reports.sections.blocks import Block, Paragraph
from reports.sections.section import Section


def body(results: Results) -> tuple[Block, ...]:
    """The paragraphs of the findings."""
    return tuple(Paragraph((text,)) for text in findings.find(results).paragraphs)


SECTION = Section("summary", "In plain words", body=body)
