"""`python -m core evaluate`: the same experiment on a network that exists."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.cli import following
from core.cli.options import (
    AsRead,
    AttackOption,
    DataOption,
    Ending,
    LabelOption,
    UnitOption,
    attack_part,
    data_part,
    with_ending,
)
from core.cli.terminal import NOTES
from core.errors import UserError
from core.planning import prepare
from core.planning.gradients import WITHOUT_GRADIENT
from core.spec import asked, spec
from core.store.ledger import Ledger


@with_ending
def evaluate(
    model: Annotated[str, typer.Argument(help="A trained network in a .keras or .h5 file.")],
    data: DataOption = None,
    label: LabelOption = None,
    attack: AttackOption = None,
    baseline: Annotated[
        str | None,
        typer.Option(help="A network file to compare with, undefended."),
    ] = None,
    samples: Annotated[int, typer.Option(min=1, help="Test inputs to attack.")] = 100,
    ask: Annotated[
        list[str] | None,
        typer.Option(
            help="What the network has to reach, e.g. robust_accuracy>=0.5@linf:0.1; may be"
            " repeated. Left out: half of the samples stay right within what each attack may"
            " change."
        ),
    ] = None,
    unit: UnitOption = None,
    *,
    read: AsRead,
    ending: Ending,
) -> None:
    """Attack a network that exists, and say how robust it is; with a baseline, how much more so."""
    if data is None:
        raise UserError("give the data that the network classifies: --data FILE.npz", 2)
    ledger = Ledger()
    part = data_part(data, label, unit)
    there = prepare.resolve_data(spec.parse_part(spec.Data, part, "--data"), ledger)
    if samples > there.n_test:
        NOTES.print(f"the data hold {there.n_test} test inputs; all of them are attacked")
    reference = [{"name": "none", "file": baseline}] if baseline else []
    criteria = [asked.criterion(text, "--ask") for text in ask or []]
    attacks = [attack_part(text) for text in attack or []]
    if not attacks:
        attacks = asked.attacks_for(criteria)
    raw: dict = {
        "name": f"evaluate {Path(model).name}",
        "data": part,
        "defenses": [*reference, {"name": "given", "file": model, **read.part()}],
        "attacks": attacks,
        "samples": min(samples, there.n_test),
    }
    if criteria:
        raw["criteria"] = [one.model_dump() for one in criteria]
    experiment = spec.parse(raw, "evaluate")
    resolved = prepare.resolve(experiment, ledger, following.noted, read.trust or [])
    if not attack and any(one.whole_numbers for one in resolved.files.values()):
        listed = ", ".join(WITHOUT_GRADIENT)
        following.noted(f"no gradient reaches the inputs of {Path(model).name}: taking {listed}")
        raw["attacks"] = [attack_part(text) for text in WITHOUT_GRADIENT]
        experiment = spec.parse(raw, "evaluate")
    asked.require_measured(experiment, there)
    following.start(experiment, ending, resolved)
