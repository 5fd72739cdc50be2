"""Which attacks can do anything on a network that no gradient reaches."""

from __future__ import annotations

from collections.abc import Iterable

from core import attacks as known
from core.attacks.attack import Attack
from core.errors import UserError
from core.model.planned import GivenFile

WITHOUT_GRADIENT = ("decision", "genetic", "noise")
"""Attacks that need no gradient of any network, in the order in which they are named."""


def require_gradients(files: Iterable[GivenFile], attacks: Iterable[Attack]) -> None:
    """Refuse attacks that follow gradients where a network has none.

    Raises `UserError` that names the network, the attacks to leave out and those that remain.
    """
    whole = next((one for one in files if one.whole_numbers), None)
    if whole is None:
        return
    asked = list(attacks)
    out = [one.name for one in asked if _follows(one)]
    if not out:
        return
    left = [one.name for one in asked if not _follows(one)]
    ways = ", ".join(left) if left else f"take instead {', '.join(WITHOUT_GRADIENT)}"
    raise UserError(
        f"{whole.title}: looks its inputs up as whole numbers, so no gradient reaches them and"
        f" nothing guides {', '.join(dict.fromkeys(out))}: leave"
        f" {'it' if len(set(out)) == 1 else 'them'} out; {'there remain ' if left else ''}{ways}",
        2,
    )


def _follows(attack: Attack) -> bool:
    """Whether it follows gradients of the network, or of the undefended one in its place."""
    return known.facts(attack.name).white_box or attack.source_network == "none"
