"""What an experiment is: data, architecture, training, defences, attacks, samples, seeds, criteria.

Pure description (pydantic; YAML in and out). Nothing here computes or touches a data set. Attacks
and defences describe themselves, one file each.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import Field, TypeAdapter, ValidationError, field_validator, model_validator

from core.attacks import NAMES as ATTACK_NAMES
from core.attacks import AnyAttack
from core.attacks.engine.fractions import require_fractions
from core.criteria import METRICS
from core.defenses import AnyDefense
from core.errors import UserError
from core.model.base import MAX_FEATURES, Distance
from core.model.data import DataFacts, DataName, Unit
from core.model.judged import Aim, Knowledge, asks_default
from core.settings import Part
from core.spec import criterion_line
from core.spec.spec_words import message

ArchitectureName = Literal["paper-mnist", "paper-cifar10", "mlp"]
WITHIN = ("robust_accuracy", "success_rate")
"""Metrics that are measured within a radius."""
PAPER_TEMPERATURES = (1, 2, 5, 10, 20, 30, 40, 50, 100)

Name = Annotated[str, Field(min_length=1, max_length=200)]
Parsed = TypeVar("Parsed")


class Data(Part):
    """A data set by name, or the user's own file or folder.

    `file` is an `.npz` (`x_train, y_train, x_test, y_test`), a `.csv` or `.parquet` table, a folder
    of images with one folder a class (or a `.zip` of it), or what Hugging Face's `datasets` saved.
    `label` names the column that holds the classes, in files that have columns.

    Args: unit: in which distances are measured: each feature's `range`, its standard `deviation`
        over the training inputs, or its `cost`, so that its whole range is as long as it costs.
    """

    name: DataName | None = None
    file: str | None = None
    label: str | None = Field(None, min_length=1, max_length=200)
    unit: Unit = "range"

    @model_validator(mode="after")
    def _one_source(self) -> Data:
        if (self.name is None) == (self.file is None):
            raise ValueError("give either a name or a file, not both and not neither")
        if self.label is not None and self.file is None:
            raise ValueError("label goes with a file that has columns")
        return self


class ArchitectureChoice(Part):
    """One of the known architectures with its dropout changed; 0 takes it out."""

    name: ArchitectureName
    dropout: float = Field(ge=0, lt=1)


class ArchitectureFile(Part):
    """The user's own `.keras` file, taken as an architecture: it is trained from new weights."""

    file: str


class Training(Part):
    """How every network is trained.

    `warm_start` is the number of epochs at T = 1 before the epochs at temperature T; at high T the
    loss gradient carries a factor 1/T, and SGD does not start without them. `warm_start_hot`
    replaces it at T of 50 and more. `halve_every` halves the learning rate every so many epochs.
    """

    optimizer: Literal["adam", "sgd"] = "adam"
    learning_rate: float = Field(0.001, gt=0, le=100)
    momentum: float = Field(0.9, ge=0, lt=1)
    batch_size: int = Field(128, ge=1, le=65_536)
    epochs: int = Field(10, ge=1, le=10_000)
    warm_start: int = Field(0, ge=0, le=100)
    warm_start_hot: int | None = Field(None, ge=0, le=100)
    halve_every: int | None = Field(None, ge=1)

    def warm_start_at(self, temperature: float) -> int:
        """Epochs of warm start for a network trained at `temperature`; none at T = 1."""
        if temperature == 1:
            return 0
        if temperature >= 50 and self.warm_start_hot is not None:
            return self.warm_start_hot
        return self.warm_start


class Criterion(Part):
    """What a defence has to reach; shown before launch and locked with the run.

    May be written in one line, `robust_accuracy>=0.5@linf:0.1` (`criterion_line`).

    Args:
        metric: one of `METRICS`. at_least, at_most: exactly one, a fraction.
        attack: a name, or `strongest`: the one that works best on each sample.
        distance: `l0`, `l1`, `l2` or `linf`; None: each that was measured, one by one.
        eps: radius within which it is asked for, a fraction of each feature's range, for `l0` a
            number of features; None: each that an attack was given.
        goal: `targeted`: the attacker picks the class to reach; `untargeted`: any wrong class
            will do. None: as the metric counts. knowledge: None: of all attacks that ran.
        set_by: who asks for it.
    """

    metric: str = next(iter(METRICS))
    at_least: float | None = None
    at_most: float | None = None
    attack: str = "strongest"
    distance: Distance | None = None
    eps: float | None = Field(None, gt=0, le=MAX_FEATURES)
    goal: Aim | None = None
    knowledge: Knowledge | None = None
    set_by: Name = "the spec of this run"

    @model_validator(mode="before")
    @classmethod
    def _line(cls, value: Any) -> Any:
        return criterion_line.read(value) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_bound(self) -> Criterion:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("give either at_least or at_most")
        if self.metric not in METRICS:
            raise ValueError(f"metric is one of {', '.join(METRICS)}")
        if self.attack != "strongest" and self.attack not in ATTACK_NAMES:
            raise ValueError(f"attack is 'strongest' or one of {', '.join(ATTACK_NAMES)}")
        return self

    @model_validator(mode="after")
    def _one_threat_model(self) -> Criterion:
        goals = METRICS[self.metric].goals
        if self.goal is not None and self.goal not in goals:
            known = f"is about {' and '.join(goals)} attacks" if goals else "is about no attack"
            raise ValueError(f"{self.metric} {known}, not about {self.goal} ones")
        if not goals and (self.distance or self.eps or self.knowledge):
            raise ValueError(f"{self.metric} has no attacker: leave distance, eps, knowledge out")
        if self.eps is not None and self.metric not in WITHIN:
            raise ValueError(f"eps goes with {' and '.join(WITHIN)}; {self.metric} has no radius")
        if self.eps is not None and self.distance is None:
            raise ValueError("eps needs the distance that it is measured in")
        return self


