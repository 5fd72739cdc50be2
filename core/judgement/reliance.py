"""What a verdict may rely on: failed checks, and the attacks that no check disqualifies."""

from __future__ import annotations

from core.attacks import approach, facts, is_adaptive
from core.criteria.metric import Evidence, aims, knows, same_radius
from core.criteria.rho_increase import alone
from core.model.identity import AttackId, NetworkId
from core.model.judged import ThreatModel
from core.model.results import Results
from core.model.rows import SummaryRow


def alarms(results: Results, network: NetworkId, relative: bool) -> list[str]:
    """Sentences of failed checks of a whole network; those of one attack disqualify that attack.

    Args: relative: whether the undefended network is judged with it.
    """
    return [
        check.sentence
        for check in results.diagnostics
        if check.result == "fail"
        and check.subject.attack is None
        and _concerns(check.subject.identity, network, relative)
    ]


def doubted(results: Results, network: NetworkId, relative: bool = False) -> set[AttackId]:
    """Attacks that a failed check disqualifies on a network.

    One that calls the deliberately broken network robust is disqualified everywhere.
    """
    return {
        check.subject.setting
        for check in results.diagnostics
        if check.result == "fail"
        and check.subject.setting is not None
        and (
            check.check == "broken_network_found"
            or _concerns(check.subject.identity, network, relative)
        )
    }


def _concerns(subject: NetworkId, network: NetworkId, relative: bool) -> bool:
    return subject == network or (relative and subject.undefended)


def under(results: Results, network: NetworkId, threat: ThreatModel) -> list[SummaryRow]:
    """The attacks on a network that belong to a threat model.

    An attack without a limit, and one with a larger radius, may go as far as one within it. Who
    reaches a class has left the label as well, not the other way round.
    """
    return [
        row
        for row in results.summary
        if row.identity == network
        and threat.distance in (None, row.distance)
        and (row.budget is None or threat.eps is None or _reaches(float(row.budget), threat.eps))
        and (threat.goal != "targeted" or (aims(row) == "targeted" and row.setting.every_target))
        and knows(row, None if threat.knowledge == "white-box" else threat.knowledge)
    ]


def _reaches(budget: float, eps: float) -> bool:
    return budget >= eps or same_radius(budget, eps)


def relied_on(
    results: Results, network: NetworkId, threat: ThreatModel, relative: bool = False
) -> list[SummaryRow]:
    """Attacks whose failure under a threat model says something: neither weak nor disqualified.

    Weak is what follows a slope that vanishes, takes one step, or draws at random; of a black box
    only a search with the network's answers counts.
    """
    doubts = doubted(results, network, relative)
    return [
        row
        for row in under(results, network, threat)
        if row.setting not in doubts
        and is_adaptive(row.attack, row.attack_params)
        and not facts(row.attack).single_step
        and (threat.knowledge != "black-box" or facts(row.attack).gradient_free)
        and (threat.knowledge != "white-box" or facts(row.attack).white_box)
    ]


ENOUGH_SAMPLES = 50
"""An attack that ran on fewer inputs agrees with nothing: its interval holds nearly any gain."""


def second_opinions(
    results: Results, network: NetworkId, threat: ThreatModel
) -> list[tuple[str, Evidence]]:
    """What single attacks say of the gain in a distance: how each searches, and its number.

    Of attacks that no check disqualifies, here or on the undefended network, adaptive ones first,
    and on `ENOUGH_SAMPLES` inputs or more.
    """
    doubts = doubted(results, network, relative=True)
    here = under(results, network, threat)
    return [
        (approach(row.attack), one)
        for row in sorted(here, key=lambda row: not is_adaptive(row.attack, row.attack_params))
        if row.setting not in doubts and row.samples >= ENOUGH_SAMPLES
        for one in alone(results, row)
    ]
