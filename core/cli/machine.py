"""Commands about files and this machine: check, worker, doctor."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from core.cli import doctor as diagnosis
from core.cli.options import LabelOption
from core.cli.terminal import console
from core.errors import UserError
from core.execution.worker import work
from core.inspection import check as opened
from core.inspection import network_files
from core.spec import spec_files
from core.store.ledger import Ledger


def check(
    file: Annotated[Path, typer.Argument(help="Data (a file or a folder), .keras, .h5, .yaml")],
    label: LabelOption = None,
) -> None:
    """Is this file usable, and what is in it?"""
    if file.suffix in opened.DATA_KINDS or file.is_dir():
        answer = opened.data(file=file, label=label)
    elif file.suffix in network_files.READABLE:
        answer = opened.network(file)
    elif file.suffix in (".yaml", ".yml", ".json"):
        answer = spec_files.read(file).as_json()
    else:
        raise UserError(
            f"{file}: only data ({', '.join(opened.DATA_KINDS)} or a folder),"
            " .keras, .h5 and .yaml files can be checked",
            2,
        )
    console.print_json(json.dumps(answer))


def worker(
    idle_seconds: Annotated[float, typer.Option(help="End after so long without work.")] = 20.0,
) -> None:
    """Run queued steps until there are none; started by itself when needed."""
    raise typer.Exit(work(Ledger().home, idle_seconds=idle_seconds))


def doctor() -> None:
    """What this machine can do: backend, devices, denormals, versions, data sets, ledger."""
    for line in diagnosis.lines(Ledger()):
        console.print(line, highlight=False, markup=False, soft_wrap=True)
