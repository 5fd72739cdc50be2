"""What the ledger keeps of a run as JSON, as typed values: the one place where views read it."""

from __future__ import annotations

import yaml
from pydantic import Field

from core.model.base import Value
from core.model.planned import RunPlan
from core.store.records import CellRow, Run


class Progress(Value):
    """What a cell last told of itself.

    Attributes:
        done, total: epochs or attacked pairs. history: of a training: epoch, loss, accuracy.
    """

    done: float = 0
    total: float = 0
    message: str = ""
    loss: float | None = None
    accuracy: float | None = None
    history: list[list[float]] = Field([])


def of(run: Run) -> RunPlan:
    """What a run was planned to be."""
    return RunPlan.from_json(run.provenance)


def attacked_with(run: Run) -> set[str]:
    """The names of the attacks that the spec of a run asks for."""
    return {attack["name"] for attack in run.spec.get("attacks", [])}


def versions(run: Run) -> str:
    """The libraries that a run of any version was planned with: "keras 3.9, numpy 2.0", or ""."""
    known = run.provenance.get("versions", {})
    return ", ".join(f"{name} {value}" for name, value in known.items() if value)


def spec_as_yaml(run: Run) -> str:
    """The spec of a run as YAML."""
    return yaml.safe_dump(run.spec, sort_keys=False, allow_unicode=True)


def told(cell: CellRow) -> Progress | None:
    """What a cell has told of itself; None before it has."""
    return Progress.model_validate(cell.progress) if cell.progress else None
