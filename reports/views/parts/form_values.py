"""Between a spec and the flat values of the launch form. Pure: nothing is drawn here."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from core.defense_spec import Distillation, TemperatureControl
from core.errors import UserError
from core.spec import Experiment

FILE = "my own file"
WITH_TEMPERATURES = ("distillation", "temperature")
TRAINING = (
    *("optimizer", "learning_rate", "momentum", "batch_size", "epochs"),
    *("warm_start", "warm_start_hot", "halve_every"),
)
DEFAULTS: dict[str, Any] = {
    "temperature": "20",
    "distillation": "1, 5, 20, 100",
    "confidence": 0.9,
    "strength": 0.1,
    "factor": 100.0,
    "given_file": None,
    "data_file": None,
    "architecture_file": None,
    "budget": "",
    "theta": 1.0,
}


def to_form(spec: Experiment) -> dict[str, Any]:
    """The values with which the form shows this spec (`shows` says whether it shows all of it)."""
    own_data, own_network = spec.data.file, getattr(spec.architecture, "file", None)
    first = spec.attacks[0]
    values = {
        **DEFAULTS,
        "name": spec.name,
        "data": spec.data.name or FILE,
        "data_file": own_data,
        "architecture": FILE if own_network else spec.architecture,
        "architecture_file": own_network,
        "defenses": list(dict.fromkeys(d.name for d in spec.defenses)),
        "attacks": list(dict.fromkeys(a.name for a in spec.attacks)),
        "budget": "" if first.budget is None else f"{first.budget:g}",
        "theta": first.theta,
        "samples": spec.samples,
        "seeds": ", ".join(map(str, spec.seeds)),
        "gain": 100 * (spec.criteria[0].at_least or 0) if spec.criteria else 50.0,
        **{key: getattr(spec.training, key) for key in TRAINING},
    }
    for defense in spec.defenses:
        if isinstance(defense, Distillation | TemperatureControl):
            values[defense.name] = ", ".join(f"{t:g}" for t in defense.temperatures)
        elif defense.name == "given":
            values["given_file"] = defense.file
        for key in ("confidence", "strength", "factor"):
            values[key] = getattr(defense, key, values[key])
    return values


def from_form(values: dict[str, Any]) -> dict[str, Any]:
    """The raw spec of what stands in the form; wrong values stay, for `parse` to name."""
    data = {"file": values["data_file"]} if values["data"] == FILE else {"name": values["data"]}
    network = values["architecture"]
    training = {key: values[key] for key in TRAINING}
    attack = {"budget": _number(values["budget"]), "theta": values["theta"]}
    return {
        "name": values["name"],
        "data": data,
        "architecture": {"file": values["architecture_file"]} if network == FILE else network,
        "training": training,
        "defenses": [_defense(name, values) for name in values["defenses"]],
        "attacks": [{"name": name, **attack} for name in values["attacks"]],
        "samples": values["samples"],
        "seeds": numbers(values["seeds"]),
        "criteria": [{"metric": "rho_increase", "at_least": values["gain"] / 100}],
    }


def shows(spec: Experiment) -> bool:
    """Whether the form can show all of a spec; what it cannot is edited as YAML."""
    try:
        return Experiment.model_validate(from_form(to_form(spec))) == spec
    except ValidationError:
        return False


def parse(raw: dict[str, Any]) -> tuple[Experiment | None, dict[str, str]]:
    """The spec, or what is wrong by field: the form's key, or a path in the YAML, to a sentence."""
    try:
        return Experiment.model_validate(raw), {}
    except ValidationError as error:
        found: dict[str, str] = {}
        for item in error.errors():
            message = item["msg"].removeprefix("Value error, ")
            if item["type"] == "extra_forbidden":
                message = "unknown key; take it out or correct its spelling"
            elif item.get("input") is not None and not isinstance(item["input"], dict | list):
                message = f"got {str(item['input'])[:60]!r}; {message}"
            found.setdefault(field(item["loc"]), message)
        return None, found


def waiting(values: dict[str, Any]) -> dict[str, str]:
    """What the form still waits for: files that were chosen and not yet uploaded."""
    found = {}
    for key, chosen, ending in (
        ("data", values["data"] == FILE and not values["data_file"], ".npz"),
        (
            "architecture",
            values["architecture"] == FILE and not values["architecture_file"],
            ".keras",
        ),
        ("given_file", "given" in values["defenses"] and not values["given_file"], ".keras"),
    ):
        if chosen:
            found[key] = f"upload the {ending} file"
    return found


def field(location: tuple[int | str, ...]) -> str:
    """The form's key for a place in the spec."""
    names = [str(part) for part in location]
    match names:
        case ["defenses", _, "given", *_]:
            return "given_file"
        case ["defenses", _, ("distillation" | "temperature") as name, *_]:
            return name
        case ["defenses", _, _, ("confidence" | "strength" | "factor") as name, *_]:
            return name
        case ["attacks", _, ("budget" | "theta") as name, *_]:
            return name
        case ["training", name, *_]:
            return name
        case ["data", *_]:
            return "data"
        case [("name" | "samples" | "seeds" | "architecture" | "defenses" | "attacks") as top]:
            return top
        case ["architecture", *_]:
            return "architecture"
        case ["seeds", *_]:
            return "seeds"
    return ".".join(names)


def field_of(error: UserError) -> str:
    """The form's key that a planner's message names at its start, or "" when it names none."""
    start = str(error).partition(":")[0]
    known = {
        "samples": "samples",
        "attacks.budget": "budget",
        "defenses": "defenses",
        "defenses.soft-labels": "confidence",
    }
    return known.get(start, "")


def numbers(text: str) -> list[Any]:
    """`"1, 5, 20"` as numbers; what is no number stays text, for `parse` to name."""
    return [_number(part) for part in text.replace(";", ",").split(",") if part.strip()]


def _number(text: str) -> Any:
    text = str(text).strip()
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        return text
    return int(value) if value.is_integer() and "." not in text else value


def _defense(name: str, values: dict[str, Any]) -> dict[str, Any]:
    if name in WITH_TEMPERATURES:
        return {"name": name, "temperatures": numbers(values[name])}
    setting = {
        "soft-labels": ("confidence", "confidence"),
        "label-smoothing": ("strength", "strength"),
        "scaled-logits": ("factor", "factor"),
        "given": ("file", "given_file"),
    }.get(name)
    return {"name": name} if setting is None else {"name": name, setting[0]: values[setting[1]]}
