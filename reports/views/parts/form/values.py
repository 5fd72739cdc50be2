"""Between a spec and the values of the launch form. Pure: nothing is drawn here."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from core.defenses.distillation import Distillation
from core.defenses.given import Given
from core.defenses.none import Undefended
from core.defenses.scaled_logits import ScaledLogits
from core.defenses.soft_labels import SoftLabels
from core.defenses.temperature import TemperatureControl
from core.spec.spec import ArchitectureChoice, ArchitectureFile, Experiment
from reports.views.parts import catalogue
from reports.views.parts.form import lines
from reports.views.parts.form.words import FILE

TRAINING = (
    *("optimizer", "learning_rate", "momentum", "batch_size", "epochs"),
    *("warm_start", "warm_start_hot", "halve_every"),
)
_OWN_FIELDS = ("none", "distillation", "temperature", "soft-labels", "scaled-logits", "given")
OTHER_ATTACKS = tuple(name for name in catalogue.ATTACKS if not catalogue.is_jsma(name))
OTHER_DEFENSES = tuple(name for name in catalogue.DEFENSES if name not in _OWN_FIELDS)
"""What has settings of its own, shown as one line such as `eps=0.3, steps=20`; a semicolon begins
the same once more with other settings."""
LINE = "set-"
"""Before the name of an attack or a defence: the field of its line."""


class FormValues(BaseModel):
    """What stands in the fields, right or wrong; None in a field that is empty.

    Attributes:
        data, architecture: a name, or `FILE`; the path of the upload is then in `..._file`.
        distillation, temperature, seeds: numbers, see `lines.numbers`.
        none_file, given_file: uploads of trained networks. budget: as `lines.number` reads it.
        attacked_classes: their names, see `lines.names`; empty: all. unit: of distances.
        gain: percent; None: Thermocline's own criteria.
        lines: see `OTHER_ATTACKS`, by the name of the attack or the defence.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    data: str
    data_file: str | None = None
    architecture: str
    architecture_file: str | None = None
    dropout: float | None = None
    defenses: list[str]
    distillation: str = "1, 5, 20, 100"
    temperature: str = "20"
    confidence: float | None = 0.9
    factor: float | None = 100.0
    none_file: str | None = None
    given_file: str | None = None
    attacks: list[str]
    budget: str = ""
    theta: float | None = 1.0
    samples: int | None
    attacked_classes: str = ""
    unit: str = "range"
    planted: int | None = None
    seeds: str
    gain: float | None = None
    optimizer: str
    learning_rate: float | None
    momentum: float | None
    batch_size: int | None
    epochs: int | None
    warm_start: int | None
    warm_start_hot: int | None
    halve_every: int | None
    lines: dict[str, str]


def to_form(spec: Experiment) -> FormValues:
    """The values with which the form shows this spec (`shows` says whether it shows all of it)."""
    own = {key: getattr(spec.training, key) for key in TRAINING}
    for defense in spec.defenses:
        own |= _of_defense(defense)
    first = next((attack for attack in spec.attacks if catalogue.is_jsma(attack.name)), None)
    if first is not None:
        budget = getattr(first, "budget", None)
        own |= {"budget": "" if budget is None else f"{budget:g}"}
        own["theta"] = getattr(first, "theta", None)
    if spec.criteria:
        own["gain"] = 100 * (spec.criteria[0].at_least or 0)
    return FormValues(
        name=spec.name,
        data=spec.data.name or FILE,
        data_file=spec.data.file,
        defenses=list(dict.fromkeys(defense.name for defense in spec.defenses)),
        attacks=list(dict.fromkeys(attack.name for attack in spec.attacks)),
        samples=spec.samples,
        attacked_classes=", ".join(map(str, spec.attacked_classes or [])),
        unit=spec.data.unit,
        planted=spec.planted,
        seeds=lines.listed(spec.seeds),
        lines=_lines(spec),
        **_of_architecture(spec),
        **own,
    )


def _of_architecture(spec: Experiment) -> dict[str, Any]:
    match spec.architecture:
        case ArchitectureFile(file=file):
            return {"architecture": FILE, "architecture_file": file}
        case ArchitectureChoice(name=name, dropout=dropout):
            return {"architecture": name, "dropout": dropout}
        case name:
            return {"architecture": name}


def _of_defense(defense: object) -> dict[str, Any]:
    match defense:
        case Distillation(temperatures=hot):
            return {"distillation": lines.listed(hot)}
        case TemperatureControl(temperatures=hot):
            return {"temperature": lines.listed(hot)}
        case SoftLabels(confidence=confidence):
            return {"confidence": confidence}
        case ScaledLogits(factor=factor):
            return {"factor": factor}
        case Undefended(file=file):
            return {"none_file": file}
        case Given(file=file):
            return {"given_file": file}
    return {}


def _lines(spec: Experiment) -> dict[str, str]:
    found: dict[str, list[str]] = {name: [] for name in (*OTHER_DEFENSES, *OTHER_ATTACKS)}
    for part in (*spec.defenses, *spec.attacks):
        if part.name in found:
            changed = part.model_dump(mode="json", exclude={"name"}, exclude_defaults=True)
            found[part.name].append(lines.written(changed))
    return {name: "; ".join(several) for name, several in found.items()}


def own_model() -> FormValues:
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
    return to_form(spec).model_copy(update={"data_file": None, "given_file": None})


def from_form(values: FormValues) -> dict[str, Any]:
    """The raw spec of what stands in the form; wrong values stay, for `problems.parse` to name."""
    jsma = {"budget": lines.number(values.budget), "theta": values.theta}
    return {
        "name": values.name,
        "data": _data(values),
        "architecture": _architecture(values),
        "training": {key: getattr(values, key) for key in TRAINING},
        "defenses": [one for name in values.defenses for one in _defenses(name, values)],
        "attacks": [
            {"name": name, **one}
            for name in values.attacks
            for one in ([jsma] if catalogue.is_jsma(name) else lines.settings(values.lines[name]))
        ],
        "samples": values.samples,
        "attacked_classes": lines.names(values.attacked_classes),
        "planted": values.planted,
        "seeds": lines.numbers(values.seeds),
        "criteria": None
        if values.gain is None
        else [{"metric": "rho_increase", "at_least": values.gain / 100}],
    }


def shows(spec: Experiment) -> bool:
    """Whether the form can show all of a spec; what it cannot is edited as YAML."""
    try:
        return Experiment.model_validate(from_form(to_form(spec))) == spec
    except ValidationError:
        return False


def _data(values: FormValues) -> dict[str, Any]:
    named = {"file": values.data_file} if values.data == FILE else {"name": values.data}
    return {**named, "unit": values.unit}


def _architecture(values: FormValues) -> Any:
    if values.architecture == FILE:
        return {"file": values.architecture_file}
    if values.dropout is None:
        return values.architecture
    return {"name": values.architecture, "dropout": values.dropout}


def _defenses(name: str, values: FormValues) -> list[dict[str, Any]]:
    match name:
        case "distillation":
            return [{"name": name, "temperatures": lines.numbers(values.distillation)}]
        case "temperature":
            return [{"name": name, "temperatures": lines.numbers(values.temperature)}]
        case "soft-labels":
            return [{"name": name, "confidence": values.confidence}]
        case "scaled-logits":
            return [{"name": name, "factor": values.factor}]
        case "none":
            return [{"name": name, "file": values.none_file}]
        case "given":
            return [{"name": name, "file": values.given_file}]
    return [{"name": name, **one} for one in lines.settings(values.lines[name])]
