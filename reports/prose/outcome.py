"""What was asked of a defence and what came out, each in a sentence. Verdicts are `verdict`'s."""

from __future__ import annotations

from collections.abc import Sequence

from core.criteria import METRICS
from core.criteria.metric import STRONGEST, Evidence
from core.errors import UserError
from core.judgement.next_step import of_one_network
from core.judgement.rule import (
    ENOUGH_SEEDS,
    FAIL,
    HEDGE,
    NOT_RELIABLE,
    PASS,
    REFERENCE,
    clears,
    is_relative,
)
from core.judgement.verdicts import evidence_for
from core.judgement.words import nearest
from core.model.base import Value
from core.model.judged import Criterion, Verdict
from core.model.results import Results
from core.spec import spec
from core.spec.spec import parse_part
from core.wording import SPACE, Scale
from reports.prose import numbers, threats
from reports.prose.phrases import capital
from reports.prose.pool import strongest_of


def demand(criterion: Criterion, scale: Scale | None = None) -> str:
    """A criterion in plain words, one sentence, with the threat model where it names one."""
    under = (
        "under the strongest attack on each sample"
        if criterion.attack == STRONGEST
        else f"under {criterion.attack}"
    )
    if criterion.distance is not None or criterion.goal == "targeted":
        usual = METRICS[criterion.metric].goals[0]
        meant = criterion.model_copy(update={"goal": criterion.goal or usual})
        under += f" ({threats.named(meant.threat, scale)})"
    side, amount = _asked(criterion)
    asked = METRICS[criterion.metric].demand.format(bound=f"{side} {amount}", under=under)
    return capital(asked)


def _asked(criterion: Criterion) -> tuple[str, str]:
    """Which side of the bound is meant, and the bound as it was written."""
    least = criterion.at_least is not None
    bound = criterion.at_least if least else criterion.at_most
    return "at least" if least else "at most", f"{100 * (bound or 0):g}{SPACE}%"


def sentence(results: Results, item: Verdict, criterion: Criterion | None) -> str:
    """What came out, by the verdict and the number that decided."""
    if criterion is None:
        return item.reason
    shown = deciding(results, item, criterion)
    word = item.verdict
    came_out = ""
    if shown is not None:
        came_out = _came_out(results, shown, criterion, asked=word != REFERENCE)
    if word == REFERENCE:
        return came_out or "The run holds no number of it."
    if word == FAIL:
        return f"{came_out or 'It misses what was asked of it.'} {_proof(item, criterion)}".strip()
    if word == NOT_RELIABLE:
        return (
            "The attacks that ran cannot be relied on, so that they failed shows nothing."
            f" {_missing(item)}"
        ).strip()
    if word == PASS:
        return f"{came_out} Another attack may still succeed.".strip()
    if shown is None:
        return "The run holds no number to judge it by."
    if results.provenance.incomplete:
        return f"{came_out} The run is incomplete, and may not pass."
    if clears(criterion, shown) and of_one_network(item.identity, criterion):
        return f"{came_out} But too little was tried for that to pass."
    if shown.seeds < ENOUGH_SEEDS and clears(criterion, shown):
        trained = "one network was" if shown.seeds == 1 else f"{shown.seeds} networks were"
        return f"{came_out} But only {trained} trained; {ENOUGH_SEEDS} seeds are needed to pass."
    if shown.bound:
        return (
            f"{came_out} Some samples were never moved: this mean is only a bound, and decides"
            " nothing."
        )
    return f"{came_out} The samples are too few to decide."


def _proof(item: Verdict, criterion: Criterion) -> str:
    """How far a FAIL reaches: which attacks agree, or that it is about these attacks."""
    if not is_relative(criterion):
        return ""
    if item.proof:
        return item.proof
    return HEDGE


def at_others(results: Results, items: Sequence[Verdict]) -> str:
    """What came out at further temperatures of a defence, in a sentence: "At T = 5: −4 %."

    Empty where they were not held against one criterion, or the run has no number of one.
    """
    first = items[0]
    criterion = criterion_of(first.criterion)
    if criterion is None or any(item.criterion != first.criterion for item in items):
        return ""
    found = [deciding(results, item, criterion) for item in items]
    values = sorted(one.value for one in found if one is not None)
    if len(values) < len(items):
        return ""
    written = numbers.signed if is_relative(criterion) else numbers.percent
    ends = list(dict.fromkeys(written(value) for value in (values[0], values[-1])))
    alone = len(items) == 1 and first.temperature is not None
    where = (
        f"At {numbers.at(first.temperature)}"
        if alone
        else f"At the other {len(items)} temperatures"
    )
    return f"{where}: {' to '.join(ends)}."


def _missing(item: Verdict) -> str:
    """What would help, where the rule says so."""
    if "No attack that could be relied on" in item.reason:
        add = item.reason.rpartition("; ")[2]
        return f"An attack that counts here is missing: {add}"
    return item.reason


def _came_out(results: Results, shown: Evidence, criterion: Criterion, asked: bool) -> str:
    """The number that decided, as a sentence. Args: asked: whether it says what was asked."""
    against = (
        f"Against {strongest_of(shown.attacks)}"
        if criterion.attack == STRONGEST and criterion.goal != "targeted" and shown.attacks
        else f"Against {' and '.join(dict.fromkeys(shown.attacks))}"
    )
    metric, between = METRICS[criterion.metric], numbers.interval(shown.low, shown.high)
    side, amount = _asked(criterion)
    if not metric.relative:
        value = f"{numbers.percent(shown.value)} {between}"
        limit = criterion.at_least if criterion.at_least is not None else criterion.at_most
        said = metric.outcome.format(against=against, value=value)
        said += _undefended(results, criterion)
        return f"{said}; {side} {numbers.percent(limit)} was asked." if asked else f"{said}."
    gain = numbers.signed(shown.value)
    if shown.low <= 0 <= shown.high:
        said = f"{against}, no gain over the undefended network was detected ({gain} {between})"
    elif shown.value > 0:
        said = metric.outcome.format(against=against, value=f"{gain} {between}")
    else:
        said = f"{against}, an attacker needs smaller changes than without it ({gain})"
    farther = "farther than without the defence" if criterion.at_least is not None else "farther"
    return f"{said}; asked was {side} {amount} {farther}." if asked else f"{said}."


def _undefended(results: Results, criterion: Criterion) -> str:
    """The same number of the undefended network, in brackets; "" where there is none."""
    reference = [row.identity for row in results.summary if row.identity.undefended]
    found = evidence_for(results, reference[0], criterion) if reference else []
    shown = nearest(found, criterion)
    if not METRICS[criterion.metric].goals or shown is None:
        return ""
    return f" ({numbers.percent(shown.value)} without the defence)"


def deciding(results: Results, item: Verdict, criterion: Criterion) -> Evidence | None:
    """The piece of evidence nearest to missing the criterion, or None where there is none."""
    return nearest(evidence_for(results, item.identity, criterion), criterion)


def criterion_of(raw: object) -> Criterion | None:
    """A criterion of a file, or None where it is none that this version can judge by."""
    try:
        read = raw.model_dump() if isinstance(raw, Value) else raw
        known = parse_part(spec.Criterion, read, "criteria")
    except UserError:
        return None
    return Criterion.model_validate(known.model_dump())


def set_by(criterion: Criterion) -> str:
    """Who set a criterion, in brackets."""
    if criterion.set_by == "default":
        return "(Thermocline's default; nobody set it for this run.)"
    return f"(Set by {criterion.set_by}.)"
