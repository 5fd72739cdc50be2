"""Checks that set two attacks on one network against each other, sample by sample."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import numpy as np
import pandas as pd

from core.canonical import canonical
from core.evaluation.attacked import Attacked, missed
from core.judgement.diagnostics.check import ENOUGH, NOT_RUN, PASS, SLACK, Outcome, judged
from core.metrics.shares import Share, share_of
from core.model.base import Settings
from core.wording import percent

CLOSER = 0.8
"""A black-box attack beats the closest white-box success where it needs less than this of it."""


def iterative_beats_single_step(iterative: Attacked, single: list[Attacked]) -> Outcome | None:
    """Many small steps must reach what one large step of the same budget reaches.

    Args: iterative: `bim` or `pgd`. single: single-step attacks on the same network; those with
        another norm or eps do not count. None when none is left. `number` is the largest share of
        samples that one step reached and many did not.
    Source: EAR, section 5; OG, section 3.1 ("one-step attacks perform better").
    """
    pairs = [
        (missed(iterative, other), other)
        for other in single
        if (other.distance, other.budget) == (iterative.distance, iterative.budget)
    ]
    if not pairs:
        return None
    known = [(share, other) for share, other in pairs if share is not None]
    name = "iterative_beats_single_step"
    if not known:
        return _nothing_moved(name, iterative)
    worst, other = max(known, key=lambda pair: (pair[0].low, pair[0].value))
    return judged(
        name,
        worst,
        f"{iterative.name} missed what {other.attack} found in one step on {worst.text}.",
        f"One step of {other.attack} succeeds where {iterative.name} fails on {worst.text}: the"
        " iterative attack is set up wrongly, or follows a gradient that leads nowhere.",
        f"whether {iterative.attack} misses what one step finds",
    )


def success_grows(family: list[Attacked]) -> Outcome:
    """A larger budget must reach whatever a smaller one reaches, and at length more.

    Args: family: one attack on one network with two budgets or more and otherwise equal settings,
        in any order. `number` is the largest share of samples that a smaller budget reached and
        the next larger one did not.
    Source: EAR, section 5.
    """
    name = "success_grows"
    family = sorted(family, key=lambda one: one.budget or 0.0)
    small, large = family[0], family[-1]
    losses = [missed(b, a) for a, b in pairwise(family)]
    known = [share for share in losses if share is not None]
    if not known:
        return _nothing_moved(name, large)
    worst = max(known, key=lambda share: (share.low, share.value))
    span = f"{large.attack} with budgets from {small.budget:g} to {large.budget:g}"
    found = judged(
        name,
        worst,
        f"{span}: success grows from {percent(share_of(small.success).value)} to"
        f" {percent(share_of(large.success).value)}.",
        f"{span}: a larger budget fails where a smaller one succeeded on {worst.text}. A sound"
        " attack can only gain; this one loses its way.",
        "whether a larger budget loses what a smaller one reached",
    )
    if found.result != PASS or share_of(large.success).low > 1 - ENOUGH:
        return found
    gained = missed(small, large, anywhere=True)
    if gained is not None and gained.low > 0:
        return found
    sentence = f"{span}: no growth of success was detected; add a larger budget."
    return Outcome(name, NOT_RUN, found.number, sentence)


def more_work_changes_nothing(base: Attacked, more: Attacked) -> Outcome:
    """An attack has converged when twice the steps or restarts find no more.

    Args: base, more: the same attack on the same network; `more` has at least twice the steps,
        restarts or searches. `number` is the share of samples on which it found a success where
        `base` found none, or (attacks without a budget) one closer by more than 5 %.
    Source: EAR, section 5 ("verify that the attack has converged").
    """
    near = pd.DataFrame({"new": more.nearest(True), "old": base.nearest(True)}).dropna()
    found = np.isfinite(near["new"]) & ~np.isfinite(near["old"])
    if base.budget is None:
        found = found | (near["new"] < (1 - SLACK) * near["old"])
    gain = share_of(found)
    what = ", ".join(
        f"{key} {base.params[key]:g} to {more.params[key]:g}"
        for key in base.facts.repeats
        if base.params.get(key) != more.params.get(key)
    )
    return judged(
        "more_work_changes_nothing",
        gain,
        f"{base.name}, {what}: {gain.text} gained by it, so the attack has converged.",
        f"{base.name}, {what}: {gain.text} gained by it, so the attack with the smaller setting"
        " had not finished, and the network is weaker than it says.",
        "whether more work finds more",
    )


def white_box_beats_black_box(white: Attacked, black: list[Attacked]) -> Outcome | None:
    """Who sees the gradient must do at least as well as who does not, sample by sample.

    Args:
        white: an attack that takes many gradients (a single step is owed less).
        black: attacks on the same network that take none (gradient-free, hard-label, transfer,
            noise); those that keep another distance small do not count. None when none is left.

    `number` is the share of samples that any of them reached within the budget of `white`, and
    `white` did not.
    Source: EAR, section 5; OG, section 3.1 ("black-box attacks are better").
    """
    name = "white_box_beats_black_box"
    known = [
        (share, other)
        for other in black
        if other.distance == white.distance
        for share in [missed(white, other)]
        if share is not None
    ]
    if not any(other.distance == white.distance for other in black):
        return None
    if not known:
        return _nothing_moved(name, white)
    worst, other = max(known, key=lambda pair: (pair[0].low, pair[0].value))
    return judged(
        name,
        worst,
        f"{white.name} missed what {other.attack} found without gradients on {worst.text}.",
        f"{other.attack}, which sees no gradient, succeeds where {white.name} fails on"
        f" {worst.text}: the gradients of this network mislead the attack.",
        f"whether {white.attack} misses what {other.attack} finds",
    )


def white_box_together(white: list[Attacked], black: list[Attacked]) -> Outcome | None:
    """As `white_box_beats_black_box`, for the best of all gradient attacks on a network together.

    A black-box attack also beats them where it gets closer than 0.8 times the closest success of
    attacks that look for the closest (`cw-l2`, `lbfgs`, `cw-l0`). None when no two attacks of the
    two kinds keep the same distance small.
    """
    name = "white_box_beats_black_box"
    shares: list[tuple[Share, str]] = []
    comparable = False
    for distance in dict.fromkeys(one.distance for one in white):
        mine = [one for one in white if one.distance == distance]
        theirs = [one for one in black if one.distance == distance]
        comparable = comparable or bool(theirs)
        for other in theirs:
            share = _beaten(mine, other)
            if share is not None:
                shares.append((share, other.attack))
    if not comparable:
        return None
    if not shares:
        return Outcome(name, NOT_RUN, None, _NOTHING)
    worst, who = max(shares, key=lambda pair: (pair[0].low, pair[0].value))
    return judged(
        name,
        worst,
        f"{who}, which sees no gradient, did better than all gradient attacks together on"
        f" {worst.text}.",
        f"On {worst.text}, {who}, which sees no gradient, did better than all gradient attacks"
        " together: they do not show how weak this network is.",
        f"whether {who} does better than the gradient attacks",
    )


def families(attacks: list[Attacked]) -> list[list[Attacked]]:
    """Attacks of one network that differ in their budget only, two or more of each.

    Of those only whose success must grow: one large step may overshoot (`fgsm`), and random draws
    owe nothing.
    """
    found = defaultdict(list)
    for one in attacks:
        if one.facts.grows:
            # The step follows eps where the spec gives none.
            rest = {k: v for k, v in one.params.items() if k not in ("eps", "budget", "step_size")}
            found[one.attack, canonical(rest)].append(one)
    return [family for family in found.values() if len({one.budget for one in family}) > 1]


def doubled(attacks: list[Attacked]) -> list[tuple[Attacked, Attacked]]:
    """Pairs of attacks of one network, the second with twice the work or more in one setting."""
    return [
        (base, more)
        for base in attacks
        for more in attacks
        if base.attack == more.attack
        and any(_only_more(base.params, more.params, key) for key in base.facts.repeats)
        and not set(base.rows["sample"]).isdisjoint(more.rows["sample"])
    ]


def single_steps(attacks: list[Attacked]) -> list[Attacked]:
    """The single-step attacks among them."""
    return [one for one in attacks if one.facts.single_step]


def sides(attacks: list[Attacked]) -> tuple[list[Attacked], list[Attacked]]:
    """Those that use gradients, and those that do not."""
    return (
        [one for one in attacks if one.facts.white_box],
        [one for one in attacks if one.facts.black_box],
    )


_NOTHING = (
    "No attack with or without gradients changed any answer within its budget, so there is"
    " nothing to compare; add a larger eps."
)


def _nothing_moved(name: str, one: Attacked) -> Outcome:
    sentence = (
        f"Neither {one.name} nor the attacks to compare it with changed any answer, so there is"
        " nothing to compare; add a larger budget."
    )
    return Outcome(name, NOT_RUN, None, sentence)


def _only_more(base: Settings, more: Settings, key: str) -> bool:
    ignored = {key, "step_size"} if key == "steps" else {key}
    rest = [{k: v for k, v in p.items() if k not in ignored} for p in (base, more)]
    return key in base and rest[0] == rest[1] and more[key] >= 2 * base[key]


def _beaten(white: list[Attacked], black: Attacked) -> Share | None:
    """Share of samples on which `black` did better than all of `white`, which keep its distance."""
    budgets = [one.budget for one in white]
    limit = None if None in budgets else max(b for b in budgets if b is not None)
    widest = next(one for one in white if one.budget == limit)
    near = pd.concat([one.nearest(False) for one in white], axis=1).min(axis=1)
    other = black.nearest(False).where(black.reached(False, within_of=widest), np.inf)
    both = pd.DataFrame({"near": near, "other": other}).dropna()
    if not len(both) or not (both[np.isfinite(both)] > 0).to_numpy().any():
        return None
    unreached = np.isfinite(both["other"]) & ~np.isfinite(both["near"])
    if limit is None and black.budget is None:
        unreached = unreached | (both["other"] < CLOSER * both["near"])
    return share_of(unreached)
