"""What to do next after a verdict on a network that was handed in and is judged by itself."""

from __future__ import annotations

import math

from core import defenses
from core.criteria import METRICS
from core.criteria.metric import Evidence
from core.judgement.grade import Lack, facts_of, for_a_pass, wanted
from core.judgement.reliance import alarms
from core.judgement.rule import (
    FAIL,
    NOT_RELIABLE,
    PASS,
    bound,
    clears,
    is_relative,
    strong,
)
from core.model.base import Settings
from core.model.identity import NetworkId
from core.model.judged import Criterion, Judged
from core.model.results import Results
from core.model.rows import Closest
from core.wording import amount, distance

MOST = 100_000
"""More samples than this are not proposed."""


def of_one_network(network: NetworkId, criterion: Criterion) -> bool:
    """Whether a verdict is about one network as it was handed in, and about it alone.

    A gain is about what was done to it as well.
    """
    return defenses.facts(network.defense).role == "given" and not is_relative(criterion)


def untried(results: Results, network: NetworkId, criterion: Criterion) -> list[Lack]:
    """What a pass of such a network needs beside its number; [] where nothing is attacked."""
    if not criterion.threat.attacked:
        return []
    return for_a_pass(facts_of(results, network, criterion.threat, proof=False))


def next_step(results: Results, network: NetworkId, one: Judged) -> str:
    """What would decide, or what follows, in one or two sentences."""
    criterion = one.criterion
    metric = METRICS.get(criterion.metric)
    evidence = [] if metric is None else metric.evidence(results, network, criterion)
    if results.provenance.incomplete and one.verdict != FAIL:
        return f"Let the run finish: python -m core resume {results.run}."
    if one.verdict == FAIL:
        return _after_fail(results, network, criterion)
    if one.verdict == NOT_RELIABLE:
        if alarms(results, network, relative=False):
            return "Mend what the failed check names, and run again: nothing is judged before."
        return f"Attack with something that counts: {strong(criterion)}. {_command(results, [])}"
    if one.verdict == PASS:
        return (
            "Try stronger attacks before you rely on it: that these failed shows nothing of"
            " others. To say something of how the network was made, and not of this one alone,"
            " evaluate three that were trained separately."
        )
    if not evidence:
        return f"Add an attack that gives this number: {strong(criterion)}. {_command(results, [])}"
    if all(clears(criterion, each) for each in evidence):
        lacking = untried(results, network, criterion)
        added = wanted(results, network, criterion.threat, lacking)
        told = "; ".join(lack.words for lack in lacking)
        return f"Try more on it: {told}. {_command(results, added)}".strip()
    return _more_samples(results, criterion, evidence)


def _after_fail(results: Results, network: NetworkId, criterion: Criterion) -> str:
    if alarms(results, network, relative=False):
        return "Mend first what the failed check names: it may be all that is behind this."
    if not criterion.threat.attacked:
        return "Train a network that is more often right."
    said = "No further attack or sample turns this."
    stands = _half(results, network, criterion)
    if stands is not None and stands.median is not None:
        at = amount(stands.distance, stands.median, results.data.scale)
        said += (
            f" Half of the samples that it gets right fall within {at}: hold that against what an"
            " attacker of yours could change."
        )
    kept = "these changes" if criterion.distance is None else f"changes in {_sign(criterion)}"
    return f"{said} To withstand {kept} a network has to be trained on such examples."


def _sign(criterion: Criterion) -> str:
    return distance(criterion.distance or "l0")


def _half(results: Results, network: NetworkId, criterion: Criterion) -> Closest | None:
    if criterion.goal == "targeted":
        return None
    for entry in results.closest:
        if entry.identity == network and entry.distance == criterion.distance:
            return entry
    return None


def _more_samples(results: Results, criterion: Criterion, evidence: list[Evidence]) -> str:
    """About how many samples would decide, if what came out stays as it is."""
    open_ = [one for one in evidence if not clears(criterion, one)]
    if any(one.bound for one in open_):
        return "Ask for robust_accuracy at an eps: a mean over samples that nothing moved is open."
    asked = max((row.asked for row in results.summary), default=0)
    needed = max(_needed(one, bound(criterion), asked) for one in open_)
    if needed > MOST:
        return (
            "What came out lies on what was asked: no number of samples decides soon. Ask for"
            " less or for more."
        )
    held = results.data.n_test
    said = f"Attack more samples: about {needed:,} would decide, if the number stays as it is."
    if needed > held:
        said += f" The test data hold {held:,}."
    return said


def _needed(one: Evidence, at: float, asked: int) -> int:
    """Samples at which the end of the interval on the side of the bound comes to lie before it.

    Its distance from the number shrinks with the root of their number.
    """
    reach = one.high - one.value if one.value < at else one.value - one.low
    off = abs(one.value - at)
    if off * math.sqrt(MOST) <= reach * math.sqrt(asked):
        return MOST + 1
    needed = max(asked + 1.0, asked * (reach / off) ** 2)
    digits = 10 ** max(0, math.floor(math.log10(needed)) - 1)
    return math.ceil(needed / digits - 1e-9) * digits


def _command(results: Results, added: list[Settings]) -> str:
    """How a finished run gets further attacks; "" where none would help."""
    if not added:
        return ""
    options = " ".join(f"--attack {written(one)}" for one in added)
    return f"python -m core extend {results.run} {options}"


def written(attack: Settings) -> str:
    """An attack as the command line takes it: "pgd:norm=linf,eps=0.25"."""
    settings = ",".join(
        f"{name}={str(value).lower() if isinstance(value, bool) else value}"
        for name, value in attack.items()
        if name != "name"
    )
    return f"{attack['name']}:{settings}" if settings else str(attack["name"])
