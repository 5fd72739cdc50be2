"""`python -m reports comment, resolve, sign, publish, record`: reviews without a browser."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from core import seal
from core.errors import UserError
from core.model.results import Results
from core.results import collecting as ledger_results
from core.reviews import entries, reading
from core.reviews.schema import Said
from core.store.ledger import Ledger
from core.store.records import Run
from reports.document import record as records
from reports.sections import sections

RunArgument = Annotated[str, typer.Argument(help="Run id or `latest`.", metavar="RUN")]
ByOption = Annotated[str, typer.Option("--by", help="Your name; nobody verifies it.")]
HomeOption = Annotated[Path | None, typer.Option(help="Workspace, if not $THERMOCLINE_HOME.")]


def add_to(app: typer.Typer) -> None:
    """Give the command line these commands."""
    for command in (comment, resolve, sign, publish, record):
        app.command()(command)


def comment(
    run: RunArgument,
    text: Annotated[str, typer.Argument(help="Plain text; - reads it from standard input.")],
    by: ByOption,
    section: Annotated[
        str, typer.Option(help="Section of the report, by the id after # in its address.")
    ] = entries.WHOLE,
    reply_to: Annotated[
        int | None, typer.Option(help="Number of the comment that this answers.")
    ] = None,
    home: HomeOption = None,
) -> None:
    """Comment on a section of RUN's report, or answer a comment."""
    ledger, found = _run(run, home)
    said = sys.stdin.read() if text == "-" else text
    if reply_to is not None:
        _add(ledger, found, entries.reply(by, reply_to, said))
        return
    there = {entries.WHOLE: "", **sections.of(_results(ledger, found))}
    if section not in there:
        raise UserError(f"no section {section!r}; there are {', '.join(there)}", 2)
    _add(ledger, found, entries.comment(by, section, said))


def resolve(
    run: RunArgument,
    number: Annotated[int, typer.Argument(help="Number of the comment.", metavar="COMMENT")],
    by: ByOption,
    reopen: Annotated[bool, typer.Option("--reopen", help="It is not settled after all.")] = False,
    home: HomeOption = None,
) -> None:
    """Say that a comment is settled."""
    ledger, found = _run(run, home)
    _add(ledger, found, (entries.reopen if reopen else entries.resolve)(by, number))


def sign(
    run: RunArgument,
    by: ByOption,
    role: Annotated[str, typer.Option("--as", help=", ".join(entries.ROLES))],
    verdict: Annotated[str, typer.Option(help=", ".join(entries.VERDICTS))],
    note: Annotated[str, typer.Option(help="Why; needed unless approved.")] = "",
    content: Annotated[
        str | None,
        typer.Option(help="content_sha256 that you have read; refused if it is another by now."),
    ] = None,
    home: HomeOption = None,
) -> None:
    """Sign the present content of RUN in a role; later sign-offs replace earlier ones."""
    ledger, found = _run(run, home)
    now = _content(ledger, found)
    if content is not None and not (len(content) >= 8 and now.startswith(content.lower())):
        raise UserError(f"{found.id} has content {now} now, not {content}: read it again")
    _add(ledger, found, entries.sign_off(by, role, verdict, note, now, seal.renderer()))


def publish(run: RunArgument, by: ByOption, home: HomeOption = None) -> None:
    """Freeze RUN: no extend, resume, rename or delete after this; there is no way back.

    Comments and sign-offs stay possible. To change anything else, clone the run.
    """
    ledger, found = _run(run, home)
    _add(ledger, found, entries.publish(by, _content(ledger, found), seal.renderer()))


def record(run: RunArgument, home: HomeOption = None) -> None:
    """Print what was said of RUN, and the head of its chain, which is worth noting elsewhere."""
    ledger, found = _run(run, home)
    results = _results(ledger, found)
    said = [] if results.reviews is None else results.reviews["records"]
    shown = records.read(results, seal.content_sha256(results.as_json()))
    typer.echo(shown.statement)
    if shown.published:
        typer.echo(shown.published)
    for number, when, author, did, _ in shown.chain.rows:
        typer.echo(f"{number:>4}  {when}  {author}: {did}")
        words = said[int(number) - 1]
        for line in (words.get("text") or words.get("note") or "").splitlines():
            typer.echo(f"      {line}")
    still_open = sum(not t.resolved for t in reading.threads(said))
    typer.echo(f"{still_open} comments open; {shown.length} records, head {shown.head}")


def _run(ref: str, home: Path | None) -> tuple[Ledger, Run]:
    ledger = Ledger(home)
    return ledger, ledger.run(ref)


def _content(ledger: Ledger, run: Run) -> str:
    """The hash of what the run says now; it must have ended."""
    if run.active:
        raise UserError(f"{run.id} is still {run.state}: sign it when it has ended")
    return seal.content_sha256(_results(ledger, run).as_json())


def _results(ledger: Ledger, run: Run) -> Results:
    return ledger_results.collect(run, ledger)[0]


def _add(ledger: Ledger, run: Run, said: Said) -> None:
    made = ledger.review(run.id, said)
    typer.echo(f"{run.id}: record {made['number']}, head {made['sha256']}")
