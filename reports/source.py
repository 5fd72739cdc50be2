"""From RUN on the command line to results: a run of the ledger, or a file not trusted.

A file is refused unless every field that a report reads has its type and every number is finite.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from pathlib import Path
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

from core.errors import UserError
from core.experiment import results as ledger_results

SCHEMA = "thermocline.results/1"
MAX_BYTES = 32 * 2**20
_MAX_FEATURES = 2**20
_MAX_DEPTH = 32
_LOOSE = ConfigDict(extra="allow", strict=True)

Number = Annotated[float, Field(allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, le=2**53)]
Temperature = Annotated[float, Field(gt=0, le=1e9, allow_inf_nan=False)] | None
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
    budget: Count
    accuracy: Share | None
    success_rate: Share | None
    success_low: Share | None
    success_high: Share | None
    rho: Share | None
    rho_low: Share | None
    rho_high: Share | None
    rho_increase: Number | None
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
class _Picture(TypedDict):
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
class _Results(TypedDict):
    schema: Literal["thermocline.results/1"]
    run: Text
    name: Text
    created: Text
    spec: dict[str, Any]
    provenance: _Provenance
    summary: list[_Row]
    differences: list[_Difference]
    diagnostics: list[_Check]
    verdicts: list[Any]
    gallery: Annotated[list[_Picture], Field(max_length=64)]


_ADAPTER = TypeAdapter(_Results)


def load(ref: str, home: Path | None = None) -> tuple[dict, pd.DataFrame | None]:
    """The results of RUN: a run id, `latest`, or the path of a results.json.

    Returns: the results and the tidy table; the table is None for a file.
    Raises: UserError when there is no such run or the file cannot be used.
    """
    path = Path(ref)
    if path.suffix == ".json" or path.is_file():
        return read(path), None
    return ledger_results.load(ref, home)


def read(path: Path) -> dict:
    """A results.json from anywhere, checked.

    Raises: UserError: one line that names the file, the field and what is wrong.
    """
    try:
        if path.exists() and not path.is_file():
            raise UserError(f"{path}: cannot be read: not a file")
        if path.stat().st_size > MAX_BYTES:
            raise UserError(f"{path}: larger than {MAX_BYTES >> 20} MiB, not a results.json")
        content = json.loads(path.read_text("utf-8"), parse_constant=_refuse)
        json.dumps(content, ensure_ascii=False).encode("utf-8")
        if _depth(content) > _MAX_DEPTH:
            raise ValueError("nested too deeply")
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise UserError(f"{path}: not valid JSON; give a results.json or a run id") from None
    if not isinstance(content, dict) or content.get("schema") != SCHEMA:
        raise UserError(f'{path}: no results.json: "schema" is not "{SCHEMA}"')
    try:
        _ADAPTER.validate_python(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UserError(f"{path}: {where}: {first['msg']}") from None
    for i, picture in enumerate(content["gallery"]):
        _check_picture(path, i, picture)
    return content


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _depth(value: object) -> int:
    """How deep objects and lists are nested."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return 1 + max((_depth(item) for item in value), default=0)
    return 0


def _check_picture(path: Path, i: int, picture: _Picture) -> None:
    """Both arrays must hold exactly the float32 values that the shape asks for."""
    wanted = 4 * math.prod(picture["shape"])
    for role in ("original", "adversarial"):
        try:
            size = len(base64.b64decode(picture[role], validate=True))
        except (binascii.Error, ValueError):
            size = -1
        if size != wanted:
            raise UserError(f"{path}: gallery.{i}.{role}: not {wanted} bytes in base64")
