"""The whole of results.json: the one model that reads it, writes it and gives its JSON schema.

`python -m core.model.results` writes results.schema.json beside this file.
"""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from core.model.base import Count, Number, Settings, Text, Value
from core.model.data import DataFacts, Shape
from core.model.detection import Detection
from core.model.judged import Changed, Check, Criterion, Verdict, asks_default
from core.model.migration import migrated
from core.model.network import TrainedNetwork
from core.model.rows import (
    Closest,
    Curve,
    Difference,
    Matrices,
    Planted,
    SummaryRow,
    WithinBudget,
)
from core.model.subject import OfOneNetwork
from core.reviews.schema import Reviews

SCHEMA = "thermocline.results/1"
FILE = Path(__file__).with_name("results.schema.json")


class Architecture(Value):
    """The network that was trained, the one that was asked for, and its number of weights."""

    name: Text
    requested: Text
    parameters: Count | None = None
    dropout: Number | None = None
    artifact: Text | None = None


class CellCounts(Value):
    """How many cells the run has, and how many are in each state."""

    total: Count
    queued: Count = 0
    running: Count = 0
    done: Count = 0
    failed: Count = 0
    cancelled: Count = 0


class Provenance(Value):
    """Where the numbers come from.

    Attributes:
        departures: from the paper's setting, in sentences. incomplete: what is missing.
        denormals_flushed: whether the backend flushed denormal numbers to 0; None: not known.
        seconds: of computing. criteria_changed: earlier runs that asked for something else.
    """

    data: DataFacts
    architecture: Architecture
    networks: list[TrainedNetwork]
    departures: list[Text]
    notes: list[Text]
    backend: Text
    versions: dict[str, Text | None]
    device: Text
    threads: int
    denormals_flushed: bool | None
    cells: CellCounts
    incomplete: list[Text]
    seconds: Number | None
    criteria_changed: list[Changed] = Field([])


class Picture(OfOneNetwork):
    """One adversarial example of the gallery; images as base64 of little-endian float32."""

    seed: int = 0
    attack: Text
    sample: int
    label: int
    target: int
    predicted_clean: int | None = None
    predicted: int
    success: bool
    status: Text
    l0: Count | Number
    l1: Number | None = None
    l2: Number | None = None
    linf: Number | None = None
    shape: Shape
    original: str
    adversarial: str


class Results(Value):
    """What a run found, and everything that a report needs.

    Attributes:
        spec: the experiment as it was asked for, as JSON values.
        verdicts: one a defended network. rows_sha256: of the table of single attacks that the
            numbers come from; None in results of earlier versions.
        reviews: the chain of comments and sign-offs.
        content_sha256, renderer: the seal of a file; None where there is none.
    """

    schema_name: Literal["thermocline.results/1"] = Field(SCHEMA, alias="schema")
    run: Text
    name: Text
    created: Text
    spec: Settings
    provenance: Provenance
    summary: list[SummaryRow]
    closest: list[Closest] = Field([])
    within_budget: list[WithinBudget] = Field([])
    differences: list[Difference]
    curves: list[Curve] = Field([])
    matrices: list[Matrices] = Field([])
    detection: list[Detection] = Field([])
    planted: list[Planted] = Field([])
    diagnostics: list[Check]
    verdicts: list[Verdict]
    gallery: Annotated[list[Picture], Field(max_length=64)]
    rows_sha256: Text | None = None
    reviews: Reviews | None = None
    content_sha256: Text | None = None
    renderer: Text | None = None

    @classmethod
    def from_json(cls, raw: Any) -> Results:
        """Read the content of a results.json of this or an earlier version.

        Raises `pydantic.ValidationError`, which names the place and what is wrong.
        """
        return cls.model_validate(migrated(raw))

    def as_json(self) -> dict[str, Any]:
        """The content of results.json; without what a file may leave out."""
        optional = {"rows_sha256", "reviews", "content_sha256", "renderer"}
        absent = {key for key in optional if getattr(self, key) is None}
        made = self.model_dump(mode="json", exclude=absent)
        provenance = made["provenance"]
        if not provenance["criteria_changed"]:
            del provenance["criteria_changed"]
        known = provenance["architecture"].items()
        provenance["architecture"] = {k: v for k, v in known if v is not None or k == "parameters"}
        return made

    @cached_property
    def criteria(self) -> list[Criterion]:
        """What somebody asked of the run; [] where nobody did, see `asks_default`."""
        if self.asks_default:
            return []
        return [Criterion.model_validate(one) for one in self.spec.get("criteria", [])]

    @property
    def asks_default(self) -> bool:
        """Whether the criteria are Thermocline's, which follow the attacks that ran."""
        return asks_default(self.spec.get("criteria", []))

    @property
    def has_reference(self) -> bool:
        """Whether the run has, or was to have, an undefended network beside the others."""
        asked = self.spec.get("defenses", [])
        named = [one.get("name") for one in asked] if isinstance(asked, list) else []
        return "none" in named or any(row.identity.undefended for row in self.summary)

    @property
    def data(self) -> DataFacts:
        """The data set."""
        return self.provenance.data

    @property
    def networks(self) -> list[TrainedNetwork]:
        """The trained networks, one a defence, temperature and seed."""
        return self.provenance.networks


def json_schema() -> str:
    """The JSON schema of results.json, as its file holds it."""
    return json.dumps(Results.model_json_schema(), indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    FILE.write_text(json_schema(), encoding="utf-8")
