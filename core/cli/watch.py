"""Follow a run in the terminal until it ends, and print its summary. No computing here."""

from __future__ import annotations

import time
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from core import attacks
from core.execution import launch
from core.model.results import Results
from core.model.rows import SummaryRow
from core.planning.remaining import fraction, in_words, seconds_left
from core.store.ledger import Ledger
from core.store.records import CellRow, Run

POLL_SECONDS = 0.5


@dataclass(frozen=True)
class Outcome:
    """How following ended: `ended` is False when the time limit came first."""

    run: Run
    ended: bool


def follow(ref: str, ledger: Ledger, console: Console, max_minutes: float | None) -> Outcome:
    """Show progress until the run ends or `max_minutes` have passed; keeps a worker alive."""
    deadline = None if max_minutes is None else time.monotonic() + 60 * max_minutes
    said = {_mark(cell) for cell in ledger.cells(ref) if cell.state == "done"}
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[left]}"))
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("starting", total=1.0, left="")
        while True:
            run = ledger.run(ref)
            cells = ledger.cells(run.id)
            for line in _news(cells, said):
                bar.console.print(line, highlight=False, markup=False)
            if not run.active:
                return Outcome(run, True)
            if deadline is not None and time.monotonic() > deadline:
                return Outcome(run, False)
            launch.ensure_worker(ledger.home)
            bar.update(task, description=_doing(cells), completed=_share(cells))
            bar.update(task, left=_left(cells, ledger))
            time.sleep(POLL_SECONDS)


def summary_table(results: Results) -> Table:
    """The summary of results.json as a table for the terminal.

    Robustness stands in percent of all features where an attack counts them, else as the mean
    distance in its own norm; an attack inside a ball measures none.
    """
    data, entries = results.data, results.summary
    samples = entries[0].samples if entries else 0
    of = "what all features cost" if data.priced else f"{int(data.extent.l0)} features"
    table = Table(title=f"{data.title}: {samples} samples; rho in % of {of}")
    for column in ("defence", "T", "attack"):
        table.add_column(column)
    for column in ("accuracy", "success", "95 %", "rho", "95 %", "zero gradient"):
        table.add_column(column, justify="right")
    for entry in entries:
        at = entry.temperature
        table.add_row(
            entry.defense,
            "" if at is None else f"{at:g}",
            _attack(entry, entries),
            _shown(entry.accuracy, ".1%"),
            *_success(entry),
            *_robustness(entry),
            _shown(entry.zero_gradient_samples, ".0%"),
        )
    return table


_UNSAID = {"stop": "each-pair", "targets": "all"}
"""What a setting is where an attack does not list it; others are unknown of older results."""


def _attack(entry: SummaryRow, entries: list[SummaryRow]) -> str:
    """The attack with the settings that tell it from others of its name in the table.

    The size of a step goes with the size of the ball and tells nothing more.
    """
    others = [row.attack_params for row in entries if row.attack == entry.attack]
    own = entry.attack_params
    telling = [
        f"{key} {value}"
        for key, value in own.items()
        if key != "step_size"
        and any(other.get(key, _UNSAID.get(key, value)) != value for other in others)
    ]
    return ", ".join([entry.attack, *telling])


def _success(entry: SummaryRow) -> tuple[str, str]:
    """The success rate and its interval; an attack for rho alone measures none."""
    if entry.success_rate is None:
        return "not measured", "–"
    return f"{entry.success_rate:.1%}", _between(entry.success_low, entry.success_high)


def _robustness(entry: SummaryRow) -> tuple[str, str]:
    """The robustness and its interval, "–" for an attack that measures none.

    Where the attack gave up on samples the mean is no estimate and has no interval: on how many.
    """
    if not attacks.facts(entry.attack).looks_for_closest:
        return "–", "–"
    stopped = f"stopped on {entry.censored:.0%}" if entry.censored else None
    if entry.distance == "l0":
        between = stopped or _between(entry.rho_low, entry.rho_high, ".2%")
        return _shown(entry.rho, ".2%"), between
    own = entry.robustness.get(entry.distance)
    if own is None:
        return "–", "–"
    return (
        f"{own.mean:.3g} ({entry.distance})",
        stopped or f"{own.low:.3g} to {own.high:.3g}",
    )


def _shown(value: float | None, form: str) -> str:
    """A number in that format, "–" where there is none."""
    return "–" if value is None else format(value, form)


def _between(low: float | None, high: float | None, form: str = ".1%") -> str:
    """An interval, "–" where there is none."""
    return "–" if low is None or high is None else f"{low:{form}} to {high:{form}}"


def _news(cells: list[CellRow], said: set[str]) -> list[str]:
    lines = []
    for cell in cells:
        mark = _mark(cell)
        if cell.state in ("done", "failed") and mark not in said:
            said.add(mark)
            took = f"{cell.seconds:.0f} s" if cell.seconds is not None else ""
            lines.append(f"{cell.state:9} {cell.label}  {took if not cell.error else cell.error}")
    return lines


def _mark(cell: CellRow) -> str:
    return f"{cell.key} {cell.state}"


def _doing(cells: list[CellRow]) -> str:
    done = sum(cell.state == "done" for cell in cells)
    now = next((cell.label for cell in cells if cell.state == "running"), "waiting for the worker")
    return f"{done} of {len(cells)} steps, {now}"


def _share(cells: list[CellRow]) -> float:
    total = sum(cell.work for cell in cells) or 1.0
    return sum(cell.work * fraction(cell) for cell in cells) / total


def _left(cells: list[CellRow], ledger: Ledger) -> str:
    return in_words(seconds_left(cells, ledger.speeds())) + " left"
