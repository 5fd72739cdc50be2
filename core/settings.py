"""What all typed settings have in common: strict, immutable, JSON in and out."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A part of a spec: unknown keys are errors, values never change, no NaN and no infinity."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
