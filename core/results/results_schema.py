"""What a results.json holds: the types that every reader checks, and its JSON schema.

`python -m core.results.results_schema` writes results.schema.json beside this file.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Annotated, Any, Literal, NotRequired

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, with_config
from typing_extensions import TypedDict

from core.reviews.schema import Reviews

SCHEMA = "thermocline.results/1"
FILE = Path(__file__).with_name("results.schema.json")
_MAX_FEATURES = 2**20
_LOOSE = ConfigDict(extra="allow", strict=True)

Number = Annotated[float, Field(allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, le=2**53)]
Temperature = Annotated[float, Field(gt=0, le=1e9, allow_inf_nan=False)] | None
Distance = Literal["l0", "l1", "l2", "linf"]
Text = Annotated[str, Field(max_length=20_000)]
Shape = Annotated[list[Annotated[int, Field(ge=1, le=_MAX_FEATURES)]], Field(max_length=4)]


def _small(shape: list[int]) -> list[int]:
    if math.prod(shape) > _MAX_FEATURES:
        raise ValueError(f"more than {_MAX_FEATURES} features")
    return shape


@with_config(_LOOSE)
class _Row(TypedDict):
    dataset: Text
    defense: Text
    defense_params: dict[str, Any]
    temperature: Temperature
    attack: Text
    attack_params: dict[str, Any]
    seeds: list[int]
    samples: Count
    pairs: Count
    budget: Number | None
    distance: NotRequired[Distance]
    rho_cap: NotRequired[Share]
    robustness: NotRequired[dict[str, dict[str, Number]]]
    accuracy: Share | None
    mean_confidence: Share | None
    success_rate: Share | None
    success_low: Share | None
    success_high: Share | None
    rho: Share | None
    rho_low: Share | None
    rho_high: Share | None
    rho_increase: Number | None
    rho_increase_low: NotRequired[Number | None]
    rho_increase_high: NotRequired[Number | None]
    rho_clean_only: Share | None
    already_rate: Share | None
    mean_l1: Number | None
    mean_l2: Number | None
    mean_linf: Number | None
    censored: Share | None
    zero_gradient_samples: Share | None
    per_seed: list[dict[str, Any]]


@with_config(_LOOSE)
class _History(TypedDict, total=False):
    epoch: list[Number]
    accuracy: list[Number | None]
    test_accuracy: list[Number | None]


@with_config(_LOOSE)
class _Network(TypedDict):
    defense: Text
    params: dict[str, Any]
    temperature: Temperature
    seed: int
    accuracy: Share | None
    accuracy_low: Share | None
    accuracy_high: Share | None
    mean_confidence: Share | None
    train_accuracy: Share | None
    epochs: Count | None
    seconds: Number | None
    trained: bool
    history: _History | None


@with_config(_LOOSE)
class _Data(TypedDict):
    name: Text
    title: Text
    source: Text
    note: Text | None
    checksum: Text
    n_train: Count
    n_test: Count
    shape: Annotated[Shape, AfterValidator(_small)]
    n_features: Annotated[int, Field(ge=1, le=_MAX_FEATURES)]
    classes: Annotated[int, Field(ge=2)]
    class_names: list[Text] | None
    feature_names: list[Text] | None
    kind: Literal["image", "table"]
    low: Number
    high: Number


@with_config(_LOOSE)
class _Architecture(TypedDict):
    name: Text
    requested: Text
    parameters: Count | None


@with_config(_LOOSE)
class _Changed(TypedDict):
    run: Text
    name: Text
    finished: Count
    before: list[dict[str, Any]]
    now: list[dict[str, Any]]


@with_config(_LOOSE)
class _Provenance(TypedDict):
    data: _Data
    architecture: _Architecture
    networks: list[_Network]
    departures: list[Text]
    notes: list[Text]
    backend: Text
    versions: dict[str, Text | None]
    device: Text
    threads: int
    denormals_flushed: bool | None
    cells: dict[str, Count]
    incomplete: list[Text]
    seconds: Number | None
    criteria_changed: NotRequired[list[_Changed]]


@with_config(_LOOSE)
class _Difference(TypedDict):
    attack: Text
    attack_params: dict[str, Any]
    defense: Text
    defense_params: dict[str, Any]
    temperature: Temperature
    against: Text
    metric: Text
    difference: Number
    low: Number | None
    high: Number | None
    n: Count
    detected: bool


@with_config(_LOOSE)
class _Closest(TypedDict):
    dataset: Text
    defense: Text
    defense_params: dict[str, Any]
    temperature: Temperature
    distance: Distance
    rho: Share
    rho_low: Share
    rho_high: Share
    rho_cap: Share
    rho_increase: Number | None
    rho_increase_low: Number | None
    rho_increase_high: Number | None
    mean: Number
    low: Number
    high: Number
    censored: Share
    samples: Count
    seeds: list[int]
    attacks: list[dict[str, Any]]


@with_config(_LOOSE)
class _WithinBudget(TypedDict):
    dataset: Text
    defense: Text
    defense_params: dict[str, Any]
    temperature: Temperature
    distance: Distance
    budget: Number
    robust_accuracy: Share
    low: Share
    high: Share
    samples: Count
    seeds: list[int]
    attacks: list[Text]


@with_config(_LOOSE)
class _Curve(TypedDict):
    dataset: Text
    defense: Text
    defense_params: dict[str, Any]
    temperature: Temperature
    attack: Text
    attack_params: dict[str, Any]
    distance: Distance
    budget: Annotated[list[Number], Field(max_length=1_000)]
    success_rate: Annotated[list[Share], Field(max_length=1_000)]
    low: Annotated[list[Share], Field(max_length=1_000)]
    high: Annotated[list[Share], Field(max_length=1_000)]


_Matrix = Annotated[
    list[Annotated[list[Number | None], Field(max_length=20)]], Field(max_length=20)
]


@with_config(_LOOSE)
class _Matrices(TypedDict):
    dataset: Text
    defense: Text
    defense_params: dict[str, Any]
    temperature: Temperature
    attack: Text
    attack_params: dict[str, Any]
    distance: Distance
    success_rate: _Matrix
    distortion: _Matrix


@with_config(_LOOSE)
class _Detection(TypedDict):
    defense: Text
    defense_params: dict[str, Any]
    temperature: Temperature
    seed: int
    attack: Text
    attack_params: dict[str, Any]
    distance: Distance
    detected: Share
    low: Share
    high: Share
    false_alarms: Share
    pairs: Count
    samples: Count
    bins: list[dict[str, Any]]


@with_config(_LOOSE)
class _Verdict(TypedDict):
    defense: Text
    params: dict[str, Any]
    temperature: Temperature
    verdict: Literal["FAIL", "NOT RELIABLE", "INCONCLUSIVE", "PASS"]
    reason: Text
    criterion: dict[str, Any] | None
    criteria: list[dict[str, Any]]


@with_config(_LOOSE)
class _Subject(TypedDict):
    defense: Text
    params: dict[str, Any]
    temperature: Temperature
    attack: Text | None


@with_config(_LOOSE)
class _Check(TypedDict):
    check: Text
    subject: _Subject
    result: Literal["pass", "fail", "not run"]
    sentence: Text


@with_config(_LOOSE)
class Picture(TypedDict):
    """One adversarial example of the gallery; images as base64 of little-endian float32."""

    defense: Text
    params: dict[str, Any]
    temperature: Temperature
    attack: Text
    sample: int
    label: int
    target: int
    predicted: int
    success: bool
    status: Text
    l0: Count
    shape: Annotated[Shape, AfterValidator(_small)]
    original: str
    adversarial: str


@with_config(_LOOSE)
class Results(TypedDict):
    """The whole of results.json."""

    schema: Literal["thermocline.results/1"]
    run: Text
    name: Text
    created: Text
    spec: dict[str, Any]
    provenance: _Provenance
    summary: list[_Row]
    differences: list[_Difference]
    diagnostics: list[_Check]
    verdicts: list[_Verdict]
    closest: NotRequired[list[_Closest]]
    within_budget: NotRequired[list[_WithinBudget]]
    curves: NotRequired[list[_Curve]]
    matrices: NotRequired[list[_Matrices]]
    detection: NotRequired[list[_Detection]]
    gallery: Annotated[list[Picture], Field(max_length=64)]
    reviews: NotRequired[Reviews]


RESULTS = TypeAdapter(Results)


def json_schema() -> str:
    """The JSON schema of results.json, as its file holds it."""
    return json.dumps(RESULTS.json_schema(), indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    FILE.write_text(json_schema(), encoding="utf-8")
