"""`python -m reports ...`: render a run, verify a file, review a run. Never imports Keras."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from core import seal
from core.errors import UserError
from core.results import export
from core.store.ledger import Ledger
from reports.commands import compare_command, record_command
from reports.files import saved as files
from reports.files import source, verification

app = typer.Typer(
    help="Render what a run found: a page for people, or its data.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

RunArgument = Annotated[
    str, typer.Argument(help="Run id, `latest`, or a results.json.", metavar="RUN")
]
OutOption = Annotated[
    Path, typer.Option("--out", "-o", help="File; its ending chooses: " + " ".join(files.ENDINGS))
]
RowsOption = Annotated[
    bool,
    typer.Option(
        "--rows", help="Let an .html carry every attack's row, so that verify recomputes."
    ),
]
HomeOption = Annotated[Path | None, typer.Option(help="Workspace, if not $THERMOCLINE_HOME.")]


@app.callback()
def reports() -> None:
    """Render what a run found: a page for people, or its data."""


@app.command()
def render(
    run: RunArgument, out: OutOption, home: HomeOption = None, carry: RowsOption = False
) -> None:
    """Write RUN as .html, .json, .csv, .parquet or .zip, and its sha256 in a file beside it."""
    ending = out.suffix.lower()
    if ending not in files.ENDINGS:
        raise UserError(f"{out}: the ending must be one of {', '.join(files.ENDINGS)}", exit_code=2)
    results, rows = source.load(run, home)
    content = files.made(run, ending, results, rows, carry)
    if rows is not None:  # a run of the ledger, which remembers what was made of it
        export.note(Ledger(home), results, content, ending.removeprefix("."))
    files.write(out, content)
    files.write(seal.beside(out), seal.sum_line(out, content).encode())
    typer.echo(f"{out}")


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="A report.html or results.json.", metavar="FILE")],
    against: Annotated[
        Path | None,
        typer.Option(help="An earlier export: FILE must continue its comments and sign-offs."),
    ] = None,
    home: HomeOption = None,
) -> None:
    """Say whether FILE is what was exported: one line; exit code 1 when it was altered.

    Where its rows are carried in the page (render --rows) or lie beside it as results.parquet,
    every number that follows from them is recomputed, and one that does not is named (exit code 1).

    A seal shows change, the ledger shows origin. Whoever can write to the ledger's file could
    forge results, seals and the whole chain of sign-offs; only --against an export that somebody
    else kept, or a note of the chain's head, shows a chain that was shortened or made anew.
    """
    answer, reason = verification.verify(file, home, against)
    typer.echo(f"{answer}: {reason}")
    if answer in (verification.ALTERED, verification.DISAGREES):
        raise typer.Exit(1)


record_command.add_to(app)
compare_command.add_to(app)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; a `UserError` is one line and its exit code, no traceback."""
    arguments = sys.argv[1:] if arguments is None else arguments
    debug = "--debug" in arguments
    try:
        app([a for a in arguments if a != "--debug"], prog_name="python -m reports")
    except UserError as error:
        if debug:
            raise
        typer.echo(f"error: {error}", err=True)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
