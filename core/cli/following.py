"""From a spec to a queued run, and on to its end or until it is left alone."""

from __future__ import annotations

from core.cli import watch
from core.cli.options import Ending
from core.cli.terminal import NOTES, console, print_summary, resume_line
from core.errors import UserError
from core.execution import launch
from core.planning import prepare
from core.planning.remaining import in_words
from core.results import collecting as results
from core.results import export
from core.spec.spec import Experiment
from core.store.ledger import Ledger


def start(
    experiment: Experiment,
    ending: Ending,
    resolved: prepare.Resolved | None = None,
) -> None:
    """Queue an experiment and follow it; a wrong `--fail-on` is refused before.

    Args: resolved: its data and networks, where they are opened already.
    """
    ending.refused()
    ledger = Ledger()
    prepared = prepare.prepare(experiment, ledger, noted, resolved)
    identity = prepare.submit(prepared, ledger)
    known, total = len(prepared.known), len(prepared.plan.cells)
    measured = known < total and prepared.seconds is not None
    time = f", {in_words(prepared.seconds)}" if measured else ""
    console.print(f"run {identity}: {total} steps, {known} known already{time}", highlight=False)
    follow(identity, ledger, ending)


def noted(text: str) -> None:
    """Print what is being done, or a note, beside the answers."""
    NOTES.print(text, style="dim", highlight=False, markup=False, soft_wrap=True)


def follow(identity: str, ledger: Ledger, ending: Ending) -> None:
    """Show a run to its end, write its files and print what it found; or leave it running.

    Raises:
        UserError: it was stopped, steps are missing, or it got a verdict that `--fail-on` refuses.
    """
    refused = ending.refused()
    if not ending.wait:
        _leave(identity, ledger, ending.max_minutes)
        return
    outcome = _watched(identity, ledger, ending.max_minutes)
    content, rows = results.collect(outcome.run, ledger)
    if ending.out:
        export.write(ending.out, content, rows, outcome.run, ledger)
    print_summary(content)
    console.print(f"run {identity}: {outcome.run.state}", highlight=False)
    if outcome.run.state != "done":
        holes = content.provenance.incomplete
        raise UserError(f"{len(holes)} steps missing, first {holes[0]}; {resume_line(identity)}")
    met = [entry for entry in content.verdicts if entry.verdict in refused]
    if met:
        first = met[0]
        at = "" if first.temperature is None else f" at T = {first.temperature:g}"
        raise UserError(f"--fail-on met: {first.defense}{at}: {first.verdict}", 3)


def _leave(identity: str, ledger: Ledger, max_minutes: float | None) -> None:
    """Let the worker go on with a run by itself."""
    if ledger.run(identity).active:
        if max_minutes is not None:
            ledger.limit(identity, 60 * max_minutes)
        launch.ensure_worker(ledger.home)
    console.print(f"left running; `python -m core show {identity}` shows it", highlight=False)


def _watched(identity: str, ledger: Ledger, max_minutes: float | None) -> watch.Outcome:
    """How a run ended. Ctrl-C and the end of its minutes cancel it."""
    try:
        outcome = watch.follow(identity, ledger, console, max_minutes)
    except KeyboardInterrupt:
        ledger.cancel(identity)
        raise UserError(f"stopped; {resume_line(identity)}") from None
    if not outcome.ended:
        ledger.cancel(identity)
        raise UserError(f"the {max_minutes:g} minutes are over; {resume_line(identity)}")
    return outcome
