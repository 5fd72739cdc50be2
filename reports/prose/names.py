"""How defences and attacks are called in front of people."""

from __future__ import annotations

import json

from core import attacks, defenses
from core.model.base import Settings
from core.model.subject import OfNetwork
from reports.prose.numbers import at


def defense(name: str, params: Settings, hot: float | None) -> str:
    """A defence as a reader meets it: "Distillation, T = 20", "Soft labels (confidence 0.9)"."""
    title = defenses.facts(name).label
    if params:
        title += f" ({_params(params)})"
    return title if hot is None else f"{title}, {at(hot)}"


def defense_of(row: OfNetwork) -> str:
    """The defence of a summary row, a network, a picture of the gallery or a difference."""
    return defense(row.defense, row.defense_params, row.temperature)


def defense_in_sentence(row: OfNetwork) -> str:
    """A defence as the subject of a sentence: "Distillation at T = 20"."""
    name = defense(row.defense, row.defense_params, None)
    return name if row.temperature is None else f"{name} at {at(row.temperature)}"


def attack(name: str, params: Settings | None = None) -> tuple[str, str]:
    """An attack as (title, remark): ("The paper's attack", "jsma-f, float32")."""
    known = attacks.facts(name)
    title, remark = known.label, known.remark
    named = f"{name}, {remark}" if remark else ""
    if params:
        named = f"{name}, {_params(params)}" if remark else _params(params)
    return title, named


def attack_name(name: str, params: Settings) -> str:
    """An attack by its name alone, with its settings where they are given: for tables."""
    return f"{name} ({_params(params)})" if params else name


def attack_line(name: str, params: Settings | None = None) -> str:
    """An attack in one line: "jsma-f: the paper's attack, float32"."""
    extra = f" ({_params(params)})" if params else ""
    if name not in attacks.NAMES:
        return name + extra
    known = attacks.facts(name)
    title, remark = known.label, known.remark
    if not any(letter.isupper() for letter in title[1:]):  # else it is somebody's name
        title = title[:1].lower() + title[1:]
    return f"{name}{extra}: {title}, {remark}"


def _params(params: Settings) -> str:
    return ", ".join(
        f"{key.replace('_', ' ')} {_plain(value)}"
        for key, value in sorted(params.items())
        if key != "sha256"  # of a file that is named beside it; stands in the provenance
    )


def _plain(value: object) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return value if isinstance(value, str) else json.dumps(value)