class Experiment(Part):
    """A whole experiment: every defence, trained with every seed, under every attack.

    Args:
        samples: test inputs that are attacked, the first in class-balanced order.
        attacked_classes: only inputs of these classes are attacked, each a name or a label; None:
            of all.
        planted: of them, how many get a planted example that every attack has to find; 0: none.
            None: a quarter of an attack's pairs, between 10 and 100.
        criteria: what each defence has to reach; None: what `core.criteria.defaults` asks for,
            which follows the attacks that ran; []: nothing, so that there is no verdict.
    """

    name: Name = "experiment"
    data: Data
    architecture: ArchitectureName | ArchitectureChoice | ArchitectureFile = "paper-mnist"
    training: Training = Training()
    defenses: list[AnyDefense] = Field(min_length=1, max_length=100)
    attacks: list[AnyAttack] = Field(min_length=1, max_length=50)
    samples: int = Field(100, ge=1, le=1_000_000)
    attacked_classes: list[str | int] | None = Field(None, min_length=1, max_length=1_000)
    planted: int | None = Field(None, ge=0, le=100_000)
    seeds: list[Annotated[int, Field(ge=0, lt=2**31)]] = Field([0], min_length=1, max_length=100)
    criteria: list[Criterion] | None = None

    @field_validator("criteria", mode="before")
    @classmethod
    def _nobodys(cls, value: Any) -> Any:
        return None if asks_default(value) else value

    @field_validator("seeds")
    @classmethod
    def _distinct(cls, value: list[int]) -> list[int]:
        if len(set(value)) != len(value):
            raise ValueError("a seed is listed twice; seeds must differ")
        return value

    @field_validator("name")
    @classmethod
    def _printable(cls, value: str) -> str:
        if not value.isprintable():
            raise ValueError("a name holds printable characters only, on one line")
        return value

    def as_json(self) -> dict[str, Any]:
        """The full spec, defaults written out, as JSON values."""
        return self.model_dump(mode="json")

    def attacked_labels(self, data: DataFacts) -> list[int] | None:
        """The labels of `attacked_classes`; None: every class. Raises `UserError`."""
        if self.attacked_classes is None:
            return None
        names = data.class_names or []
        known = {name: label for label, name in enumerate(names)}
        found = []
        for asked in self.attacked_classes:
            label = known.get(asked) if isinstance(asked, str) else asked
            if label is None or not 0 <= label < data.classes:
                raise UserError(
                    f"attacked_classes: {data.title} has no class {asked!r}; it has"
                    f" {', '.join(names[:20]) or f'the labels 0 to {data.classes - 1}'}",
                    2,
                )
            found.append(label)
        return sorted(set(found))

    def as_yaml(self) -> str:
        """The full spec as YAML that `parse` reads back."""
        return yaml.safe_dump(self.as_json(), sort_keys=False, allow_unicode=True)


def parse(raw: dict[str, Any], source: str = "spec") -> Experiment:
    """Validate a mapping into an `Experiment`.

    Raises `UserError`, one line that names each field, the value received and what is allowed.
    """
    experiment = parse_part(Experiment, raw, source)
    if experiment.data.name is not None and experiment.data.unit == "range":
        # Named data run from 0 to 1; of a file's only the plan knows.
        for attack in experiment.attacks:
            field = f"{source}: attacks.{attack.name}"
            require_fractions(field, attack.model_dump(), attack.distance)
    return experiment


def parse_part(part: type[Parsed] | Any, raw: Any, source: str) -> Parsed:
    """Validate one part of a spec, e.g. `Data` or `AnyAttack`. Raises `UserError` like `parse`."""
    try:
        return TypeAdapter(part).validate_python(raw)
    except ValidationError as error:
        problems = "; ".join(_problem(item) for item in error.errors()[:5])
        raise UserError(f"{source}: {problems}", 2) from None


def _problem(item: Any) -> str:
    location = ".".join(str(part) for part in item["loc"]) or "spec"
    location = re.sub(r"\.(\d+)", r"[\1]", location)
    return f"{location}: {message(item)}"
