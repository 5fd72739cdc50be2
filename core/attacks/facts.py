"""What is known of an attack before it runs, whatever its settings: plain values, no code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.model.base import Distance

Access = Literal["gradient", "scores", "label", "transfer", "none", "unknown"]
"""What an attacker sees of the network: gradients; the scores; the predicted class; another network
in its place; nothing at all. `unknown`: of an attack that this version does not have."""

Goal = Literal["closest", "closest within a budget", "any in a ball", "unknown"]
"""What an attack looks for: the closest adversarial example; the same, giving up at a budget; or
any example inside a ball."""


@dataclass(frozen=True)
class Facts:
    """What forms, help, checks, threat model, reports and the README say and ask of an attack.

    Attributes:
        title: what it does, in half a sentence.
        label, remark: its name in reports, and what tells it from others of that name.
        access: what it sees of the network that it attacks.
        goal: what it looks for.
        distances: those of `l0`, `l2` and `linf` that it can keep small, the default first.
        source: the paper that describes it.
        single_step: it takes one gradient, so that a larger step may overshoot.
        adaptive: it follows something that a vanishing probability does not stop; where that
            depends on settings, `Attack.adaptive` says so.
        draws: its result depends on the seed.
        grows: with a larger budget it owes at least the same successes.
        repeats: settings that repeat its work; twice as much of one is owed to change nothing.
        family: the attack of which it is a variant.
        approach: how it searches: attacks of one approach tend to fail together; empty: as no
            other does.
        arithmetic: what tells the variants of one family apart.
        rank: how telling it is where a figure cannot show all, 0 first.
        plain: how a summary names it to somebody who knows no attacks; empty: by its label.
        cannot: what holds it back although the distance would allow more; empty: nothing known.
    """

    title: str
    label: str
    remark: str
    access: Access
    goal: Goal
    distances: tuple[Distance, ...]
    source: str
    single_step: bool = False
    adaptive: bool = False
    draws: bool = False
    grows: bool = False
    repeats: tuple[str, ...] = ()
    family: str = ""
    approach: str = ""
    arithmetic: str = ""
    rank: int = 99
    plain: str = ""
    cannot: str = ""

    @property
    def white_box(self) -> bool:
        """Whether it follows gradients of the network that it attacks."""
        return self.access == "gradient"

    @property
    def black_box(self) -> bool:
        """Whether it sees no gradient of the network that it attacks."""
        return self.access not in ("gradient", "unknown")

    @property
    def gradient_free(self) -> bool:
        """Whether it searches with the network's answers alone, scores or classes."""
        return self.access in ("scores", "label")

    @property
    def looks_for_closest(self) -> bool:
        """Whether it looks for the closest example, and not for any inside a ball."""
        return self.goal in ("closest", "closest within a budget")

    @property
    def unlimited(self) -> bool:
        """Whether it has no budget at which it gives up."""
        return self.goal == "closest"

    @property
    def iterative(self) -> bool:
        """Whether it takes many gradient steps inside a ball."""
        return self.white_box and self.goal == "any in a ball" and not self.single_step


def unknown(name: str) -> Facts:
    """What can be said of an attack that this version does not have: nothing but its name."""
    return Facts("", name, "", "unknown", "unknown", (), "")
