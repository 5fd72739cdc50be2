"""`python -m reports compare`: two or more runs as one page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core import seal
from core.errors import UserError
from reports.compare import comparison
from reports.files import saved as files
from reports.files import source


def add_to(app: typer.Typer) -> None:
    """Give the command line its `compare`."""
    app.command()(compare)


def compare(
    runs: Annotated[
        list[str],
        typer.Argument(help="Run ids, `latest`, or results.json.", metavar="RUN..."),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="File; its ending is .html")],
    home: Annotated[Path | None, typer.Option(help="Workspace, if not $THERMOCLINE_HOME.")] = None,
) -> None:
    """Write a page that compares two or more runs with the first, and its sha256 beside it.

    Differences are paired by sample where both runs are of the ledger and attacked the same
    samples; of a results.json only its own numbers are shown.
    """
    if out.suffix.lower() != ".html":
        raise UserError(f"{out}: a comparison is a page; its ending must be .html", exit_code=2)
    content = comparison.of_runs([source.load(run, home) for run in runs]).encode("utf-8")
    files.write(out, content)
    files.write(seal.beside(out), seal.sum_line(out, content).encode())
    typer.echo(f"{out}")
