"""`python -m core evaluate`: the same experiment on a network that exists."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.cli import following
from core.cli.options import (
    AttackOption,
    DataOption,
    Ending,
    UnitOption,
    attack_part,
    data_part,
    with_ending,
)
from core.cli.terminal import NOTES
from core.errors import UserError
from core.planning import prepare
from core.spec import spec
from core.store.ledger import Ledger


@with_ending
def evaluate(
    model: Annotated[str, typer.Argument(help="A trained network in a .keras file.")],
    data: DataOption = None,
    attack: AttackOption = None,
    baseline: Annotated[
        str | None, typer.Option(help="A .keras file to compare with, the undefended network.")
    ] = None,
    samples: Annotated[int, typer.Option(min=1, help="Test inputs to attack.")] = 100,
    unit: UnitOption = None,
    *,
    ending: Ending,
) -> None:
    """Attack a network that exists and report on it like on any other."""
    if data is None:
        raise UserError("give the data that the network classifies: --data FILE.npz", 2)
    ledger = Ledger()
    there = prepare.resolve_data(
        spec.parse_part(spec.Data, data_part(data, unit), "--data"), ledger
    )
    if samples > there.n_test:
        NOTES.print(f"the data hold {there.n_test} test inputs; all of them are attacked")
    reference = [{"name": "none", "file": baseline}] if baseline else []
    raw = {
        "name": f"evaluate {Path(model).name}",
        "data": data_part(data, unit),
        "defenses": [*reference, {"name": "given", "file": model}],
        "attacks": [attack_part(text) for text in attack or ["jsma-f", "jsma-logf"]],
        "samples": min(samples, there.n_test),
    }
    following.start(spec.parse(raw, "evaluate"), ending)
