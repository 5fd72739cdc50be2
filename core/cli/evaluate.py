"""`python -m core evaluate`: the same experiment on a network that exists."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.cli import following
from core.cli.options import (
    AsRead,
    DataAs,
    DataOption,
    Ending,
    Questions,
    attack_part,
    with_ending,
)
from core.errors import UserError
from core.model.data import DataFacts
from core.planning import prepare
from core.planning.gradients import WITHOUT_GRADIENT
from core.spec import asked, spec
from core.store.ledger import Ledger

SAMPLES, QUICK_SAMPLES = 100, 20


@with_ending
def evaluate(
    model: Annotated[str, typer.Argument(help="A trained network in a .keras or .h5 file.")],
    data: DataOption = None,
    baseline: Annotated[
        str | None,
        typer.Option(help="A network file to compare with, undefended."),
    ] = None,
    *,
    read_as: DataAs,
    questions: Questions,
    read: AsRead,
    ending: Ending,
) -> None:
    """Attack a network that exists, and say how robust it is; with a baseline, how much more so."""
    if data is None:
        raise UserError("give the data that the network classifies: --data FILE.npz", 2)
    ledger = Ledger()
    part = read_as.part(data)
    following.noted(f"reading {data}")
    there = prepare.resolve_data(spec.parse_part(spec.Data, part, "--data"), ledger)
    reference = [{"name": "none", "file": baseline}] if baseline else []
    criteria = [asked.criterion(text, "--ask") for text in questions.ask or []]
    attacks = [attack_part(text) for text in questions.attack or []]
    if not attacks:
        attacks = asked.attacks_for(criteria, quick=questions.quick)
    raw: dict = {
        "name": f"evaluate {Path(model).name}",
        "data": part,
        "defenses": [*reference, {"name": "given", "file": model, **read.part()}],
        "attacks": attacks,
        "samples": _samples(questions, there),
    }
    if criteria:
        raw["criteria"] = [one.model_dump() for one in criteria]
    experiment = spec.parse(raw, "evaluate")
    resolved = prepare.resolve(experiment, ledger, following.noted, read.trust or [])
    looked_up = any(one.whole_numbers for one in resolved.files.values())
    if looked_up and not questions.attack:
        listed = ", ".join(WITHOUT_GRADIENT)
        following.noted(f"no gradient reaches the inputs of {Path(model).name}: taking {listed}")
        raw["attacks"] = [attack_part(text) for text in WITHOUT_GRADIENT]
        experiment = spec.parse(raw, "evaluate")
    asked.require_measured(experiment, there, gradients=not looked_up)
    following.start(experiment, ending, resolved)


def _samples(questions: Questions, there: DataFacts) -> int:
    """How many test inputs are attacked: as many as were asked for and there are."""
    wanted = questions.samples or (QUICK_SAMPLES if questions.quick else SAMPLES)
    if wanted > there.n_test:
        following.noted(f"the data hold {there.n_test} test inputs; all of them are attacked")
    return min(wanted, there.n_test)
