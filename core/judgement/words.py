"""The word of a verdict as reports print it: a FAIL by one ratio claims no more than that."""

from __future__ import annotations

from core.criteria import METRICS
from core.criteria.metric import Evidence
from core.judgement.rule import FAIL, INCONCLUSIVE, NOT_RELIABLE, PASS, REFERENCE, is_relative
from core.model.identity import NetworkId
from core.model.judged import Criterion, VerdictWord
from core.model.results import Results

LABELS: dict[VerdictWord, str] = {
    FAIL: "Fail",
    NOT_RELIABLE: "Not reliable",
    INCONCLUSIVE: "Inconclusive",
    PASS: "Withstood these attacks",
    REFERENCE: "Reference, not judged",
}
"""`PASS` promises no more than it can."""
NO_GAIN, LESS_GAIN = "No gain under these attacks", "Less gain than asked, under these attacks"
"""Of a FAIL behind which there is no proof."""


def word(
    results: Results, network: NetworkId, verdict: VerdictWord, proof: str, criterion: Criterion
) -> str:
    """What stands on the chip of a verdict, by the criterion that decided it."""
    if verdict != FAIL or proof or not is_relative(criterion):
        return LABELS[verdict]
    found = METRICS[criterion.metric].evidence(results, network, criterion)
    shown = nearest(found, criterion)
    return LESS_GAIN if shown is not None and shown.low > 0 else NO_GAIN


def nearest(found: list[Evidence], criterion: Criterion) -> Evidence | None:
    """The number nearest to missing a criterion; None where there is none."""
    if criterion.at_least is not None:
        return min(found, key=lambda one: one.value, default=None)
    return max(found, key=lambda one: one.value, default=None)
