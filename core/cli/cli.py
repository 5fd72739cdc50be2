"""`python -m core ...`: run experiments, look at the ledger, evaluate networks; without Keras."""

from __future__ import annotations

import sys

import typer

from core.cli import evaluate, ledger, machine, run
from core.cli.terminal import NOTES
from core.errors import UserError

app = typer.Typer(
    help="Train classifiers with and without a defence, attack them, measure robustness.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
COMMANDS = (
    *(run.run, evaluate.evaluate),
    *(ledger.runs, ledger.show, ledger.cancel, ledger.resume, ledger.extend, ledger.delete),
    *(machine.check, machine.worker, machine.doctor),
)
"""In the order of the help; each is called by the name of its function."""
for command in COMMANDS:
    app.command()(command)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; a `UserError` is one line and its exit code, no traceback."""
    arguments = sys.argv[1:] if arguments is None else arguments
    debug = "--debug" in arguments
    try:
        app([a for a in arguments if a != "--debug"], prog_name="python -m core")
    except UserError as error:
        if debug:
            raise
        NOTES.print(f"error: {error}", style="bold", highlight=False, markup=False, soft_wrap=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(1)
