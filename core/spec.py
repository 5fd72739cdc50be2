"""What an experiment is: data, architecture, training, defences, attacks, samples, seeds, criteria.

Pure description (pydantic; YAML in and out). Nothing here computes or touches a data set.
"""

from __future__ import annotations

import json
import math
import re
from typing import Annotated, Any, Literal, TypeVar, get_args

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from core.errors import UserError

DataName = Literal["mnist5k", "digits", "breast_cancer", "mnist", "fashion_mnist", "cifar10"]
ArchitectureName = Literal["paper-mnist", "paper-cifar10", "mlp"]
DATA_NAMES: tuple[str, ...] = get_args(DataName)
PAPER_TEMPERATURES = (1, 2, 5, 10, 20, 30, 40, 50, 100)
PAPER_BUDGET = 112

Name = Annotated[str, Field(min_length=1, max_length=200)]
Temperature = Annotated[float, Field(gt=0, le=10_000)]
Temperatures = Annotated[list[Temperature], Field(min_length=1, max_length=50)]


Part = TypeVar("Part", bound=BaseModel)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Data(_Part):
    """A data set by name, or the user's own `.npz` (`x_train, y_train, x_test, y_test`)."""

    name: DataName | None = None
    file: str | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Data:
        if (self.name is None) == (self.file is None):
            raise ValueError("give either a name or a file, not both and not neither")
        return self


class ArchitectureFile(_Part):
    """The user's own `.keras` file, taken as an architecture: it is trained from new weights."""

    file: str


class Training(_Part):
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


class Undefended(_Part):
    """Hard labels at T = 1; or, with `file`, a trained network taken as the reference."""

    name: Literal["none"]
    file: str | None = None


class Distillation(_Part):
    """Defensive distillation: teacher and student at T, the student deployed at T = 1."""

    name: Literal["distillation"]
    temperatures: Temperatures


class TemperatureControl(_Part):
    """Hard labels at T, deployed at 1, never distilled: the control, and the teacher."""

    name: Literal["temperature"]
    temperatures: Temperatures


class SoftLabels(_Part):
    """Targets of `confidence` for the label and `rest` for every other class.

    `rest` defaults to (1 - confidence) / (N - 1); another value must sum to 1 as well, which is
    checked when the number of classes N is known.
    """

    name: Literal["soft-labels"]
    confidence: float = Field(0.9, gt=0, le=1)
    rest: float | None = Field(None, ge=0, lt=1)


class LabelSmoothing(_Part):
    """Targets (1 - strength) one-hot + strength / N."""

    name: Literal["label-smoothing"]
    strength: float = Field(0.1, gt=0, lt=1)


class Given(_Part):
    """A trained network from a `.keras` file, attacked as it is."""

    name: Literal["given"]
    file: str


class ScaledLogits(_Part):
    """The undefended network with its logits times `factor`: broken on purpose, never trained."""

    name: Literal["scaled-logits"]
    factor: float = Field(100.0, gt=0)


Defense = Annotated[
    Undefended
    | Distillation
    | TemperatureControl
    | SoftLabels
    | LabelSmoothing
    | Given
    | ScaledLogits,
    Field(discriminator="name"),
]


JsmaName = Literal["jsma-f", "jsma-f64", "jsma-logf", "jsma-z"]


class Jsma(_Part):
    """The Jacobian-based saliency map attack on pairs of features, targeted.

    Args:
        name: which gradient ranks the features, and in which arithmetic.
        budget: features that may change: a number (int), or a share (float below 1); default
            112 for 784 and 3,072 features, else 2 * floor(0.145 n / 2), at least 2.
        theta: change of each feature, clipped to the bounds; negative decreases.
    """

    name: JsmaName
    budget: int | float | None = None
    theta: float = Field(1.0, ge=-1e6, le=1e6)

    @field_validator("budget")
    @classmethod
    def _budget(cls, value: int | float | None) -> int | float | None:
        if value is None:
            return None
        if isinstance(value, float) and value >= 1 and value.is_integer():
            value = int(value)
        if isinstance(value, float) and not 0 < value < 1:
            raise ValueError("a share lies between 0 and 1; a number of features is a whole number")
        if isinstance(value, int) and value < 2:
            raise ValueError("the attack changes features in pairs: at least 2")
        return value

    @field_validator("theta")
    @classmethod
    def _theta(cls, value: float) -> float:
        if value == 0:
            raise ValueError("a change of 0 attacks nothing; 1 increases, -1 decreases")
        return value

    def features(self, n_features: int) -> int:
        """The budget as a number of features of `n_features`."""
        return resolve_budget(self.budget, n_features)


