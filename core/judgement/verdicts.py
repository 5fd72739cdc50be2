"""May a defence be called robust? One verdict a network and threat model.

A pure function over numbers that the results hold; the rule is `rule`'s, the words around it are
the report's.
"""

from __future__ import annotations

from core import defenses
from core.criteria import METRICS
from core.criteria.defaults import asked
from core.criteria.metric import STRONGEST, Evidence
from core.judgement.grade import grade
from core.judgement.next_step import next_step, of_one_network, untried
from core.judgement.reliance import alarms, relied_on, second_opinions
from core.judgement.rule import (
    ENOUGH_SEEDS,
    FAIL,
    HEDGE,
    ORDER,
    REFERENCE,
    Ground,
    is_relative,
    judge,
    misses,
    stated,
)
from core.judgement.words import word
from core.model.identity import NetworkId
from core.model.judged import Criterion, Judged, ThreatModel, Verdict
from core.model.results import Results


def verdicts(results: Results) -> list[Verdict]:
    """One verdict a network and threat model, by the run's own criteria or Thermocline's.

    Args: results: all of it but the verdicts.

    Returns: [] where the run asks for nothing. The undefended network is what the others are held
    against and gets none; a control is a reference.
    """
    criteria = asked(results)
    order = dict.fromkeys(row.identity for row in results.summary)
    return [
        verdict
        for network in order
        if not network.undefended
        for verdict in _of_network(results, network, criteria)
    ]


def evidence_for(results: Results, network: NetworkId, criterion: Criterion) -> list[Evidence]:
    """The numbers of a network that a criterion is held against; [] for an unknown metric."""
    metric = METRICS.get(criterion.metric)
    return [] if metric is None else metric.evidence(results, network, criterion)


def _of_network(results: Results, network: NetworkId, criteria: list[Criterion]) -> list[Verdict]:
    narrowed = [one for criterion in criteria for one in _narrowed(results, network, criterion)]
    control = defenses.facts(network.defense)
    if control.is_control or control.is_broken:
        judged = [_reference(results, network, one) for one in narrowed]
    else:
        judged = _with_proofs([_judged(results, network, one) for one in narrowed])
    by_threat: dict[str, list[Judged]] = {}
    for one in judged:
        by_threat.setdefault(one.criterion.threat.model_dump_json(), []).append(one)
    return [_verdict(results, network, together) for together in by_threat.values()]


def _verdict(results: Results, network: NetworkId, judged: list[Judged]) -> Verdict:
    words = (*ORDER, REFERENCE)
    deciding = min(judged, key=lambda one: (words.index(one.verdict), not one.proof))
    threat, proof = deciding.criterion.threat, deciding.proof
    found = None
    if threat.attacked and deciding.verdict != REFERENCE:
        found = grade(results, network, threat, bool(proof))
    about = of_one_network(network, deciding.criterion)
    return Verdict(
        defense=network.defense,
        defense_params=network.params,
        temperature=network.temperature,
        threat=threat,
        verdict=deciding.verdict,
        reason=deciding.reason,
        proof=proof,
        criterion=deciding.criterion,
        criteria=judged,
        grade=found,
        word=word(results, network, deciding.verdict, proof, deciding.criterion),
        next_step=next_step(results, network, deciding) if about else "",
    )


def _narrowed(results: Results, network: NetworkId, criterion: Criterion) -> list[Criterion]:
    """A criterion once for each threat model that it was measured under; as it is where nothing
    was.
    """
    metric = METRICS.get(criterion.metric)
    usual = metric.goals[0] if metric is not None and metric.goals else None
    found = {
        (one.distance, one.eps, one.goal): criterion.model_copy(
            update={"distance": one.distance, "eps": one.eps, "goal": one.goal}
        )
        for one in evidence_for(results, network, criterion)
    }
    return list(found.values()) or [criterion.model_copy(update={"goal": criterion.goal or usual})]


def _judged(results: Results, network: NetworkId, criterion: Criterion) -> Judged:
    threat, relative = criterion.threat, is_relative(criterion)
    by_itself = of_one_network(network, criterion)
    ground = Ground(
        tuple(alarms(results, network, relative)),
        not threat.attacked or bool(relied_on(results, network, threat, relative)),
        not results.provenance.incomplete,
        _agreeing(results, network, criterion) if relative else (),
        1 if by_itself else ENOUGH_SEEDS,
        tuple(lack.words for lack in untried(results, network, criterion)) if by_itself else (),
    )
    return judge(criterion, evidence_for(results, network, criterion), ground)


def _agreeing(results: Results, network: NetworkId, criterion: Criterion) -> tuple[str, ...]:
    """One attack of each way to search that alone shows that the gain asked for is not there."""
    found: dict[str, str] = {}
    for way, one in second_opinions(results, network, criterion.threat):
        if criterion.attack in (STRONGEST, *one.attacks) and misses(criterion, one):
            found.setdefault(way, one.attacks[0])
    return tuple(found.values())


def _with_proofs(judged: list[Judged]) -> list[Judged]:
    """A gain that is missing is proof too where the same attacker breaks an absolute criterion."""
    return [
        one.model_copy(
            update={
                "proof": _broken(one, judged),
                "reason": one.reason.replace(HEDGE, _broken(one, judged)),
            }
        )
        if one.verdict == FAIL and not one.proof and _broken(one, judged)
        else one
        for one in judged
    ]


def _broken(one: Judged, judged: list[Judged]) -> str:
    """Which absolute criterion the attacker of a relative one breaks, in a sentence; or ""."""
    for other in judged:
        same = _attacker(other.criterion.threat) == _attacker(one.criterion.threat)
        if same and other.verdict == FAIL and other.proof and not is_relative(other.criterion):
            return f"The same attacker breaks {other.criterion.metric}, which is proof."
    return ""


def _attacker(threat: ThreatModel) -> ThreatModel:
    return threat.model_copy(update={"eps": None})


def _reference(results: Results, network: NetworkId, criterion: Criterion) -> Judged:
    """What came out for a network that nobody proposes: nothing is asked of it."""
    found = [stated(one) for one in evidence_for(results, network, criterion)]
    reason = ". ".join(["A reference, not judged", *found]) + "."
    return Judged(criterion=criterion, verdict=REFERENCE, reason=reason)
