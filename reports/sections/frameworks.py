"""Frameworks: what this report has something to say on; it never says that one is met."""

from __future__ import annotations

from core.model.results import Results
from reports.prose.alone import alone
from reports.prose.table import Table
from reports.sections.blocks import Block, said
from reports.sections.section import Section

_CHANGE = " and what defences change"
_FRAMEWORKS = (
    (
        "NIST AI RMF 1.0, MEASURE 2.7",
        "AI system security and resilience are evaluated and documented",
        "success rates, robustness and checks, with intervals and provenance",
    ),
    (
        "OWASP Machine Learning Security Top 10, ML01:2023",
        "Input Manipulation Attack",
        f"the attacks that ran, what the attacker knew,{_CHANGE}",
    ),
    (
        "EU AI Act, Article 15",
        "Accuracy, robustness and cybersecurity",
        "accuracy on clean data and under adversarial examples, with the limits named",
    ),
)


def intro(results: Results) -> tuple[Block, ...]:
    """What the table is, and what it is not."""
    return said(
        "Which parts of common frameworks this report has something to say on. It certifies "
        "nothing: whether a requirement is met is for those to say who apply it."
    )


def table(results: Results) -> Table:
    """Each framework's requirement, and what of this report speaks to it."""
    rows = tuple(
        (f"{name}: {what}", f"what it describes: {_here(results, how)}")
        for name, what, how in _FRAMEWORKS
    )
    return Table("", ("Framework", "This report"), rows, frozenset(), style="prose")


def _here(results: Results, how: str) -> str:
    return how.replace(_CHANGE, " and how far they had to go") if alone(results) else how


SECTION = Section(
    "frameworks", "Frameworks", heading="Appendix: frameworks", intro=intro, table=table
)
