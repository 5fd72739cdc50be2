"""Checks of one attack by itself: its gradient, its records, and what it must be able to do."""

from __future__ import annotations

import pandas as pd

from core.evaluation.attacked import Attacked
from core.judgement.diagnostics.check import ENOUGH, FAIL, NOT_RUN, PASS, SLACK, Outcome
from core.metrics.curves import within
from core.metrics.shares import share_of
from core.wording import percent

ZERO_GRADIENT_SHARE = SLACK


def zero_gradients(share: float) -> Outcome:
    """An attack whose gradient is exactly zero from the start has not attacked.

    Args: share: of unperturbed samples whose gradient is exactly zero for every wrong target.
    Source: AutoAttack's checks; EAR.
    """
    if share <= ZERO_GRADIENT_SHARE:
        return Outcome(
            "zero_gradients",
            PASS,
            share,
            f"{percent(share)} of the samples gave the attack a gradient of exactly zero when it"
            " ran.",
        )
    return Outcome(
        "zero_gradients",
        FAIL,
        share,
        f"{percent(share)} of the samples gave the attack a gradient of exactly zero when it ran,"
        " for every target: it had nothing to follow, so its failures are no evidence of"
        " robustness.",
    )


def outcomes_recorded(one: Attacked) -> Outcome:
    """What counts as a success is one, and no success costs more than the budget.

    Success is: predicted as the target, or (untargeted) not as the label. `number` is the share
    of rows that contradict themselves. One such row is a fault, so there is no tolerance.
    """
    name, rows = "outcomes_recorded", one.all_rows
    goal = (
        rows["predicted"] == rows["target"] if one.targeted else rows["predicted"] != rows["label"]
    )
    wrong = (goal != rows["success"].astype(bool)).to_numpy()
    if wrong.any():
        sentence = (
            f"{one.name}: {wrong.sum()} of {len(rows)} attacks are counted as a success or a"
            " failure that the network's own answer contradicts; its numbers mean nothing."
        )
        return Outcome(name, FAIL, float(wrong.mean()), sentence)
    if one.budget is not None:
        beyond = ~within(rows[one.distance].to_numpy(float), one.budget) & goal.to_numpy()
        if beyond.any():
            sentence = (
                f"{one.name}: {beyond.sum()} of {len(rows)} attacks succeeded beyond the"
                f" budget of {one.budget:g} ({one.distance}); the attack was given more than it"
                " was said to have."
            )
            return Outcome(name, FAIL, float(beyond.mean()), sentence)
    sentence = "Every success is what the network answers, and within the attack's budget."
    return Outcome(name, PASS, 0.0, sentence)


def everything_without_budget(one: Attacked) -> Outcome:
    """An attack that may change as much as it likes has to succeed on everything.

    Args: one: an attack without a budget, or with one as large as any distance between inputs.
        `number` is its success rate over all pairs.
    Source: EAR, section 5.
    """
    rate = share_of(one.success)
    name = "everything_without_budget"
    if rate.high < 1 - SLACK:
        sentence = (
            f"Without a limit on the change, {one.attack} still reached only"
            f" {percent(rate.value)} of"
            " its goals. Something is wrong with the attack (too few steps?), not right with the"
            " network: every input can be turned into any other."
        )
        return Outcome(name, FAIL, rate.value, sentence)
    if rate.low > 1 - ENOUGH:
        sentence = f"Without a limit on the change, {one.attack} reached {percent(rate.value)}."
        return Outcome(name, PASS, rate.value, sentence)
    sentence = (
        f"Without a limit on the change, {one.attack} reached {percent(rate.value)} of its goals on"
        f" {rate.n} samples, too few to tell that from everything; attack more (samples)."
    )
    return Outcome(name, NOT_RUN, rate.value, sentence)


def chance_at_half_range(one: Attacked, chance: float) -> Outcome:
    """Where every feature may move by half its range, any input can be made plain grey.

    So accuracy has to fall to chance. Args: one: an iterative attack with a Linf eps of half the
    range of the data or more. chance: share of the most frequent class. `number` is the accuracy
    that is left.
    Source: EAR, section 5 (Linf 0.5 on [0, 1]).
    """
    every = pd.MultiIndex.from_frame(one.all_rows[["seed", "sample"]].drop_duplicates())
    stays = ~one.reached(by_pair=False)
    left = share_of(stays.reindex(every, fill_value=False))
    name = "chance_at_half_range"
    if left.low > chance:
        sentence = (
            f"{one.name} may turn every input plain grey, yet the network still answers"
            f" {percent(left.value)} rightly (chance is {percent(chance)}): the attack does not"
            " work here."
        )
        return Outcome(name, FAIL, left.value, sentence)
    if left.high < chance + ENOUGH:
        at = f"{percent(left.value)} (chance is {percent(chance)})"
        sentence = f"{one.name} leaves an accuracy of {at}."
        return Outcome(name, PASS, left.value, sentence)
    sentence = (
        f"{one.name} leaves an accuracy of {left.text}, too few to tell from chance"
        f" ({percent(chance)}); attack more (samples)."
    )
    return Outcome(name, NOT_RUN, left.value, sentence)
