"""What every typed value has in common, and the checked kinds of numbers and texts."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

MAX_FEATURES = 2**20

Number = Annotated[float, Field(allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
"""A fraction in [0, 1]."""
Count = Annotated[int, Field(ge=0, le=2**53)]
Temperature = Annotated[float, Field(gt=0, le=1e9, allow_inf_nan=False)] | None
"""Distillation temperature; None where none applies."""
Distance = Literal["l0", "l1", "l2", "linf"]
DISTANCES: tuple[Distance, ...] = get_args(Distance)
Text = Annotated[str, Field(max_length=20_000)]
JsonObject = dict[str, Any]
"""An object of a JSON file, where it is read or written."""
Settings = dict[str, Any]
"""Settings of an attack or a defence as JSON values: what a row of the results holds of them."""


class Value(BaseModel):
    """An immutable typed value, read from JSON and written as JSON.

    Unknown keys are left out: a file of a later version can be read.
    """

    model_config = ConfigDict(
        frozen=True, strict=True, extra="ignore", populate_by_name=True, serialize_by_alias=True
    )
