"""Options that commands share, and what their text means."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from core.attacks import AnyAttack
from core.errors import UserError
from core.judgement.rule import ORDER
from core.model.data import DATA_NAMES, Unit
from core.spec import spec, spec_files

DataOption = Annotated[str | None, typer.Option(help="An .npz file, or the name of a data set.")]
UnitOption = Annotated[
    Unit | None,
    typer.Option(help="Of distances: each feature's range, its standard deviation, or its cost."),
]
AttackOption = Annotated[
    list[str] | None,
    typer.Option(help="An attack, e.g. jsma-z or jsma-z:budget=40,theta=-1; may be repeated."),
]
RunArgument = Annotated[str, typer.Argument(help="Run id, the beginning of one, or `latest`.")]


@dataclass(frozen=True)
class Ending:
    """How a command that queues steps ends: the options of all of them, in the order of help."""

    wait: Annotated[
        bool, typer.Option("--wait/--detach", help="Show progress to the end, or leave it running.")
    ] = True
    max_minutes: Annotated[
        float | None, typer.Option(min=0.01, help="Stop after so many minutes; `resume` goes on.")
    ] = None
    fail_on: Annotated[
        str | None,
        typer.Option(
            help="Exit with 3 if any defence gets this verdict or a worse one: FAIL, NOT-RELIABLE"
            " or INCONCLUSIVE."
        ),
    ] = None
    out: Annotated[
        Path | None, typer.Option(help="Folder for results.json, results.parquet and adversarial/.")
    ] = None

    def refused(self) -> tuple[str, ...]:
        """The verdicts that --fail-on refuses: the one it names and all worse ones."""
        if self.fail_on is None:
            return ()
        if not self.wait:
            raise UserError("--fail-on needs the end of the run: leave --detach out", 2)
        wanted = self.fail_on.upper().replace("-", " ").replace("_", " ")
        if wanted not in ORDER[:-1]:
            raise UserError(
                f"--fail-on: got {self.fail_on!r}; give FAIL, NOT-RELIABLE or INCONCLUSIVE", 2
            )
        return ORDER[: ORDER.index(wanted) + 1]


def with_ending(command: Callable[..., None]) -> Callable[..., None]:
    """A command whose last parameter, `ending`, stands for the options of `Ending`."""
    signature = inspect.signature(command, eval_str=True)
    own = [one for name, one in signature.parameters.items() if name != "ending"]
    shared = inspect.signature(Ending, eval_str=True).parameters

    @wraps(command)
    def spread(**given: Any) -> None:
        ending = Ending(**{name: given.pop(name) for name in shared})
        command(**given, ending=ending)

    every = inspect.Signature([*own, *shared.values()])
    vars(spread)["__signature__"] = every
    return spread


def data_part(text: str, unit: Unit | None = None) -> dict:
    """The part of a spec that --data and --unit stand for: the name of a data set, or a file."""
    named = {"name": text} if text in DATA_NAMES else {"file": text}
    return named if unit is None else {**named, "unit": unit}


def attack_part(text: str) -> dict:
    """The part of a spec that --attack stands for: a name and settings after a colon."""
    name, _, settings = text.partition(":")
    attack: dict = {"name": name}
    for setting in filter(None, settings.split(",")):
        spec_files.apply_setting(attack, setting)
    return spec.parse_part(AnyAttack, attack, f"--attack {text}").model_dump()
