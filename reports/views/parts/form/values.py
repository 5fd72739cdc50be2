"""Between a spec and the values of the launch form. Pure: nothing is drawn here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from core.defenses.distillation import Distillation
from core.defenses.given import Given
from core.defenses.none import Undefended
from core.defenses.scaled_logits import ScaledLogits
from core.defenses.soft_labels import SoftLabels
from core.defenses.temperature import TemperatureControl
from core.model.data import Unit
from core.spec import asked
from core.spec.spec import ArchitectureChoice, ArchitectureFile, Criterion, Experiment
from reports.views.parts import catalogue
from reports.views.parts.form import lines
from reports.views.parts.form.words import FILE, FOUND

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
        label: of the column with the classes; empty: found by its name.
        none_file, given_file: uploads of trained networks. given_output: its name, or empty where
            there is one; given_scale: a scale, or `FOUND`. budget: as `lines.number` reads it.
        gain: percent; None: none is asked for. ask: criteria in lines (`core.spec.criterion_line`),
            a semicolon between them; with neither, Thermocline's own.
        attacked_classes: names or labels, a comma between them; empty: all.
        lines: see `OTHER_ATTACKS`, by the name of the attack or the defence.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    data: str
    data_file: str | None = None
    label: str = ""
    unit: Unit = "range"
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
    given_output: str = ""
    given_scale: str = FOUND
    attacks: list[str]
    budget: str = ""
    theta: float | None = 1.0
    samples: int | None
    attacked_classes: str = ""
    planted: int | None = None
    seeds: str
    gain: float | None = None
    ask: str = ""
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
    own |= _of_criteria(spec.criteria or [])
    return FormValues(
        name=spec.name,
        data=spec.data.name or FILE,
        data_file=spec.data.file,
        label=spec.data.label or "",
        unit=spec.data.unit,
        defenses=list(dict.fromkeys(defense.name for defense in spec.defenses)),
        attacks=list(dict.fromkeys(attack.name for attack in spec.attacks)),
        samples=spec.samples,
        attacked_classes=", ".join(map(str, spec.attacked_classes or [])),
        planted=spec.planted,
        seeds=lines.listed(spec.seeds),
        lines=_lines(spec),
        **_of_architecture(spec),
        **own,
    )


def _of_criteria(criteria: Sequence[Criterion]) -> dict[str, Any]:
    """A gain asked for everywhere in its own field, all else in lines."""
    written = [asked.written(one) for one in criteria]
    if len(criteria) == 1 and written[0] is not None and _is_gain(criteria[0]):
        return {"gain": 100 * (criteria[0].at_least or 0)}
    return {"ask": "; ".join(line for line in written if line is not None)}


def _is_gain(one: Criterion) -> bool:
    return one == Criterion(metric="rho_increase", at_least=one.at_least or 0)


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
        case Given(file=file, output=output, scale=scale):
            return {
                "given_file": file,
                "given_output": output or "",
                "given_scale": scale or FOUND,
            }
    return {}


def _lines(spec: Experiment) -> dict[str, str]:
    found: dict[str, list[str]] = {name: [] for name in (*OTHER_DEFENSES, *OTHER_ATTACKS)}
    for part in (*spec.defenses, *spec.attacks):
        if part.name in found:
            changed = part.model_dump(mode="json", exclude={"name"}, exclude_defaults=True)
            found[part.name].append(lines.written(changed))
    return {name: "; ".join(several) for name, several in found.items()}


def trains(values: FormValues) -> bool:
    """Whether any of the networks is trained here, and not all of them in files."""
    given = {"given"} | ({"none"} if values.none_file else set())
    return not values.defenses or not set(values.defenses) <= given


def own_model() -> FormValues:
    """The form for somebody who has a trained network and its data: two files are missing."""
    spec = Experiment.model_validate(
        {
            "name": "my own model",
            "data": {"file": "…"},
            "defenses": [{"name": "given", "file": "…"}],
            "attacks": list(asked.DEFAULT_ATTACKS),
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
        "attacked_classes": _classes(values.attacked_classes),
        "planted": values.planted,
        "seeds": lines.numbers(values.seeds),
        "criteria": _criteria(values),
    }


def _criteria(values: FormValues) -> list[Any] | None:
    """What is asked for, lines as they were typed; None where nothing was."""
    gain = values.gain if "none" in values.defenses else None
    found: list[Any] = [] if gain is None else [{"metric": "rho_increase", "at_least": gain / 100}]
    found += [line.strip() for line in values.ask.split(";") if line.strip()]
    return found or None


def shows(spec: Experiment) -> bool:
    """Whether the form can show all of a spec; what it cannot is edited as YAML."""
    try:
        return Experiment.model_validate(from_form(to_form(spec))) == spec
    except ValidationError:
        return False


def _classes(text: str) -> list[int | str] | None:
    """Names or labels with commas between them; None where there are none."""
    each = [part.strip() for part in text.split(",") if part.strip()]
    return [int(one) if one.isdecimal() else one for one in each] or None


def _data(values: FormValues) -> dict[str, Any]:
    if values.data != FILE:
        return {"name": values.data, "unit": values.unit}
    return {"file": values.data_file, "label": values.label.strip() or None, "unit": values.unit}


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
            scale = None if values.given_scale == FOUND else values.given_scale
            output = values.given_output.strip() or None
            return [{"name": name, "file": values.given_file, "output": output, "scale": scale}]
    return [{"name": name, **one} for one in lines.settings(values.lines[name])]
