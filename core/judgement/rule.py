"""The rule: a verdict on one defence by one criterion. Pure; what it is told stands in reliance."""

from __future__ import annotations

from dataclasses import dataclass

from core.criteria import METRICS
from core.criteria.metric import Evidence
from core.model.judged import Criterion, Judged, VerdictWord
from core.wording import percent

FAIL: VerdictWord = "FAIL"
NOT_RELIABLE: VerdictWord = "NOT RELIABLE"
INCONCLUSIVE: VerdictWord = "INCONCLUSIVE"
PASS: VerdictWord = "PASS"
REFERENCE: VerdictWord = "REFERENCE"
ORDER = (FAIL, NOT_RELIABLE, INCONCLUSIVE, PASS)
"""From worst to best; of several criteria the worst verdict stands. A reference is in none."""

ENOUGH_SEEDS = 3

WORKS = "An attack that works is proof."
CLEAN = "What is wrong without any attack is enough: that is proof."
"""What stands behind an absolute criterion that is missed."""

HEDGE = "That holds under these attacks: a ratio of two upper bounds says nothing of others."
"""What stands behind a gain that was not seen, where no proof does."""


@dataclass(frozen=True)
class Ground:
    """What the evidence stands on.

    Attributes:
        alarms: sentences of failed checks that concern this defence.
        adaptive: an attack ran that is not weak, and no check disqualified it.
        complete: no cell of the run is missing.
        agreeing: names of attacks, one a way to search, each of which alone shows that the gain
            asked for is not there.
        seeds: how many networks a pass needs.
        lacking: what else a pass needs and is not there, in words.
    """

    alarms: tuple[str, ...] = ()
    adaptive: bool = True
    complete: bool = True
    agreeing: tuple[str, ...] = ()
    seeds: int = ENOUGH_SEEDS
    lacking: tuple[str, ...] = ()


def judge(criterion: Criterion, evidence: list[Evidence], ground: Ground) -> Judged:
    """The verdict on one defence by one criterion, and its reason in a sentence.

    In this order:

    FAIL where any number misses an absolute criterion with its whole interval: an attack that
    works is proof, and one seed is enough. NOT RELIABLE where a check failed. FAIL where a gain
    over the undefended network misses what was asked: a ratio of two upper bounds, which bounds
    nothing, so that it is no proof unless two attacks that search in different ways show it each.
    NOT RELIABLE where all attacks are weak or disqualified. PASS where every interval clears the
    criterion, with three seeds or more, nothing missing, and no sample that attacks gave up on
    counted as measured. Else INCONCLUSIVE.

    A network that was handed in as it is, is judged as that one function: no seed of training is
    part of the statement, and one network is all there is of it. In their place stands how it was
    attacked (`core.judgement.grade.for_a_pass`): an attack that found what was planted for it, on
    100 samples or more, a second that searches in another way, and a search without gradients,
    none of them disqualified. That holds for numbers that stand by themselves; a gain over another
    network is a statement on what was done to it, and keeps asking for three of each.

    A mean over samples of which attacks gave up on some is known to lie between two ends: those
    samples at the budget, and at the largest distance that exists. To miss "at least" it has to
    miss it with the far end; it never clears it.

    Args: criterion: with its threat model. evidence: of one threat model; empty where the run does
    not say.

    Source: Carlini et al., arXiv 1902.06705, for what an evaluation must not be believed without.
    """
    relative = is_relative(criterion)
    missed = [one for one in evidence if misses(criterion, one)]
    if missed and not relative:
        attacked = any(one.attacks for one in missed)
        return _failed(criterion, missed, WORKS if attacked else CLEAN)
    if ground.alarms:
        return Judged(criterion=criterion, verdict=NOT_RELIABLE, reason=ground.alarms[0])
    if missed:
        return _without_gain(criterion, missed, ground.agreeing)
    if not ground.adaptive:
        reason = (
            "No attack that could be relied on ran against this network under this threat model, so"
            f" that attacks failed is no evidence; add {strong(criterion)}."
        )
        return Judged(criterion=criterion, verdict=NOT_RELIABLE, reason=reason)
    word, reason = _undefeated(criterion, evidence, ground)
    return Judged(criterion=criterion, verdict=word, reason=reason)


def _without_gain(
    criterion: Criterion, missed: list[Evidence], agreeing: tuple[str, ...]
) -> Judged:
    """A gain that was asked for and not seen."""
    proof = ""
    if len(agreeing) > 1:
        proof = f"{' and '.join(agreeing)}, which search in different ways, agree: that is proof."
    return _failed(criterion, missed, proof)


