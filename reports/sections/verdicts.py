"""Verdicts, one by one: every network with what came out, and the technical reason."""

from __future__ import annotations

from core.model.results import Results
from reports.prose.alone import alone
from reports.prose.table import Table
from reports.sections import verdict
from reports.sections.blocks import Block, said
from reports.sections.glossary import term
from reports.sections.section import Section


def intro(results: Results) -> tuple[Block, ...]:
    """In which order the rule decides, and how far a verdict reaches."""
    if alone(results):
        return _of_one_network()
    return (
        *said(
            "One verdict a network and ",
            term("Threat model", "threat model"),
            ": what withstands one attacker may fall to another. In this order: a defence fails "
            "where an attack that works brings it clearly below what was asked; it is not reliable "
            "where a check of the network itself failed (one of an attack takes that attack out of "
            "the evidence); it shows no gain under these attacks where it is clearly not as "
            "much harder to attack than the undefended network as was asked; it is not reliable "
            "where no ",
            term("Adaptive attack", "adaptive attack"),
            " ran; it withstood these attacks where it is clearly above with three seeds or more; "
            "else it is undecided.",
        ),
        *said(
            "A gain is a ratio of two upper bounds and bounds nothing: that it is missing is "
            "called proof only where two attacks that search in different ways show it each, or "
            "the same attacker breaks an absolute criterion. A mean over samples of which attacks "
            "gave up on some is a bound: it fails nothing unless it would wherever those samples "
            "lie, and passes nothing. The ",
            term("Grade of evidence", "grade of evidence"),
            " says how much stands behind a verdict.",
        ),
    )


def _of_one_network() -> tuple[Block, ...]:
    return (
        *said(
            "One verdict a network and ",
            term("Threat model", "threat model"),
            ": what withstands one attacker may fall to another. In this order: a network fails "
            "where an attack that works brings it clearly below what was asked, which is proof; it "
            "is not reliable where a check failed, or where no ",
            term("Adaptive attack", "adaptive attack"),
            " ran; it withstood these attacks where it is clearly above, in a whole run, on 100 "
            "samples or more, under an attack that found the examples planted for it, a second "
            "that searches in another way, and a third without gradients; else it is undecided.",
        ),
        *said(
            "A network that was handed in is judged as what it is, and not as one of many that its "
            "training could have given: so that one is enough, and nothing is said of others. The ",
            term("Grade of evidence", "grade of evidence"),
            " says how much stands behind a verdict.",
        ),
    )


def table(results: Results) -> Table | None:
    """Every verdict by itself, worst first; None where none was given."""
    rows = tuple(
        (
            *(one.defense, one.threat or "–", f"{one.mark} {one.label}"),
            f"{one.sentence} {one.doubt}".strip(),
            *(one.grade or "–", f"{one.reason} {one.next_step}".strip()),
        )
        for one in verdict.verdicts(results)
    )
    columns = (
        *("Network", "Attacker", "Verdict", "What came out", "Evidence"),
        "Reason, as the rule puts it",
    )
    return Table("", columns, rows, frozenset(), style="prose") if rows else None


SECTION = Section("verdicts", "Verdicts", heading="Verdicts, one by one", intro=intro, table=table)
