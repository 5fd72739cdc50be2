"""What an evaluation of a network that exists attacks it with where nobody said, and asks of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from core.attacks import settings
from core.attacks.attack import Attack
from core.criteria import METRICS
from core.criteria.metric import same_radius
from core.errors import UserError
from core.model.data import DataFacts
from core.spec.spec import WITHIN, Criterion, Experiment, parse_part

DEFAULT_ATTACKS: tuple[dict[str, Any], ...] = (
    {"name": "jsma-f"},
    {"name": "jsma-logf"},
    {"name": "sigma-zero"},
    {"name": "pgd"},
    {"name": "decision", "norm": "linf", "queries": 1_000, "samples": 50},
)
"""Few features changed much, with and without underflow, and as few as are known to do; all of them
changed a little; and a search that sees the predicted class alone, without which a network that
only hides its slope would pass.
"""


QUICK_ATTACKS = tuple(one for one in DEFAULT_ATTACKS if one["name"] in ("sigma-zero", "pgd"))
"""Those of them that tell most in a few seconds."""


def criterion(text: str, source: str) -> Criterion:
    """The criterion that a line asks for; see `criterion_line`.

    Args: source: where the line stands, for messages.
    Raises: UserError: it is none; the message says what is wrong.
    """
    return parse_part(Criterion, text, source)


def written(one: Criterion) -> str | None:
    """A criterion as `criterion` reads it; None where a line cannot say all of it."""
    side = ">=" if one.at_least is not None else "<="
    bound = one.at_least if one.at_least is not None else one.at_most
    place = "" if one.distance is None else f"@{one.distance}"
    place += "" if one.eps is None else f":{one.eps!r}"
    line = f"{one.metric}{side}{bound!r}{place}"
    return line if Criterion.model_validate(line) == one else None


def attacks_for(asked: Sequence[Criterion], *, quick: bool = False) -> list[dict[str, Any]]:
    """The default attacks, such that they give every number that is asked for.

    Args: quick: without the slow ones, for a first look.
    """
    added: list[dict[str, Any]] = []
    features: float | None = None
    for one in asked:
        within = one.metric in WITHIN and one.eps is not None
        if one.distance == "l0" and within:
            features = max(features or 0, one.eps or 0)
        elif one.distance == "linf" and within:
            added.append({"name": "pgd", "norm": "linf", "eps": one.eps})
        elif one.distance == "l2":
            added.append({"name": "pgd", "norm": "l2", "eps": one.eps})
            added.append({"name": "cw-l2", "targeted": False})
    budget = {} if features is None else {"budget": max(2, 2 * math.ceil(features / 2))}
    kept = [
        {**attack, **budget} if attack["name"].startswith("jsma") else attack
        for attack in (QUICK_ATTACKS if quick else DEFAULT_ATTACKS)
        if attack["name"] != "pgd" or not any(one.get("norm") == "linf" for one in added)
    ]
    return [*kept, *(one for place, one in enumerate(added) if one not in added[:place])]


def require_measured(experiment: Experiment, data: DataFacts, *, gradients: bool = True) -> None:
    """Refuse a criterion for which an experiment gives no number, whatever comes out.

    Args: gradients: whether any reach the inputs of the networks.

    Raises:
        UserError: which one, and what to add.
    """
    for one in experiment.criteria or []:
        line, metric = written(one) or one.metric, METRICS[one.metric]
        if metric.relative and not any(each.name == "none" for each in experiment.defenses):
            raise UserError(f"{line}: a gain is over an undefended network; give --baseline", 2)
        if not metric.goals:
            continue
        if not any(_measures(attack, one, data) for attack in experiment.attacks):
            far = "" if one.eps is None else f" within {one.eps:g}"
            raise UserError(
                f"{line}: no attack of this run gives a number for {one.distance}{far}"
                f"{_to_add(one, data) if gradients else _NOTHING_TO_ADD}",
                2,
            )


_NOTHING_TO_ADD = "; no gradient reaches the inputs, and without one none counts in that distance"


def _to_add(one: Criterion, data: DataFacts) -> str:
    for wanted in reversed(attacks_for([one])):
        if _measures(settings(wanted["name"], wanted), one, data):
            options = [f"{key}={value}" for key, value in wanted.items() if key != "name"]
            add = ":".join(filter(None, (wanted["name"], ",".join(options))))
            return f"; add, for example, --attack {add}"
    return ""


def _measures(attack: Attack, one: Criterion, data: DataFacts) -> bool:
    """Whether an attack gives the number that is asked for, alone or with others."""
    if one.distance not in (None, attack.distance) or one.attack not in ("strongest", attack.name):
        return False
    closest, budget = attack.facts.looks_for_closest, attack.budget_for(data)
    if one.metric not in WITHIN:
        return closest
    if one.eps is None:
        return budget is not None
    if budget is None:
        return closest
    return same_radius(budget, one.eps) or (closest and budget >= one.eps)