def _failed(criterion: Criterion, missed: list[Evidence], proof: str) -> Judged:
    """A FAIL by what misses by most."""
    worst = min(missed, key=lambda e: e.value if _at_least(criterion) else -e.value)
    said = f"{stated(worst)}, which misses {demanded(criterion)}"
    return Judged(
        criterion=criterion, verdict=FAIL, reason=f"{said}. {proof or HEDGE}", proof=proof
    )


def _undefeated(
    criterion: Criterion, evidence: list[Evidence], ground: Ground
) -> tuple[VerdictWord, str]:
    if not evidence:
        return INCONCLUSIVE, (
            f"The run holds no number for {criterion.metric} under {criterion.attack}:"
            " an attack that looks for the closest example must run on this network and on the"
            " undefended one, and its budget must leave room for the gain asked for."
            if is_relative(criterion)
            else f"The run holds no number for {criterion.metric} under {criterion.attack} in this"
            " threat model."
        )
    clear = all(clears(criterion, e) for e in evidence)
    seeds = min(e.seeds for e in evidence)
    closest = min(evidence, key=lambda e: e.low if _at_least(criterion) else -e.highest)
    said = stated(closest)
    if not ground.complete:
        return INCONCLUSIVE, f"{said}; but the run is incomplete, and may not pass."
    if clear and seeds >= ground.seeds and not ground.lacking:
        return PASS, f"Withstood these attacks: {said}, which clears {demanded(criterion)}."
    if clear and seeds < ground.seeds:
        return INCONCLUSIVE, (
            f"{said}, which clears {demanded(criterion)}; but with {seeds} seed(s), and"
            f" {ground.seeds} are needed to pass."
        )
    if clear:
        return INCONCLUSIVE, (
            f"{said}, which clears {demanded(criterion)}; but too little was tried for a pass:"
            f" {'; '.join(ground.lacking)}."
        )
    if any(e.bound for e in evidence):
        return INCONCLUSIVE, (
            f"{said}; but some samples were never moved, so that this mean is a bound and decides"
            f" nothing about {demanded(criterion)}; ask for robust_accuracy at an eps."
        )
    return INCONCLUSIVE, f"{said}: the interval holds {demanded(criterion)}; more samples decide."


def is_relative(criterion: Criterion) -> bool:
    """Whether a criterion asks for a gain, which is a ratio of two upper bounds."""
    metric = METRICS.get(criterion.metric)
    return metric is not None and metric.relative


def misses(criterion: Criterion, evidence: Evidence) -> bool:
    """Whether a number misses a criterion with the whole of its interval.

    Where attacks gave up on samples, wherever those lie.
    """
    if _at_least(criterion):
        return evidence.highest < bound(criterion)
    return evidence.low > bound(criterion)


def clears(criterion: Criterion, evidence: Evidence) -> bool:
    """Whether a number clears a criterion with the whole of its interval; a bound never does."""
    if evidence.bound:
        return False
    if _at_least(criterion):
        return evidence.low >= bound(criterion)
    return evidence.highest <= bound(criterion)


def stated(evidence: Evidence) -> str:
    """A number with its interval, as the beginning of a sentence."""
    value, low, high = (percent(n, 1) for n in (evidence.value, evidence.low, evidence.high))
    text = f"{evidence.what} is {value} ({low} to {high})"
    return text[0].upper() + text[1:]


def demanded(criterion: Criterion) -> str:
    """The bound of a criterion, within a sentence."""
    side = "at least" if _at_least(criterion) else "at most"
    return f"the criterion of {side} {percent(bound(criterion), 1)}"


def strong(criterion: Criterion) -> str:
    """Attacks that would count, by what the criterion is about."""
    if criterion.knowledge == "black-box":
        return "decision or genetic"
    by_distance = {"l0": "jsma-logf or sigma-zero", "l2": "cw-l2", "linf": "pgd on the margin"}
    return by_distance.get(criterion.distance or "", "jsma-logf, pgd on the margin, or cw-l2")


def _at_least(criterion: Criterion) -> bool:
    return criterion.at_least is not None


def bound(criterion: Criterion) -> float:
    """What is asked for, a fraction."""
    asked = criterion.at_least if criterion.at_least is not None else criterion.at_most
    if asked is None:
        raise ValueError("a criterion gives at_least or at_most")
    return asked
