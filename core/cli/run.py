"""`python -m core run`: an experiment from a preset or a spec of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.cli import following
from core.cli.options import DataAs, DataOption, Ending, with_ending
from core.errors import UserError
from core.spec import spec, spec_files


@with_ending
def run(
    preset: Annotated[
        str | None, typer.Option(help="A preset that ships with the project.")
    ] = None,
    spec_file: Annotated[Path | None, typer.Option("--spec", help="A spec in YAML.")] = None,
    data: DataOption = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="Change the spec: training.epochs=5")
    ] = None,
    *,
    read_as: DataAs,
    ending: Ending,
) -> None:
    """Queue an experiment and show its progress to the end."""
    if preset is not None and spec_file is None:
        raw = spec_files.preset(preset)
    elif spec_file is not None and preset is None:
        raw = spec_files.read_raw(spec_file)
    else:
        names = ", ".join(spec_files.preset_names())
        raise UserError(f"give either --preset (one of {names}) or --spec FILE", 2)
    if data is not None:
        raw["data"] = read_as.part(data)
    elif read_as.label is not None:
        raise UserError(
            "--label goes with --data; a spec says it as data: {file: X, label: NAME}", 2
        )
    elif read_as.unit is not None:
        spec_files.apply_setting(raw, f"data.unit={read_as.unit}")
    for setting in settings or []:
        spec_files.apply_setting(raw, setting)
    following.start(spec.parse(raw, preset or str(spec_file)), ending)
