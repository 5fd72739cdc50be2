"""What is wrong with a set-up, by the field of the form where it stands. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from core.errors import UserError
from core.spec.spec import Experiment
from core.spec.spec_words import message
from reports.views.parts.form.values import LINE, OTHER_ATTACKS, OTHER_DEFENSES, FormValues
from reports.views.parts.form.words import DATA_FILES, FILE, NETWORK_FILES, named

Problems = Mapping[str, str]
"""A sentence by the form's key, or by a path in the YAML; "" is the whole."""


def parse(raw: Any) -> tuple[Experiment | None, Problems]:
    """The spec of what a form or a YAML file holds, or what is wrong."""
    try:
        return Experiment.model_validate(raw), {}
    except ValidationError as error:
        found: dict[str, str] = {}
        for item in error.errors():
            said, place = message(item), field(item["loc"])
            named = f"{item['loc'][-1]}: {said}" if place.startswith(LINE) else said
            found.setdefault(place, named)
        return None, found


def waiting(values: FormValues) -> Problems:
    """What the form still waits for: files that were chosen and not yet uploaded."""
    own = {
        "data": (values.data == FILE, values.data_file, DATA_FILES),
        "architecture": (values.architecture == FILE, values.architecture_file, NETWORK_FILES),
        "given_file": ("given" in values.defenses, values.given_file, NETWORK_FILES),
    }
    return {
        key: f"upload the {named(endings)} file"
        for key, (chosen, path, endings) in own.items()
        if chosen and not path
    }


_WHOLE = (
    *("name", "samples", "attacked_classes", "planted", "seeds", "architecture"),
    *("defenses", "attacks"),
)
"""Fields that a message about the whole of them belongs to."""


def field(location: tuple[int | str, ...]) -> str:
    """The form's key for a place in the spec."""
    names = [str(part) for part in location]
    match names:
        case ["defenses", _, "given", ("output" | "scale") as name]:
            return f"given_{name}"
        case ["defenses", _, ("given" | "none") as name, *_]:
            return f"{name}_file"
        case ["defenses", _, ("distillation" | "temperature") as name, *_]:
            return name
        case ["defenses", _, _, ("confidence" | "factor") as name, *_]:
            return name
        case ["attacks", _, *_, ("budget" | "theta") as name]:
            return name
        case ["attacks" | "defenses", _, name, *_] if name in (*OTHER_ATTACKS, *OTHER_DEFENSES):
            return f"{LINE}{name}"
        case ["training", name, *_]:
            return name
        case ["data", ("label" | "unit") as name]:
            return name
        case ["data", *_]:
            return "data"
        case [top] if top in _WHOLE:
            return top
        case ["architecture", *_, "dropout"]:
            return "dropout"
        case ["architecture", *_]:
            return "architecture"
        case ["criteria", *_]:
            return "ask"
        case ["attacked_classes", *_]:
            return "attacked_classes"
        case ["seeds", *_]:
            return "seeds"
    return ".".join(names)


def field_of(error: UserError) -> str:
    """The form's key that a planner's message names at its start, or "" when it names none."""
    start = str(error).partition(":")[0]
    known = {
        "samples": "samples",
        "attacked_classes": "attacked_classes",
        "attacks.budget": "budget",
        "defenses": "defenses",
        "defenses.soft-labels": "confidence",
    }
    return known.get(start, "")
