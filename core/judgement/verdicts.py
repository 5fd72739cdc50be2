"""May a defence be called robust? One verdict per defence, parameters and temperature.

A pure function over numbers that the results hold; the words around it are the report's.
"""

from __future__ import annotations

from core.attacks import is_adaptive
from core.criteria import METRICS
from core.criteria.metric import Evidence
from core.model.identity import AttackId, NetworkId
from core.model.judged import Criterion, Judged, Verdict, VerdictWord
from core.model.results import Results
from core.model.rows import SummaryRow
from core.wording import percent

FAIL: VerdictWord = "FAIL"
NOT_RELIABLE: VerdictWord = "NOT RELIABLE"
INCONCLUSIVE: VerdictWord = "INCONCLUSIVE"
PASS: VerdictWord = "PASS"
ORDER = (FAIL, NOT_RELIABLE, INCONCLUSIVE, PASS)
"""From worst to best; of several criteria the worst verdict stands."""

ENOUGH_SEEDS = 3


def judge(
    criterion: Criterion,
    evidence: list[Evidence],
    alarms: list[str],
    adaptive: bool,
    complete: bool,
) -> tuple[VerdictWord, str]:
    """The verdict on one defence by one criterion, and its reason in a sentence.

    In this order: FAIL if any evidence misses the criterion with its whole interval (an attack
    that works is proof, and one seed is enough); NOT RELIABLE if a check fired or no adaptive
    attack ran; PASS if every interval clears the criterion with three seeds or more and nothing
    is missing; else INCONCLUSIVE.

    Args:
        criterion: what the defence has to reach.
        evidence: what the criterion is held against; empty where the run does not say.
        alarms: sentences of failed checks that concern this defence.
        adaptive: an adaptive attack ran on it and no check disqualified it.
        complete: no cell of the run is missing.

    Source: Carlini et al., arXiv 1902.06705, for what an evaluation must not be believed without.
    """
    missed = [e for e in evidence if _misses(criterion, e)]
    if missed:
        worst = min(missed, key=lambda e: e.value if _at_least(criterion) else -e.value)
        return FAIL, f"{_stated(worst, criterion)}, which misses {_demand(criterion)}."
    if alarms:
        return NOT_RELIABLE, alarms[0]
    if not adaptive:
        return NOT_RELIABLE, (
            "No adaptive attack that could be relied on ran against this defence, so that attacks"
            " failed is no evidence; add jsma-logf, pgd on the margin, or cw-l2."
        )
    if not evidence:
        return INCONCLUSIVE, (
            f"The run holds no number for {criterion.metric} under {criterion.attack}:"
            " an attack that looks for the closest example must run on this network and on the"
            " undefended one, and its budget must leave room for the gain asked for."
        )
    clear = all(_clears(criterion, e) for e in evidence)
    seeds = min(e.seeds for e in evidence)
    closest = min(evidence, key=lambda e: e.low if _at_least(criterion) else -e.high)
    stated = _stated(closest, criterion)
    if not complete:
        return INCONCLUSIVE, f"{stated}; but the run is incomplete, and may not pass."
    if clear and seeds >= ENOUGH_SEEDS:
        return PASS, f"Withstood these attacks: {stated}, which clears {_demand(criterion)}."
    if clear:
        return INCONCLUSIVE, (
            f"{stated}, which clears {_demand(criterion)}; but with {seeds} seed(s), and"
            f" {ENOUGH_SEEDS} are needed to pass."
        )
    return INCONCLUSIVE, f"{stated}: the interval holds {_demand(criterion)}; more samples decide."


def verdicts(results: Results) -> list[Verdict]:
    """One verdict per defence, parameters and temperature, by the run's own criteria.

    Args: results: all of it but the verdicts.

    Returns: [] where the run asks for nothing. The undefended network is what the others are held
    against and gets none.
    """
    if not results.criteria:
        return []
    first = {row.identity: row for row in reversed(results.summary)}
    order = dict.fromkeys(row.identity for row in results.summary)
    return [_verdict(results, first[network]) for network in order if not network.undefended]


def _verdict(results: Results, row: SummaryRow) -> Verdict:
    network, judged = row.identity, []
    for criterion in results.criteria:
        verdict, reason = judge(
            criterion,
            evidence_for(results, network, criterion),
            _alarms(results, network),
            _adaptive(results, network),
            not results.provenance.incomplete,
        )
        judged.append(Judged(criterion=criterion, verdict=verdict, reason=reason))
    deciding = min(judged, key=lambda one: ORDER.index(one.verdict))
    return Verdict(
        defense=row.defense,
        defense_params=row.defense_params,
        temperature=row.temperature,
        verdict=deciding.verdict,
        reason=deciding.reason,
        criterion=deciding.criterion,
        criteria=judged,
    )


def evidence_for(results: Results, network: NetworkId, criterion: Criterion) -> list[Evidence]:
    """The numbers of a network that a criterion is held against; [] for an unknown metric."""
    metric = METRICS.get(criterion.metric)
    return [] if metric is None else metric.evidence(results, network, criterion)


def _alarms(results: Results, network: NetworkId) -> list[str]:
    """Failed checks of this network; those of one attack disqualify it."""
    return [
        check.sentence
        for check in results.diagnostics
        if check.result == "fail"
        and check.subject.attack is None
        and check.subject.identity == network
    ]


def _adaptive(results: Results, network: NetworkId) -> bool:
    """Whether an adaptive attack ran on this network that no failed check disqualifies.

    An attack that calls the deliberately broken network robust is disqualified everywhere.
    """
    doubted: set[AttackId | None] = {
        check.subject.setting
        for check in results.diagnostics
        if check.result == "fail"
        and (check.check == "broken_network_found" or check.subject.identity == network)
    }
    return any(
        is_adaptive(row.attack, row.attack_params) and row.setting not in doubted
        for row in results.summary
        if row.identity == network
    )


def _at_least(criterion: Criterion) -> bool:
    return criterion.at_least is not None


def _bound(criterion: Criterion) -> float:
    bound = criterion.at_least if criterion.at_least is not None else criterion.at_most
    if bound is None:
        raise ValueError("a criterion gives at_least or at_most")
    return bound


def _misses(criterion: Criterion, evidence: Evidence) -> bool:
    if _at_least(criterion):
        return evidence.high < _bound(criterion)
    return evidence.low > _bound(criterion)


def _clears(criterion: Criterion, evidence: Evidence) -> bool:
    if _at_least(criterion):
        return evidence.low >= _bound(criterion)
    return evidence.high <= _bound(criterion)


def _stated(evidence: Evidence, criterion: Criterion) -> str:
    value, low, high = (percent(n, 1) for n in (evidence.value, evidence.low, evidence.high))
    text = f"{evidence.what} is {value} ({low} to {high})"
    return text[0].upper() + text[1:]


def _demand(criterion: Criterion) -> str:
    side = "at least" if _at_least(criterion) else "at most"
    return f"the criterion of {side} {percent(_bound(criterion), 1)}"
