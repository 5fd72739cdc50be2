"""Between a spec and the flat values of the launch form. Pure: nothing is drawn here."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter, ValidationError

from core import defenses
from core.defenses.distillation import Distillation
from core.defenses.temperature import TemperatureControl
from core.errors import UserError
from core.spec.attack_spec import ATTACK_NAMES, Attack
from core.spec.spec import Experiment
from core.spec.spec_words import message

FILE = "my own file"
WITH_TEMPERATURES = ("distillation", "temperature")
SETTINGS = {
    "soft-labels": ("confidence", "confidence"),
    "scaled-logits": ("factor", "factor"),
    "given": ("file", "given_file"),
    "none": ("file", "none_file"),
}
"""The one setting of a defence that the form shows: its key in the spec, and in the form."""
TRAINING = (
    *("optimizer", "learning_rate", "momentum", "batch_size", "epochs"),
    *("warm_start", "warm_start_hot", "halve_every"),
)
DEFAULTS: dict[str, Any] = {
    "temperature": "20",
    "distillation": "1, 5, 20, 100",
    "confidence": 0.9,
    "factor": 100.0,
    "given_file": None,
    "none_file": None,
    "data_file": None,
    "architecture_file": None,
    "budget": "",
    "theta": 1.0,
}
LABELS = {
    "name": "Name of the run",
    "data": "Data",
    "architecture": "Network",
    "dropout": "Dropout rate",
    "defenses": "Networks to compare",
    "distillation": "Temperatures T of distillation",
    "temperature": "Temperatures T of the control",
    "confidence": "Confidence of the right class",
    "factor": "Factor",
    "none_file": "Undefended network",
    "given_file": "My trained network",
    "attacks": "Each network is attacked with",
    "samples": "Test samples to attack",
    "seeds": "Seeds",
    "budget": "Budget",
    "theta": "Theta: change of each feature",
    "gain": "Robustness must grow by at least, %",
    "optimizer": "Optimizer",
    "learning_rate": "Learning rate",
    "momentum": "Momentum (SGD only)",
    "batch_size": "Batch size",
    "epochs": "Epochs",
    "warm_start": "Warm-start epochs at T = 1",
    "warm_start_hot": "The same at T of 50 and more",
    "halve_every": "Halve the learning rate every … epochs",
}
"""What each field is called, beside it and where something is wrong with it."""
JSMA = "jsma"
OTHER_ATTACKS = tuple(name for name in ATTACK_NAMES if not name.startswith(JSMA))
OTHER_DEFENSES = tuple(
    name for name in defenses.NAMES if name not in (*WITH_TEMPERATURES, *SETTINGS)
)
"""What has settings of its own, shown as one line such as `eps=0.3, steps=20`; a semicolon begins
the same once more with other settings."""


def to_form(spec: Experiment) -> dict[str, Any]:
    """The values with which the form shows this spec (`shows` says whether it shows all of it)."""
    own_data, own_network = spec.data.file, getattr(spec.architecture, "file", None)
    first = next((attack for attack in spec.attacks if attack.name.startswith(JSMA)), None)
    budget = getattr(first, "budget", None)
    values = {
        **DEFAULTS,
        "name": spec.name,
        "data": spec.data.name or FILE,
        "data_file": own_data,
        "architecture": FILE
        if own_network
        else getattr(spec.architecture, "name", spec.architecture),
        "dropout": getattr(spec.architecture, "dropout", None),
        "architecture_file": own_network,
        "defenses": list(dict.fromkeys(d.name for d in spec.defenses)),
        "attacks": list(dict.fromkeys(a.name for a in spec.attacks)),
        "budget": "" if budget is None else f"{budget:g}",
        "theta": getattr(first, "theta", DEFAULTS["theta"]),
        "samples": spec.samples,
        "seeds": ", ".join(map(str, spec.seeds)),
        "gain": 100 * (spec.criteria[0].at_least or 0) if spec.criteria else 50.0,
        **{key: getattr(spec.training, key) for key in TRAINING},
        **{f"set-{name}": "" for name in (*OTHER_DEFENSES, *OTHER_ATTACKS)},
    }
    lines: dict[str, list[str]] = {}
    for part in (*spec.defenses, *spec.attacks):
        if f"set-{part.name}" in values:
            changed = part.model_dump(mode="json", exclude={"name"}, exclude_defaults=True)
            line = ", ".join(f"{k}={v}" for k, v in changed.items())
            lines.setdefault(f"set-{part.name}", []).append(line)
    values |= {key: "; ".join(several) for key, several in lines.items()}
    for defense in spec.defenses:
        if isinstance(defense, Distillation | TemperatureControl):
            values[defense.name] = ", ".join(f"{t:g}" for t in defense.temperatures)
        elif defense.name in SETTINGS:
            inside, shown = SETTINGS[defense.name]
            values[shown] = getattr(defense, inside)
    return values


def own_model() -> dict[str, Any]:
    """The form for somebody who has a trained network and its data: two files are missing."""
    spec = Experiment.model_validate(
        {
            "name": "my own model",
            "data": {"file": "…"},
            "defenses": [{"name": "given", "file": "…"}],
            "attacks": [{"name": name} for name in ("jsma-f", "jsma-logf", "pgd")],
            "samples": 50,
        }
    )
    return {**to_form(spec), "data_file": None, "given_file": None}


def empty() -> dict[str, Any]:
    """The form as any spec fills it, to know its keys."""
    return own_model()


def from_form(values: dict[str, Any]) -> dict[str, Any]:
    """The raw spec of what stands in the form; wrong values stay, for `parse` to name."""
    data = {"file": values["data_file"]} if values["data"] == FILE else {"name": values["data"]}
    training = {key: values[key] for key in TRAINING}
    jsma = {"budget": _number(values["budget"]), "theta": values["theta"]}
    return {
        "name": values["name"],
        "data": data,
        "architecture": _architecture(values),
        "training": training,
        "defenses": [one for name in values["defenses"] for one in _defenses(name, values)],
        "attacks": [
            {"name": name, **one}
            for name in values["attacks"]
            for one in ([jsma] if name.startswith(JSMA) else settings(values[f"set-{name}"]))
        ],
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
            said, place = message(item), field(item["loc"])
            named = f"{item['loc'][-1]}: {said}" if place.startswith("set-") else said
            found.setdefault(place, named)
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
        case ["defenses", _, ("given" | "none") as name, *_]:
            return f"{name}_file"
        case ["defenses", _, ("distillation" | "temperature") as name, *_]:
            return name
        case ["defenses", _, _, ("confidence" | "factor") as name, *_]:
            return name
        case ["attacks", _, *_, ("budget" | "theta") as name]:
            return name
        case ["attacks" | "defenses", _, name, *_] if name in (*OTHER_ATTACKS, *OTHER_DEFENSES):
            return f"set-{name}"
        case ["training", name, *_]:
            return name
        case ["data", *_]:
            return "data"
        case [("name" | "samples" | "seeds" | "architecture" | "defenses" | "attacks") as top]:
            return top
        case ["architecture", *_, "dropout"]:
            return "dropout"
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


def _architecture(values: dict[str, Any]) -> Any:
    name = values["architecture"]
    if name == FILE:
        return {"file": values["architecture_file"]}
    return name if values["dropout"] is None else {"name": name, "dropout": values["dropout"]}


def settings(text: str) -> list[dict[str, Any]]:
    """`"eps=0.3, steps=20; eps=0.1"` as settings; what is none stays, for `parse` to name."""
    return [_settings(line) for line in text.split(";")]


def _settings(line: str) -> dict[str, Any]:
    found = {}
    for part in filter(None, (part.strip() for part in line.split(","))):
        key, _, value = part.partition("=")
        value = value.strip()
        found[key.strip()] = value == "True" if value in ("True", "False") else _number(value)
    return found


def offered(name: str) -> str:
    """The settings of an attack or a defence with their defaults, as one writes them."""
    kind = Attack if name in ATTACK_NAMES else defenses.AnyDefense
    plain = TypeAdapter(kind).validate_python({"name": name}).model_dump(exclude={"name"})
    return ", ".join(f"{key}={'' if value is None else value}" for key, value in plain.items())


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


def _defenses(name: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    if name in WITH_TEMPERATURES:
        return [{"name": name, "temperatures": numbers(values[name])}]
    if name in OTHER_DEFENSES:
        return [{"name": name, **one} for one in settings(values[f"set-{name}"])]
    setting = SETTINGS.get(name)
    return [{"name": name} if setting is None else {"name": name, setting[0]: values[setting[1]]}]
