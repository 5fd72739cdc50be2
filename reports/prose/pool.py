"""What "the strongest attack" is among: several attacks, or several forms of one."""

from __future__ import annotations

from collections.abc import Iterable

from core.attacks import approach
from reports.prose.phrases import listing


def strongest_of(attacks: Iterable[str]) -> str:
    """The attack that counts on each sample, after "against": which it was taken from.

    Forms of one attack miss the same examples: the least of them is no search in other ways.

    Args: attacks: names of those whose successes count; at least one.
    """
    names = list(dict.fromkeys(attacks))
    if len(names) == 1:
        return names[0]
    if len({approach(name) for name in names}) == 1:
        return f"the strongest of {len(names)} forms of one attack ({listing(names)})"
    return f"the strongest of {len(names)} attacks, on each sample of those that ran on it"
