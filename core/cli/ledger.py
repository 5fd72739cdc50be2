"""Commands on the runs in the ledger: list, show, cancel, resume, extend, delete."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Annotated

import typer
from rich.table import Table

from core.cli import following
from core.cli.options import AttackOption, Ending, RunArgument, attack_part, with_ending
from core.cli.terminal import console, print_summary, resume_line, say
from core.errors import UserError
from core.planning import prepare
from core.results import collecting as results
from core.results import export
from core.store.ledger import Ledger


def runs(
    search: Annotated[str, typer.Option(help="Part of a name or id.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 20,
) -> None:
    """List the runs in the ledger, newest first."""
    ledger = Ledger()
    table = Table("run", "name", "created", "state", "steps done")
    for found in ledger.runs(limit=limit, search=search):
        created = datetime.fromtimestamp(found.created).strftime("%Y-%m-%d %H:%M")
        done = f"{found.counts['done']} of {found.cells}"
        table.add_row(found.id, found.name, created, found.state, done)
    if not table.row_count:
        console.print("no runs yet: `python -m core run --preset quick` starts one")
        return
    console.print(table)


def show(
    ref: RunArgument,
    as_json: Annotated[bool, typer.Option("--json", help="Print results.json.")] = False,
) -> None:
    """Show one run: state, failures, summary."""
    ledger = Ledger()
    found = ledger.run(ref)
    content, _ = results.collect(found, ledger)
    if as_json:
        sys.stdout.write(export.as_text(content.as_json()))
        return
    say(f"{found.id}  {found.name}  {found.state}")
    for hole in content.provenance.incomplete:
        say(f"missing: {hole}")
    print_summary(content)


def cancel(ref: RunArgument) -> None:
    """Stop a run; what is done stays."""
    ledger = Ledger()
    found = ledger.run(ref)
    counts = ledger.cancel(found.id)
    stopped = counts["cancelled"] + counts["stopping"]
    console.print(f"{found.id}: {stopped} steps stopped, {counts['kept']} go on for other runs")
    console.print(resume_line(found.id), highlight=False)


@with_ending
def resume(ref: RunArgument, *, ending: Ending) -> None:
    """Go on with a run that failed, was cancelled or lost files; done steps are kept."""
    ledger = Ledger()
    found = ledger.run(ref)
    ledger.resume(found.id)
    following.follow(found.id, ledger, ending)


@with_ending
def extend(ref: RunArgument, attack: AttackOption = None, *, ending: Ending) -> None:
    """Attack the run's trained networks again, without training."""
    if not attack:
        raise UserError("give what to attack with: --attack jsma-z", 2)
    ledger = Ledger()
    added = [attack_part(text) for text in attack]
    identity = prepare.extend(ledger.run(ref).id, added, ledger)
    following.follow(identity, ledger, ending)


def delete(ref: RunArgument) -> None:
    """Delete a run and what only it uses; refuses while it runs."""
    gone = Ledger().delete(ref)
    console.print(
        f"{gone.run} deleted: {gone.cells_removed} steps and {gone.artifacts_removed} files"
        f" ({gone.bytes_freed / 2**20:.1f} MiB) removed",
        highlight=False,
    )
    if gone.cells_kept:
        others = ", ".join(gone.shared_with)
        console.print(f"{gone.cells_kept} steps stay, which {others} use", highlight=False)
