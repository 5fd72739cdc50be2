"""Attacks by name. The registry is the only list: an attack is one file and one line in it.

Spec, form, help, checks, threat model, reports and the README's table read what is asked for here.
Nothing here imports Keras: an attack does when it runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from core.attacks.attack import Attack
from core.attacks.engine.question import Options, Question
from core.attacks.engine.result import AttackResult
from core.attacks.facts import Facts, unknown
from core.errors import UserError
from core.model.base import DISTANCES, Distance, Settings
from core.registry import any_of, by_name

REGISTRY = (
    "core.attacks.jsma.jsma:JsmaF",
    "core.attacks.jsma.jsma:JsmaF64",
    "core.attacks.jsma.jsma:JsmaLogf",
    "core.attacks.jsma.jsma:JsmaZ",
    "core.attacks.fgsm:Fgsm",
    "core.attacks.bim:Bim",
    "core.attacks.pgd:Pgd",
    "core.attacks.lbfgs:Lbfgs",
    "core.attacks.cw_l2:CwL2",
    "core.attacks.cw_l0:CwL0",
    "core.attacks.sigma_zero:SigmaZero",
    "core.attacks.genetic:Genetic",
    "core.attacks.decision:Decision",
    "core.attacks.noise:Noise",
    "core.attacks.transfer:Transfer",
)
"""The class of every attack, in the order in which forms and tables show them."""

KINDS: dict[str, type[Attack]] = by_name(REGISTRY, Attack)
"""The classes by the names of their attacks."""
NAMES: tuple[str, ...] = tuple(KINDS)

if TYPE_CHECKING:
    AnyAttack = Attack
else:
    AnyAttack = any_of(KINDS)
    """An attack as a spec holds it: the class that its name says."""


def kind(name: str) -> type[Attack]:
    """The class of an attack. Raises `UserError` where no attack has that name."""
    if name not in KINDS:
        raise UserError(f"attack {name!r} is unknown; choose one of {', '.join(NAMES)}")
    return KINDS[name]


def facts(name: str) -> Facts:
    """What is known of an attack; of a name that this version does not have, `facts.unknown`."""
    return KINDS[name].facts if name in KINDS else unknown(name)


def family(name: str) -> tuple[str, ...]:
    """The variants of one attack, in their order: `jsma` in its four arithmetics."""
    return tuple(each for each in NAMES if facts(each).family == name)


def settings(name: str, params: Settings | None = None) -> Attack:
    """An attack with these settings, the defaults where they lack.

    Args: params: as a spec or the rows of results hold them.

    Raises:
        UserError: if no attack has that name, or a setting is unknown or out of its range.
    """
    try:
        return kind(name).model_validate({"name": name, **(params or {})})
    except ValidationError as error:
        wrong = error.errors()[0]
        place = ".".join(str(part) for part in wrong["loc"])
        raise UserError(f"{name}: {place}: {wrong['msg']}, got {wrong['input']!r}") from None


def distance_of(name: str, params: Settings) -> Distance:
    """The distance that an attack keeps small: `l0`, `l2` or `linf`.

    An attack that this version does not have is taken at its word, `norm`, else to count features.

    Args: params: its settings as a row of the results holds them; nothing is checked.
    """
    if name not in KINDS:
        norm = params.get("norm")
        return norm if norm in DISTANCES else "l0"
    distances, found = facts(name).distances, _as_stored(name, params).distance
    return found if found in distances else distances[0]


def is_adaptive(name: str, params: Settings) -> bool:
    """Whether an attack follows something that a vanishing probability does not stop.

    Never true of one that this version does not have.

    Args: params: its settings as a row of the results holds them; nothing is checked.
    """
    return name in KINDS and _as_stored(name, params).adaptive


def is_targeted(name: str, params: Settings) -> bool:
    """Whether a pair of an attack has a class to reach, rather than one to leave.

    An attack that this version does not have is taken at its word, `targeted`, else it has.

    Args: params: its settings as a row of the results holds them; nothing is checked.
    """
    if name not in KINDS:
        return params.get("targeted") is not False
    return _as_stored(name, params).aims


def approach(name: str) -> str:
    """How an attack searches: attacks of one approach tend to fail together."""
    return facts(name).approach or name


def run(
    name: str, params: Settings, question: Question, options: Options | None = None
) -> AttackResult:
    """Run an attack with these settings on every pair of the question.

    Raises:
        UserError: as `settings`, or as the attack itself says.
    """
    return settings(name, params).run(question, options or Options())


def _as_stored(name: str, params: Settings) -> Attack:
    """The attack of a stored row, whose settings may be those of an earlier version."""
    known: Settings = {key: params[key] for key in KINDS[name].model_fields if key in params}
    known["name"] = name
    return KINDS[name].model_construct(**known)
