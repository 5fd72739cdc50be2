"""Every check over the rows and the summary of one run, each with what it is about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from core import defenses
from core.canonical import canonical
from core.judgement.diagnostics import comparisons, coverage, single
from core.judgement.diagnostics.attacked import (
    CLOSEST_WHITE_BOX,
    ITERATIVE,
    SINGLE_STEP,
    WHITE_BOX,
    Attacked,
    attacked,
)
from core.judgement.diagnostics.check import FAIL, NOT_RUN, Check
from core.judgement.diagnostics.networks import logits_given, network_trained, same_answer_twice
from core.metrics.robustness import extent_of, measure_of
from core.spec.attack_spec import looks_for_closest

Found = tuple[dict[str, Any], Check]


def run_checks(
    rows: pd.DataFrame,
    summary: list[dict],
    networks: list[dict],
    data: dict,
    *,
    strongest: list[dict] | None = None,
    complete: bool = True,
) -> list[Found]:
    """Apply every check to one run.

    Args:
        rows: the tidy table, as results.parquet.
        summary: of results.json; gives `zero_gradient_samples`.
        networks: of `provenance.networks`, one a trained network and seed: `defense, params,
            temperature, seed, accuracy, chance, trained` and, where known, `outputs` (as
            `core.metrics.outputs.output_facts`).
        data: `Dataset.info()`.
        strongest: the reported mean distance of the closest example of any attack: `defense,
            defense_params, temperature, distance, mean`, over the attacks that look for the
            closest in that distance; None when the run reports none.
        complete: whether all cells of the run are done.

    Returns: (subject, check) pairs. A subject is `defense, params, temperature, seed, attack,
    attack_params`: `attack` and `attack_params` are None for what concerns a whole network,
    `seed` is None for what concerns all its seeds. `broken_network_found` stands at the broken
    network and concerns its attack (with those settings) wherever that was run. A check that
    lacks what it needs is `not run` once a network, in the same words for all networks.
    """
    attacks = list(attacked(rows)) if len(rows) else []
    found = [item for network in networks for item in _of_network(network)]
    found += _zero_gradients(summary)
    by_network: dict[tuple, list[Attacked]] = {}
    for one in attacks:
        by_network.setdefault(one.network, []).append(one)
    twin = [one for one in attacks if defenses.facts(one.defense).is_reference]
    tried = _broken(attacks, twin)
    found += [(_subject(one, one), check) for one, check in tried]
    validated = {one.setting: check for one, check in tried}
    for mine in by_network.values():
        chance = _chance(networks, mine[0])
        found += _singly(mine, data, chance)
        found += _compared(mine)
        found += _covered(mine, twin, validated, complete)
        found += _minima(mine, data, strongest)
    return found


def _of_network(network: dict) -> Iterator[Found]:
    subject = {
        **{key: network[key] for key in ("defense", "params", "temperature", "seed")},
        "attack": None,
        "attack_params": None,
    }
    outputs = network.get("outputs")
    yield (
        subject,
        network_trained(network["accuracy"], network["chance"], network["trained"]),
    )
    yield subject, logits_given(outputs)
    yield subject, same_answer_twice(outputs)


def _zero_gradients(summary: list[dict]) -> Iterator[Found]:
    for entry in summary:
        if entry["attack"] in WHITE_BOX:
            subject = {
                "defense": entry["defense"],
                "params": entry["defense_params"],
                "temperature": entry["temperature"],
                "seed": None,
                "attack": entry["attack"],
                "attack_params": entry["attack_params"],
            }
            yield subject, single.zero_gradients(entry["zero_gradient_samples"])


def _singly(mine: list[Attacked], data: dict, chance: float) -> Iterator[Found]:
    whole = _subject(mine[0])
    records = [(one, single.outcomes_recorded(one)) for one in mine]
    wrong = [(_subject(one, one), check) for one, check in records if check.result == FAIL]
    yield from wrong or [(whole, records[0][1])]
    if data["mutable_features"] < data["n_features"] or data["stepped_features"]:
        sentence = (
            "Some features of these data may not change, or only in steps, so no attack is owed"
            " success on everything."
        )
        for name in ("everything_without_budget", "chance_at_half_range"):
            yield whole, Check(name, NOT_RUN, None, sentence)
        return
    extent = extent_of(data)
    unlimited = [
        one
        for one in mine
        if one.attack in (*CLOSEST_WHITE_BOX, "decision")
        or (one.attack in ITERATIVE and (one.budget or 0) >= extent[one.distance])
    ]
    sentence = "No attack without a budget was run; add {name: cw-l2}, or decision."
    yield from [
        (_subject(one, one), single.everything_without_budget(one)) for one in unlimited
    ] or [(whole, Check("everything_without_budget", NOT_RUN, None, sentence))]
    half = [
        one
        for one in mine
        if one.attack in ITERATIVE
        and one.distance == "linf"
        and (one.budget or 0) >= extent["linf"] / 2
    ]
    sentence = (
        "No iterative attack was run with a Linf eps of half the range; add {name: pgd, eps:"
        f" {extent['linf'] / 2:g}}}."
    )
    yield from [(_subject(one, one), single.chance_at_half_range(one, chance)) for one in half] or [
        (whole, Check("chance_at_half_range", NOT_RUN, None, sentence))
    ]


def _compared(mine: list[Attacked]) -> Iterator[Found]:
    whole = _subject(mine[0])
    white, black = comparisons.sides(mine)
    steps = comparisons.single_steps(mine)
    yield from _each(
        whole,
        [
            (one, comparisons.iterative_beats_single_step(one, steps))
            for one in mine
            if one.attack in ITERATIVE
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
        together = Check("white_box_beats_black_box", NOT_RUN, None, sentence)
    yield whole, together
    for one in (each for each in white if each.attack not in SINGLE_STEP):
        check = comparisons.white_box_beats_black_box(one, black)
        if check is not None:
            yield _subject(one, one), check


def _covered(
    mine: list[Attacked], twin: list[Attacked], validated: dict[tuple, Check], complete: bool
) -> Iterator[Found]:
    whole = _subject(mine[0])
    yield whole, coverage.black_box_run(mine, twin)
    yield whole, coverage.parameters_listed(mine)
    yield whole, coverage.attacks_validated(mine, validated)
    if not defenses.facts(mine[0].defense).is_reference:
        yield whole, coverage.adaptive_attack_run(mine)
        yield whole, coverage.undefended_twin_attacked(mine, twin, complete)


def _minima(mine: list[Attacked], data: dict, strongest: list[dict] | None) -> Iterator[Found]:
    whole, extent = _subject(mine[0]), extent_of(data)
    entries = [
        entry
        for entry in strongest or []
        if _identity(entry["defense"], entry["defense_params"], entry["temperature"])
        == mine[0].network
    ]
    if not entries:
        yield whole, coverage.mean_of_minima(None, mine, [], "l0")
    for entry in entries:
        distance = entry["distance"]
        counted = [
            one for one in mine if one.distance == distance and looks_for_closest(one.attack)
        ]
        most = [measure_of(one.attack, one.params, one.budget, extent).cap for one in counted]
        yield whole, coverage.mean_of_minima(entry["mean"], counted, most, distance)


def _broken(attacks: list[Attacked], twin: list[Attacked]) -> list[tuple[Attacked, Check]]:
    same = {one.setting: one for one in twin}
    return [
        (one, coverage.broken_network_found(one, same.get(one.setting)))
        for one in attacks
        if defenses.facts(one.defense).is_broken
    ]


def _each(
    whole: dict, checks: list[tuple[Attacked, Check | None]], name: str, lacking: str
) -> Iterator[Found]:
    known = [(_subject(one, one), check) for one, check in checks if check is not None]
    yield from known or [(whole, Check(name, NOT_RUN, None, lacking))]


def _chance(networks: list[dict], one: Attacked) -> float:
    mine = [
        network["chance"]
        for network in networks
        if _identity(network["defense"], network["params"], network["temperature"]) == one.network
    ]
    return sum(mine) / len(mine)


def _identity(defense: str, params: dict, temperature: float | None) -> tuple:
    return defense, canonical(params), temperature


def _subject(network: Attacked, attack: Attacked | None = None) -> dict[str, Any]:
    return {
        "defense": network.defense,
        "params": network.defense_params,
        "temperature": network.temperature,
        "seed": None,
        "attack": attack.attack if attack else None,
        "attack_params": attack.params if attack else None,
    }
