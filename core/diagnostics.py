"""Is this evaluation worth believing? One small pure function a check.

Each gives pass / fail / not run with its number and a plain sentence. Sources: EAR, AutoAttack.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.metrics.statistics import wilson

NEAR_CHANCE = 0.1
"""A network that covers less than this share of the way from chance to perfect did not train."""

ZERO_GRADIENT_SHARE = 0.05


@dataclass(frozen=True)
class Check:
    """Outcome of one check: `result` is `pass`, `fail` or `not run`."""

    check: str
    result: str
    number: float | None
    sentence: str


def trained(accuracy: float, n: int, chance: float) -> bool:
    """Whether a network's accuracy on `n` test inputs is clearly above chance.

    Args: accuracy, chance: fractions; chance is the share of the most frequent class.
    """
    low, _ = wilson(accuracy, n)
    return low > chance + NEAR_CHANCE * (1 - chance)


def network_trained(accuracy: float, chance: float, is_trained: bool) -> Check:
    """A network near chance says nothing about its defence."""
    if is_trained:
        sentence = f"Clean accuracy {accuracy:.1%}, far from chance ({chance:.1%})."
        return Check("network_trained", "pass", accuracy, sentence)
    sentence = (
        f"Clean accuracy {accuracy:.1%} is near chance ({chance:.1%}): this network did not train,"
        " and its robustness means nothing."
    )
    return Check("network_trained", "fail", accuracy, sentence)


def zero_gradients(share: float) -> Check:
    """An attack whose gradient is exactly zero from the start has not attacked.

    Args: share: of unperturbed samples whose gradient is exactly zero for every wrong target.
    Source: AutoAttack's checks; EAR.
    """
    if share <= ZERO_GRADIENT_SHARE:
        return Check(
            "zero_gradients",
            "pass",
            share,
            f"{share:.0%} of the samples gave the attack a gradient of exactly zero.",
        )
    return Check(
        "zero_gradients",
        "fail",
        share,
        f"{share:.0%} of the samples gave the attack a gradient of exactly zero for every target:"
        " it had nothing to follow, so its failures are no evidence of robustness.",
    )
