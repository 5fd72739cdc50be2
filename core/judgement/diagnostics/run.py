"""Every check over one run, each with what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from core import attacks as known
from core import defenses
from core.evaluation.attacked import Attacked
from core.evaluation.evaluation import Evaluation
from core.judgement.diagnostics import comparisons, coverage, single
from core.judgement.diagnostics import planted as positive_control
from core.judgement.diagnostics.check import FAIL, NOT_RUN, Outcome
from core.judgement.diagnostics.data import inputs_new
from core.judgement.diagnostics.networks import logits_given, network_trained, same_answer_twice
from core.model.data import DataFacts
from core.model.identity import AttackId, NetworkId
from core.model.judged import Check, Subject
from core.model.network import TrainedNetwork
from core.model.rows import Closest, Planted, SummaryRow
from core.wording import Scale

Found = tuple[Subject, Outcome]


def run_checks(
    evaluation: Evaluation,
    summary: list[SummaryRow],
    closest: list[Closest],
    networks: list[TrainedNetwork],
    data: DataFacts,
    complete: bool = True,
    planted: Sequence[Planted] = (),
) -> list[Check]:
    """Apply every check to one run.

    Args:
        evaluation: of the run's rows. summary: gives `zero_gradient_samples`.
        closest: the reported mean distance of the closest example of any attack.
        networks: one a trained network and seed. complete: whether all cells of the run are done.
        planted: what attacks found of planted examples; one network and attack at most once.

    Returns: `broken_network_found` stands at the broken network and concerns its attack (with
    those settings) wherever that was run. A check that lacks what it needs is `not run` once a
    network, in the same words for all networks.
    """
    found = [item for network in networks for item in _of_network(network, data)]
    found += _zero_gradients(summary)
    twin = evaluation.undefended
    tried = _broken(evaluation.attacked, twin)
    found += [(_subject(one, one), outcome) for one, outcome in tried]
    validated = {one.setting: outcome for one, outcome in tried}
    for network, mine in evaluation.by_network.items():
        found += _singly(mine, data, _chance(networks, network))
        found += _planted(planted, mine)
        found += _compared(mine)
        found += _covered(mine, twin, validated, complete)
        there = [entry for entry in closest if entry.identity == network]
        found += _minima(mine, there, data.scale)
    return [
        Check(
            check=outcome.check,
            result=outcome.result,
            number=outcome.number,
            sentence=outcome.sentence,
            subject=subject,
        )
        for subject, outcome in found
    ]


def _of_network(network: TrainedNetwork, data: DataFacts) -> Iterator[Found]:
    subject = Subject(
        defense=network.defense,
        defense_params=network.defense_params,
        temperature=network.temperature,
        seed=network.seed,
    )
    accuracy, chance = network.accuracy, network.chance
    if accuracy is not None and chance is not None:
        given = network.from_a_file
        yield subject, network_trained(accuracy, data.n_test, chance, from_a_file=given)
    yield subject, inputs_new(data)
    yield subject, logits_given(network.outputs)
    yield subject, same_answer_twice(network.outputs)


def _zero_gradients(summary: list[SummaryRow]) -> Iterator[Found]:
    for row in summary:
        if known.facts(row.attack).white_box and row.zero_gradient_samples is not None:
            subject = Subject(
                defense=row.defense,
                defense_params=row.defense_params,
                temperature=row.temperature,
                attack=row.attack,
                attack_params=row.attack_params,
            )
            yield subject, single.zero_gradients(row.zero_gradient_samples)


def _planted(planted: Sequence[Planted], mine: list[Attacked]) -> Iterator[Found]:
    """One check an attack on this network, held against the same attack on the undefended one."""
    entries = {(one.identity, one.setting): one for one in planted}
    undefended = {one.setting: one for one in planted if one.identity.undefended}
    checks: list[tuple[Attacked, Outcome | None]] = []
    for attack in mine:
        one = entries.get((attack.network, attack.setting))
        if one is not None:
            against = None if one.identity.undefended else undefended.get(one.setting)
            checks.append((attack, positive_control.planted_found(one, against)))
    lacking = "No example was planted in this network (planted: 0, or not finished)."
    yield from _each(_subject(mine[0]), checks, "planted_found", lacking)


def _singly(mine: list[Attacked], data: DataFacts, chance: float) -> Iterator[Found]:
    whole = _subject(mine[0])
    records = [(one, single.outcomes_recorded(one)) for one in mine]
    wrong = [(_subject(one, one), check) for one, check in records if check.result == FAIL]
    yield from wrong or [(whole, records[0][1])]
    if not data.free:
        how = "in steps" if data.freely_directed else "one way or with others"
        sentence = (
            f"Some features of these data may not change, or only {how}, so no attack is owed"
            " success on everything."
        )
        for name in ("everything_without_budget", "chance_at_half_range"):
            yield whole, Outcome(name, NOT_RUN, None, sentence)
        return
    extent = data.extent
    unlimited = [
        one
        for one in mine
        if one.had_a_task
        and (
            one.facts.unlimited
            or (one.facts.iterative and (one.budget or 0) >= extent.of(one.distance))
        )
    ]
    sentence = "No attack without a budget was run; add {name: cw-l2}, or decision."
    yield from [
        (_subject(one, one), single.everything_without_budget(one)) for one in unlimited
    ] or [(whole, Outcome("everything_without_budget", NOT_RUN, None, sentence))]
    half = [
        one
        for one in mine
        if one.facts.iterative and one.distance == "linf" and (one.budget or 0) >= extent.linf / 2
    ]
    sentence = (
        "No iterative attack was run with a Linf eps of half the range; add {name: pgd, eps:"
        f" {extent.linf / 2:g}}}."
    )
    yield from [(_subject(one, one), single.chance_at_half_range(one, chance)) for one in half] or [
        (whole, Outcome("chance_at_half_range", NOT_RUN, None, sentence))
    ]


def _compared(mine: list[Attacked]) -> Iterator[Found]:
    whole = _subject(mine[0])
    mine = [one for one in mine if one.had_a_task]
    white, black = comparisons.sides(mine)
    steps = comparisons.single_steps(mine)
    yield from _each(
        whole,
        [
            (one, comparisons.iterative_beats_single_step(one, steps))
            for one in mine
            if one.facts.iterative
        ],
        "iterative_beats_single_step",
        "No iterative and single-step attack share a norm and an eps; add {name: fgsm} and"
        " {name: bim} or {name: pgd} with the same eps.",
    )
    yield from _each(
        whole,
        [
            (max(family, key=lambda one: one.budget or 0), comparisons.success_grows(family))
            for family in comparisons.families(mine)
        ],
        "success_grows",
        "No attack was run with two budgets; add one again with another eps or budget.",
    )
    yield from _each(
        whole,
        [
            (base, comparisons.more_work_changes_nothing(base, more))
            for base, more in comparisons.doubled(mine)
        ],
        "more_work_changes_nothing",
        "No attack was run again with twice the steps, restarts or searches; add one so.",
    )
    together = comparisons.white_box_together(white, black)
    if together is None:
        sentence = (
            "No attack with and one without gradients keep the same distance small; add {name:"
            " noise} or {name: genetic} beside {name: pgd}, or {name: decision} beside {name:"
            " cw-l2}."
        )
        together = Outcome("white_box_beats_black_box", NOT_RUN, None, sentence)
    yield whole, together
    for one in (each for each in white if not each.facts.single_step):
        check = comparisons.white_box_beats_black_box(one, black)
        if check is not None:
            yield _subject(one, one), check


def _covered(
    mine: list[Attacked],
    twin: list[Attacked],
    validated: Mapping[AttackId, Outcome],
    complete: bool,
) -> Iterator[Found]:
    whole = _subject(mine[0])
    yield whole, coverage.black_box_run(mine, [one for one in twin if one.had_a_task])
    yield whole, coverage.parameters_listed(mine)
    yield whole, coverage.attacks_validated(mine, validated)
    if not mine[0].network.undefended:
        yield whole, coverage.adaptive_attack_run(mine)
    # What was handed in by itself claims no gain over anything.
    by_itself = not twin and defenses.facts(mine[0].defense).role == "given"
    if not (mine[0].network.undefended or by_itself):
        yield whole, coverage.undefended_twin_attacked(mine, twin, complete)


def _minima(mine: list[Attacked], closest: list[Closest], scale: Scale | None) -> Iterator[Found]:
    whole = _subject(mine[0])
    if not closest:
        yield whole, coverage.mean_of_minima(None, mine, "l0", scale)
    for entry in closest:
        distance = entry.distance
        counted = [one for one in mine if one.had_a_task]
        yield whole, coverage.mean_of_minima(entry.mean, counted, distance, scale)


def _broken(attacks: Iterable[Attacked], twin: list[Attacked]) -> list[tuple[Attacked, Outcome]]:
    same = {one.setting: one for one in twin if one.had_a_task}
    return [
        (one, coverage.broken_network_found(one, same.get(one.setting)))
        for one in attacks
        if defenses.facts(one.defense).is_broken and one.had_a_task
    ]


def _each(
    whole: Subject, checks: list[tuple[Attacked, Outcome | None]], name: str, lacking: str
) -> Iterator[Found]:
    known = [(_subject(one, one), check) for one, check in checks if check is not None]
    yield from known or [(whole, Outcome(name, NOT_RUN, None, lacking))]


def _chance(networks: list[TrainedNetwork], network: NetworkId) -> float:
    mine = [n.chance for n in networks if n.identity == network and n.chance is not None]
    return sum(mine) / len(mine)


def _subject(network: Attacked, attack: Attacked | None = None) -> Subject:
    return Subject(
        defense=network.defense,
        defense_params=network.network.params,
        temperature=network.network.temperature,
        attack=attack.attack if attack else None,
        attack_params=attack.params if attack else None,
    )
