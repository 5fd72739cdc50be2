"""Where commands write: answers to standard output, notes and errors beside them."""

from __future__ import annotations

from rich.console import Console

from core.cli import watch
from core.model.results import Results

console = Console()
NOTES = Console(stderr=True)


def say(text: str) -> None:
    """A line as it is: no markup in it, no numbers coloured."""
    console.print(text, highlight=False, markup=False)


def print_summary(content: Results) -> None:
    """What a run found: the table, the verdicts, and what must be known of both."""
    if not content.summary:
        console.print("no attack has finished yet")
        return
    # A terminal's own width where there is one; enough for every column where there is none.
    width = None if console.is_terminal else 140
    Console(width=width).print(watch.summary_table(content))
    for entry in content.verdicts:
        at = "" if entry.temperature is None else f", T = {entry.temperature:g}"
        say(f"{entry.verdict}: {entry.defense}{at}. {entry.reason}")
        if entry.next_step:
            say(f"Next: {entry.next_step}")
    for note in content.provenance.notes:
        console.print(note, highlight=False, markup=False)
    for entry in content.diagnostics:
        if entry.check == "network_trained" and entry.result == "fail":
            console.print(f"{entry.subject.defense}: {entry.sentence}", markup=False)


def resume_line(run: str) -> str:
    """How to go on with a run that was stopped."""
    return f"`python -m core resume {run}` goes on"
