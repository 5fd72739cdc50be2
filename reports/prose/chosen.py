"""Which lines, attacks and networks a figure draws where there are too many; tables keep all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from core.model.subject import OfNetwork
from reports.prose import names as called
from reports.prose import reading

MOST_LINES = 4
MOST_NETWORKS = 5

_BLIND_BY_NATURE = ("noise", "genetic", "decision", "transfer")
_TELLING = (
    *("jsma-f", "jsma-logf", "pgd", "cw-l2", "fgsm", "decision", "cw-l0", "genetic"),
    *("transfer", "jsma-z", "lbfgs", "bim", "jsma-f64", "noise"),
)
"""Attacks in the order in which they are worth a reader's time: the paper's, its exact twin, the
strongest within a ball and without, then what they must beat."""

Attacked = TypeVar("Attacked", bound=reading.Attacked)


def lines(series: Sequence[reading.Series], most: int = MOST_LINES) -> list[reading.Series]:
    """The lines that a figure against temperature draws: the paper's attacks first."""
    ranked = sorted(range(len(series)), key=lambda i: (rank(series[i].attack), i))
    return [series[i] for i in sorted(ranked[:most])]


def attacks(rows: Iterable[Attacked], most: int = MOST_LINES) -> list[Attacked]:
    """One row for each of at most `most` attacks, the more telling ones first, each name once
    before any comes twice.
    """
    first: dict[reading.AttackKey, Attacked] = {}
    for row in rows:
        first.setdefault(reading.attack_key(row), row)
    seen: dict[str, int] = {}
    order = []
    for key in sorted(first):
        name = first[key].attack
        order.append((seen.get(name, 0), rank(name), key))
        seen[name] = seen.get(name, 0) + 1
    return [first[key] for _, _, key in sorted(order)[:most]]


def rank(attack: str) -> int:
    """How telling an attack is: 0 first."""
    return _TELLING.index(attack) if attack in _TELLING else len(_TELLING)


def follows_a_gradient(row: reading.Attacked) -> bool:
    """Whether an attack follows a gradient of the network that it attacks."""
    return row.attack not in _BLIND_BY_NATURE


def networks(
    rows: Iterable[OfNetwork], focus: OfNetwork | None, most: int = MOST_NETWORKS
) -> list[reading.NetworkKey]:
    """Keys of at most `most` networks: undefended, the one in focus, then one of each defence.

    Args: rows: anything with a network; focus: the row that the headline is about.
    """
    keys = sorted({reading.network_key(row) for row in rows})
    telling = [key for key in keys if key[1] == "none"]
    if focus is not None and reading.network_key(focus) in keys:
        telling.append(reading.network_key(focus))
    hottest = {key[1]: key for key in keys}
    telling += [hottest[key[1]] for key in keys]
    telling += keys
    return sorted(list(dict.fromkeys(telling))[:most])


def remark(drawn: int, of: int, what: str) -> str:
    """The sentence that says what is left out: "Drawn: 4 of 12 attacks; …", or nothing."""
    if drawn >= of:
        return ""
    return f" Drawn: {drawn} of {of} {what}; the table has all."


def names(rows: Iterable[OfNetwork]) -> dict[reading.NetworkKey, str]:
    """Network keys and how people call them."""
    return {reading.network_key(row): called.defense_of(row) for row in rows}