Attack = Jsma
ATTACK_NAMES: tuple[str, ...] = get_args(JsmaName)


class Criterion(_Part):
    """What a defence has to reach; shown before launch and locked with the run."""

    metric: Literal["rho_increase", "rho", "success_rate", "accuracy"] = "rho_increase"
    at_least: float | None = None
    at_most: float | None = None
    attack: str = "strongest"
    set_by: Name = "default"

    @model_validator(mode="after")
    def _one_bound(self) -> Criterion:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("give either at_least or at_most")
        if self.attack != "strongest" and self.attack not in ATTACK_NAMES:
            raise ValueError(f"attack is 'strongest' or one of {', '.join(ATTACK_NAMES)}")
        return self


class Experiment(_Part):
    """A whole experiment: every defence, trained with every seed, under every attack."""

    name: Name = "experiment"
    data: Data
    architecture: ArchitectureName | ArchitectureFile = "paper-mnist"
    training: Training = Training()
    defenses: list[Defense] = Field(min_length=1, max_length=100)
    attacks: list[Attack] = Field(min_length=1, max_length=50)
    samples: int = Field(100, ge=1, le=1_000_000)
    seeds: list[Annotated[int, Field(ge=0, lt=2**31)]] = Field([0], min_length=1, max_length=100)
    criteria: list[Criterion] = [Criterion(at_least=0.5)]

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

    def as_yaml(self) -> str:
        """The full spec as YAML that `parse` reads back."""
        return yaml.safe_dump(self.as_json(), sort_keys=False, allow_unicode=True)


def resolve_budget(budget: int | float | None, n_features: int) -> int:
    """Number of features that an attack may change.

    Args:
        budget: None (112 for 784 and for 3,072 features, as in the paper, else
            2 * floor(0.145 n / 2), at least 2), a number of features, or a share in (0, 1).
        n_features: features of one input.

    Returns: an int in [2, n_features]. Raises `UserError` when it exceeds the input.
    """
    if budget is None:
        if n_features in (784, 3072):
            return PAPER_BUDGET
        return max(2, 2 * math.floor(0.145 * n_features / 2))
    number = max(2, math.floor(budget * n_features)) if isinstance(budget, float) else budget
    if number > n_features:
        raise UserError(
            f"attacks.budget: {number} features exceed the {n_features} features of one input; "
            f"give at most {n_features}, or a share below 1",
            exit_code=2,
        )
    return number


def parse(raw: dict[str, Any], source: str = "spec") -> Experiment:
    """Validate a mapping into an `Experiment`.

    Raises `UserError`, one line that names each field, the value received and what is allowed.
    """
    return parse_part(Experiment, raw, source)


def parse_part(part: type[Part], raw: Any, source: str) -> Part:
    """Validate one part of a spec, e.g. `Data` or `Jsma`. Raises `UserError` like `parse`."""
    try:
        return part.model_validate(raw)
    except ValidationError as error:
        problems = "; ".join(_problem(item) for item in error.errors()[:5])
        raise UserError(f"{source}: {problems}", 2) from None


def canonical(value: Any) -> str:
    """Canonical JSON: sorted keys, no spaces, whole floats as integers; equal specs, equal text."""
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value


def _problem(item: Any) -> str:
    location = ".".join(str(part) for part in item["loc"]) or "spec"
    location = re.sub(r"\.(\d+)", r"[\1]", location)
    message = item["msg"].removeprefix("Value error, ")
    if item["type"] == "extra_forbidden":
        return f"{location}: unknown key; take it out or correct its spelling"
    if item["type"] == "missing":
        return f"{location}: missing; it has to be given"
    received = repr(item.get("input"))
    received = received if len(received) <= 80 else received[:77] + "..."
    return f"{location}: got {received}; {message}"
