"""Which lines, attacks and networks a figure draws where there are too many; tables keep all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from core.attacks import facts
from core.model.subject import OfNetwork
from reports.prose import names as called
from reports.prose import reading
from reports.prose.by_temperature import Series

MOST_LINES = 4
MOST_NETWORKS = 5

Attacked = TypeVar("Attacked", bound=reading.Attacked)


def lines(series: Sequence[Series], most: int = MOST_LINES) -> list[Series]:
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
    """How telling an attack is: the paper's first, then its exact twin, the strongest within a
    ball and without, and what they must beat.
    """
    return facts(attack).rank


def follows_a_gradient(row: reading.Attacked) -> bool:
    """Whether an attack follows a gradient of the network that it attacks."""
    return not facts(row.attack).black_box


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
