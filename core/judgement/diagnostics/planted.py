"""The positive control of an attack: does it find an example that is known to be there?"""

from __future__ import annotations

from core.judgement.diagnostics.check import FAIL, MOST, NOT_RUN, PASS, SLACK, Outcome
from core.model.rows import Planted
from core.wording import percent

TOO_EASY = 0.05
"""Where more than this share of random points is adversarial, finding one shows nothing."""


BLIND, WEAKER = "blind", "weaker"


def called(share: float, undefended: float | None) -> str:
    """What an attack is that missed too many of the planted examples: `BLIND` or only `WEAKER`.

    Blind is too strong a word for one that finds more than half of what it finds elsewhere.

    Args: share: found. undefended: found in the undefended network; where that is less than half,
        or None: there is none, it is no measure, and what an attack that sees finds is all.
    """
    seen = undefended if undefended is not None and undefended > MOST else 1.0
    return BLIND if share <= seen / 2 else WEAKER


def planted_found(one: Planted, undefended: Planted | None) -> Outcome:
    """An attack that misses what was planted is blind: that it fails elsewhere is no evidence.

    It fails where the attack surely found less than half, or clearly fewer than on the undefended
    network: the two intervals lie more than `SLACK` apart. It passes where it surely found more
    than half.

    Args: undefended: what the same attack found there; None
    for the undefended network itself, or where there is none. `number` is the share found.

    Source: Zimmermann et al., arXiv 2206.13991.
    """
    name = "planted_found"
    share, low, high = one.share, one.low, one.high
    if share is None or low is None or high is None or one.by_chance is None:
        return Outcome(name, NOT_RUN, None, f"No example could be planted: {one.reason}.")
    counted = f"The attack found {one.found} of {one.of} planted examples"
    if one.by_chance > TOO_EASY:
        sentence = (
            f"{counted}, but {percent(one.by_chance)} of random points are adversarial there too:"
            " the test is too easy to show anything."
        )
        return Outcome(name, NOT_RUN, share, sentence)
    least = None if undefended is None else undefended.low
    if undefended is not None and least is not None and high < least - SLACK:
        sentence = (
            f"{counted}, on the undefended network {undefended.found} of {undefended.of}: it is"
            f" {called(share, undefended.share)} here, so that it fails elsewhere on this network"
            " is no evidence of robustness."
        )
        return Outcome(name, FAIL, share, sentence)
    if high < MOST:
        sentence = (
            f"{counted}, fewer than half: it is blind or too weak here, so that it fails elsewhere"
            " on this network is no evidence of robustness."
        )
        return Outcome(name, FAIL, share, sentence)
    if low > MOST:
        return Outcome(name, PASS, share, f"{counted} ({percent(one.by_chance)} by chance).")
    sentence = (
        f"{counted} (surely between {percent(low)} and {percent(high)}), too few to tell whether"
        " it is blind; plant more (planted)."
    )
    return Outcome(name, NOT_RUN, share, sentence)
