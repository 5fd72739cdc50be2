"""What a report reads of results.json beyond the fields that its own schema checks."""

from __future__ import annotations

import json
from typing import Annotated, Any, NotRequired

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, with_config
from typing_extensions import TypedDict

from core.results.results_schema import Count, Number, Share, Text

_LOOSE = ConfigDict(extra="allow", strict=True)


def _object(text: str) -> str:
    if not isinstance(json.loads(text), dict):
        raise ValueError("not a JSON object")
    return text


@with_config(_LOOSE)
class _Bin(TypedDict):
    low: Number
    count: Count
    mean_confidence: Share | None
    accuracy: Share | None


@with_config(_LOOSE)
class _Answers(TypedDict):
    count: Count
    mean_confidence: Share | None
    low: Share | None
    high: Share | None


@with_config(_LOOSE)
class _Calibration(TypedDict):
    expected_calibration_error: Share
    right: _Answers
    wrong: _Answers
    bins: Annotated[list[_Bin], Field(max_length=1_000)]


@with_config(_LOOSE)
class _Power(TypedDict):
    power: Annotated[int, Field(ge=-400, le=400)] | None
    share: Share


@with_config(_LOOSE)
class _Amplitudes(TypedDict):
    samples: Count
    median_power: Number | None
    zero_in_float32: Share
    bins: Annotated[list[_Power], Field(max_length=1_000)]


@with_config(_LOOSE)
class _Network(TypedDict):
    calibration: NotRequired[_Calibration | None]
    amplitudes: NotRequired[_Amplitudes | None]


@with_config(_LOOSE)
class _Provenance(TypedDict):
    networks: list[_Network]


@with_config(_LOOSE)
class _Distance(TypedDict):
    mean: Number
    low: Number
    high: Number


@with_config(_LOOSE)
class _Row(TypedDict):
    robustness: NotRequired[dict[str, _Distance]]


@with_config(_LOOSE)
class _Strongest(TypedDict):
    attack: Text
    attack_params: dict[str, Any] | Annotated[Text, AfterValidator(_object)]
    strongest: Share


@with_config(_LOOSE)
class _Closest(TypedDict):
    attacks: list[_Strongest]


@with_config(_LOOSE)
class _Noticed(TypedDict):
    low_edge: Number
    high_edge: Number
    pairs: Count
    detected: Share
    low: Share
    high: Share


@with_config(_LOOSE)
class _Detection(TypedDict):
    bins: Annotated[list[_Noticed], Field(max_length=1_000)]


def _same_length(curve: _Curve) -> _Curve:
    if len({len(curve[key]) for key in ("budget", "success_rate", "low", "high")}) > 1:
        raise ValueError("budget, success_rate, low and high differ in length")
    return curve


@with_config(_LOOSE)
class _Curve(TypedDict):
    budget: list[Number]
    success_rate: list[Share]
    low: list[Share]
    high: list[Share]


def _square(entry: _Matrices) -> _Matrices:
    size = len(entry["success_rate"])
    for key in ("success_rate", "distortion"):
        if [len(row) for row in entry[key]] != [size] * size:
            raise ValueError(f"{key} is not a square of {size} classes")
    return entry


@with_config(_LOOSE)
class _Matrices(TypedDict):
    success_rate: list[list[Share | None]]
    distortion: list[list[Number | None]]


@with_config(_LOOSE)
class _Parts(TypedDict):
    provenance: _Provenance
    summary: list[_Row]
    closest: NotRequired[list[_Closest]]
    curves: NotRequired[list[Annotated[_Curve, AfterValidator(_same_length)]]]
    matrices: NotRequired[list[Annotated[_Matrices, AfterValidator(_square)]]]
    detection: NotRequired[list[_Detection]]


PARTS = TypeAdapter(_Parts)
