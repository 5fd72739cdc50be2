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

DataOption = Annotated[
    str | None,
    typer.Option(
        help="The name of a data set, an .npz, .csv or .parquet file, or a folder (or .zip) of"
        " images with one folder a class."
    ),
]
LabelOption = Annotated[
    str | None, typer.Option(help="The column that holds the classes, in files with columns.")
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


@dataclass(frozen=True)
class DataAs:
    """How data are read and measured: options of what takes --data, in the order of help."""

    label: LabelOption = None
    unit: Annotated[
        Unit | None,
        typer.Option(help="Of distances: each feature's range, its deviation, or its cost."),
    ] = None

    def part(self, text: str) -> dict:
        """The part of a spec that --data, --label and --unit stand for: by name, or a file."""
        named = {"name" if text in DATA_NAMES else "file": text}
        said = {"label": self.label, "unit": self.unit}
        return named | {name: value for name, value in said.items() if value is not None}


@dataclass(frozen=True)
class Questions:
    """What is asked of a network that exists: options of `evaluate`, in the order of help.

    Attributes: quick: a first look, of fewer samples and attacks.
    """

    attack: AttackOption = None
    samples: Annotated[
        int | None, typer.Option(min=1, help="Test inputs to attack; 100, with --quick 20.")
    ] = None
    ask: Annotated[
        list[str] | None,
        typer.Option(
            help="What the network has to reach, e.g. robust_accuracy>=0.5@linf:0.1; may be"
            " repeated. Left out: half of the samples stay right within what each attack may"
            " change."
        ),
    ] = None
    quick: Annotated[
        bool, typer.Option("--quick", help="A first look in seconds, with less evidence.")
    ] = False


@dataclass(frozen=True)
class AsRead:
    """How the file of a network is read: options of `evaluate`, in the order of help."""

    output: Annotated[
        str | None, typer.Option(help="Of several outputs, the one with the class scores.")
    ] = None
    scale: Annotated[
        str | None,
        typer.Option(
            help="Values that the network takes: stored (as in the data's file), unit (0 to 1),"
            " signed (-1 to 1) or bytes (0 to 255). Without it, the one on which it works is found."
        ),
    ] = None
    trust: Annotated[
        list[str] | None,
        typer.Option(
            help="A Python file that defines layers of the network, or the network's own file with"
            " Lambda layers. Its code RUNS with your rights, here and in every step of the run:"
            " name only what you wrote or read. A copy is stored with the run, its name and sha256"
            " in the report."
        ),
    ] = None

    def part(self) -> dict[str, str]:
        """What a spec says of it, beside the name of the file."""
        said = {"output": self.output, "scale": self.scale}
        return {name: value for name, value in said.items() if value is not None}


GROUPS = (Ending, DataAs, Questions, AsRead)
"""Options that are declared once, as fields of a class."""


def with_ending(command: Callable[..., None]) -> Callable[..., None]:
    """A command whose parameters of the types in `GROUPS` stand for the options of those."""
    signature = inspect.signature(command, eval_str=True)
    groups = {
        name: one.annotation
        for name, one in signature.parameters.items()
        if one.annotation in GROUPS
    }
    own = [one for name, one in signature.parameters.items() if name not in groups]
    shared = {
        name: inspect.signature(group, eval_str=True).parameters for name, group in groups.items()
    }

    @wraps(command)
    def spread(**given: Any) -> None:
        made = {
            name: group(**{option: given.pop(option) for option in shared[name]})
            for name, group in groups.items()
        }
        command(**given, **made)

    every = [*own, *(option for options in shared.values() for option in options.values())]
    vars(spread)["__signature__"] = inspect.Signature(every)
    return spread


def attack_part(text: str) -> dict:
    """The part of a spec that --attack stands for: a name and settings after a colon."""
    name, _, settings = text.partition(":")
    attack: dict = {"name": name}
    for setting in filter(None, settings.split(",")):
        spec_files.apply_setting(attack, setting)
    return spec.parse_part(AnyAttack, attack, f"--attack {text}").model_dump()
