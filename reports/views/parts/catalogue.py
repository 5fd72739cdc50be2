"""Which data, attacks and defences there are, and what each does: the one place where views ask."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import TypeAdapter

from core import attacks, defenses
from core.spec import catalog

DATA: Mapping[str, str] = catalog.DATA
DEFENSES: Mapping[str, str] = {name: defenses.facts(name).title for name in defenses.NAMES}
ATTACKS: Mapping[str, str] = {name: attacks.facts(name).title for name in attacks.NAMES}
"""What each does, in a sentence, by its name, in the order in which they are offered."""


def titled(defense: str) -> str:
    """A defence, with what it is in the comparison where its name does not say it."""
    remark = defenses.facts(defense).remark
    return f"{defense} ({remark})" if remark else defense


def is_jsma(attack: str) -> bool:
    """Whether an attack is one of the JSMA family, which share their budget and theta."""
    return attack in attacks.family("jsma")


def settings(name: str) -> Mapping[str, object]:
    """The settings of an attack or a defence with their defaults; None: it follows from the data.

    Raises `pydantic.ValidationError` where one has no default.
    """
    if name in ATTACKS:
        known = attacks.settings(name).model_dump(exclude={"name"})
        some = {"samples": None} if attacks.facts(name).unlimited else {}
        return {**{key: known[key] for key in known if key != "samples"}, **some}
    return (
        TypeAdapter(defenses.AnyDefense)
        .validate_python({"name": name})
        .model_dump(exclude={"name"})
    )
