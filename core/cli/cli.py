"""`python -m core ...`: run experiments, look at the ledger, evaluate networks; without Keras."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from core.cli import doctor, watch
from core.data import check
from core.errors import UserError
from core.execution import launch
from core.judgement.verdicts import ORDER
from core.planning import prepare
from core.planning.remaining import in_words
from core.results import collecting as results
from core.results import export
from core.spec import spec, spec_files
from core.spec.attack_spec import Attack
from core.store.ledger import Ledger

app = typer.Typer(
    help="Train classifiers with and without a defence, attack them, measure robustness.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
console = Console()
NOTES = Console(stderr=True)

DataOption = Annotated[str | None, typer.Option(help="An .npz file, or the name of a data set.")]
AttackOption = Annotated[
    list[str] | None,
    typer.Option(help="An attack, e.g. jsma-z or jsma-z:budget=40,theta=-1; may be repeated."),
]
OutOption = Annotated[
    Path | None, typer.Option(help="Folder for results.json, results.parquet and adversarial/.")
]
WaitOption = Annotated[
    bool, typer.Option("--wait/--detach", help="Show progress to the end, or leave it running.")
]
MinutesOption = Annotated[
    float | None, typer.Option(min=0.01, help="Stop after so many minutes; `resume` goes on.")
]
FailOnOption = Annotated[
    str | None,
    typer.Option(
        help="Exit with 3 if any defence gets this verdict or a worse one: FAIL, NOT-RELIABLE or"
        " INCONCLUSIVE."
    ),
]
RunArgument = Annotated[str, typer.Argument(help="Run id, the beginning of one, or `latest`.")]


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


@app.command()
def run(
    preset: Annotated[
        str | None, typer.Option(help="A preset that ships with the project.")
    ] = None,
    spec_file: Annotated[Path | None, typer.Option("--spec", help="A spec in YAML.")] = None,
    data: DataOption = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="Change the spec: training.epochs=5")
    ] = None,
    wait: WaitOption = True,
    max_minutes: MinutesOption = None,
    fail_on: FailOnOption = None,
    out: OutOption = None,
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
        raw["data"] = _data(data)
    for setting in settings or []:
        spec_files.apply_setting(raw, setting)
    _launch(spec.parse(raw, preset or str(spec_file)), wait, max_minutes, fail_on, out)


@app.command()
def evaluate(
    model: Annotated[str, typer.Argument(help="A trained network in a .keras file.")],
    data: DataOption = None,
    attack: AttackOption = None,
    baseline: Annotated[
        str | None, typer.Option(help="A .keras file to compare with, the undefended network.")
    ] = None,
    samples: Annotated[int, typer.Option(min=1, help="Test inputs to attack.")] = 100,
    wait: WaitOption = True,
    max_minutes: MinutesOption = None,
    fail_on: FailOnOption = None,
    out: OutOption = None,
) -> None:
    """Attack a network that exists and report on it like on any other."""
    if data is None:
        raise UserError("give the data that the network classifies: --data FILE.npz", 2)
    ledger = Ledger()
    there = prepare.resolve_data(spec.parse_part(spec.Data, _data(data), "--data"), ledger)
    if samples > there.n_test:
        NOTES.print(f"the data hold {there.n_test} test inputs; all of them are attacked")
    reference = [{"name": "none", "file": baseline}] if baseline else []
    attacks = [_attack(text) for text in attack or ["jsma-f", "jsma-logf"]]
    raw = {
        "name": f"evaluate {Path(model).name}",
        "data": _data(data),
        "defenses": [*reference, {"name": "given", "file": model}],
        "attacks": attacks,
        "samples": min(samples, there.n_test),
    }
    _launch(spec.parse(raw, "evaluate"), wait, max_minutes, fail_on, out)


@app.command()
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


@app.command()
def show(
    ref: RunArgument,
    as_json: Annotated[bool, typer.Option("--json", help="Print results.json.")] = False,
) -> None:
    """Show one run: state, failures, summary."""
    ledger = Ledger()
    found = ledger.run(ref)
    content, _ = results.collect(found, ledger)
    if as_json:
        sys.stdout.write(export.as_text(content))
        return
    console.print(f"{found.id}  {found.name}  {found.state}", highlight=False, markup=False)
    for hole in content["provenance"]["incomplete"]:
        console.print(f"missing: {hole}", highlight=False, markup=False)
    _print_summary(content)


@app.command()
def cancel(ref: RunArgument) -> None:
    """Stop a run; what is done stays."""
    ledger = Ledger()
    found = ledger.run(ref)
    counts = ledger.cancel(found.id)
    stopped = counts["cancelled"] + counts["stopping"]
    console.print(f"{found.id}: {stopped} steps stopped, {counts['kept']} go on for other runs")
    console.print(_resume_line(found.id), highlight=False)


@app.command()
def resume(
    ref: RunArgument,
    wait: WaitOption = True,
    max_minutes: MinutesOption = None,
    fail_on: FailOnOption = None,
    out: OutOption = None,
) -> None:
    """Go on with a run that failed, was cancelled or lost files; done steps are kept."""
    ledger = Ledger()
    found = ledger.run(ref)
    ledger.resume(found.id)
    _follow(found.id, ledger, wait, max_minutes, fail_on, out)


@app.command()
def extend(
    ref: RunArgument,
    attack: AttackOption = None,
    wait: WaitOption = True,
    max_minutes: MinutesOption = None,
    fail_on: FailOnOption = None,
    out: OutOption = None,
) -> None:
    """Attack the run's trained networks again, without training."""
    if not attack:
        raise UserError("give what to attack with: --attack jsma-z", 2)
    ledger = Ledger()
    added = [_attack(text) for text in attack]
    identity = prepare.extend(ledger.run(ref).id, added, ledger)
    _follow(identity, ledger, wait, max_minutes, fail_on, out)


@app.command()
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


@app.command("check")
def check_file(file: Annotated[Path, typer.Argument(help=".npz, .keras, .yaml")]) -> None:
    """Is this file usable, and what is in it?"""
    if file.suffix == ".npz":
        answer = check.data(file=file)
    elif file.suffix == ".keras":
        answer = check.network(file)
    elif file.suffix in (".yaml", ".yml", ".json"):
        answer = spec_files.read(file).as_json()
    else:
        raise UserError(f"{file}: only .npz, .keras and .yaml files can be checked", 2)
    console.print_json(json.dumps(answer))


@app.command()
def worker(
    idle_seconds: Annotated[float, typer.Option(help="End after so long without work.")] = 20.0,
) -> None:
    """Run queued steps until there are none; started by itself when needed."""
    from core.execution.worker import work

    raise typer.Exit(work(Ledger().home, idle_seconds=idle_seconds))


@app.command("doctor")
def diagnose() -> None:
    """What this machine can do: backend, devices, denormals, versions, data sets, ledger."""
    for line in doctor.lines(Ledger()):
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def _launch(
    experiment: spec.Experiment,
    wait: bool,
    max_minutes: float | None,
    fail_on: str | None,
    out: Path | None,
) -> None:
    _worst_allowed(fail_on, wait)
    ledger = Ledger()
    prepared = prepare.prepare(experiment, ledger, lambda text: NOTES.print(text, style="dim"))
    identity = prepare.submit(prepared, ledger)
    known, total = len(prepared.known), len(prepared.plan.cells)
    measured = known < total and prepared.seconds is not None
    time = f", {in_words(prepared.seconds)}" if measured else ""
    console.print(f"run {identity}: {total} steps, {known} known already{time}", highlight=False)
    _follow(identity, ledger, wait, max_minutes, fail_on, out)


def _follow(
    identity: str,
    ledger: Ledger,
    wait: bool,
    max_minutes: float | None,
    fail_on: str | None,
    out: Path | None,
) -> None:
    refused = _worst_allowed(fail_on, wait)
    if not wait:
        if ledger.run(identity).active:
            if max_minutes is not None:
                ledger.limit(identity, 60 * max_minutes)
            launch.ensure_worker(ledger.home)
        console.print(f"left running; `python -m core show {identity}` shows it", highlight=False)
        return
    try:
        outcome = watch.follow(identity, ledger, console, max_minutes)
    except KeyboardInterrupt:
        ledger.cancel(identity)
        raise UserError(f"stopped; {_resume_line(identity)}") from None
    if not outcome.ended:
        ledger.cancel(identity)
        raise UserError(f"the {max_minutes:g} minutes are over; {_resume_line(identity)}")
    content, rows = results.collect(outcome.run, ledger)
    if out:
        export.write(out, content, rows, outcome.run, ledger)
    _print_summary(content)
    console.print(f"run {identity}: {outcome.run.state}", highlight=False)
    if outcome.run.state != "done":
        holes = content["provenance"]["incomplete"]
        raise UserError(f"{len(holes)} steps missing, first {holes[0]}; {_resume_line(identity)}")
    met = [entry for entry in content["verdicts"] if entry["verdict"] in refused]
    if met:
        first = met[0]
        at = "" if first["temperature"] is None else f" at T = {first['temperature']:g}"
        raise UserError(f"--fail-on met: {first['defense']}{at}: {first['verdict']}", 3)


def _worst_allowed(fail_on: str | None, wait: bool) -> tuple[str, ...]:
    """The verdicts that --fail-on refuses: the one it names and all worse ones."""
    if fail_on is None:
        return ()
    if not wait:
        raise UserError("--fail-on needs the end of the run: leave --detach out", 2)
    wanted = fail_on.upper().replace("-", " ").replace("_", " ")
    if wanted not in ORDER[:-1]:
        raise UserError(f"--fail-on: got {fail_on!r}; give FAIL, NOT-RELIABLE or INCONCLUSIVE", 2)
    return ORDER[: ORDER.index(wanted) + 1]


def _print_summary(content: dict) -> None:
    if not content["summary"]:
        console.print("no attack has finished yet")
        return
    # A terminal's own width where there is one; enough for every column where there is none.
    width = None if console.is_terminal else 140
    Console(width=width).print(watch.summary_table(content))
    for entry in content["verdicts"]:
        at = "" if entry["temperature"] is None else f", T = {entry['temperature']:g}"
        text = f"{entry['verdict']}: {entry['defense']}{at}. {entry['reason']}"
        console.print(text, highlight=False, markup=False)
    for note in content["provenance"]["notes"]:
        console.print(note, highlight=False, markup=False)
    for entry in content["diagnostics"]:
        if entry["check"] == "network_trained" and entry["result"] == "fail":
            console.print(f"{entry['subject']['defense']}: {entry['sentence']}", markup=False)


def _resume_line(identity: str) -> str:
    return f"`python -m core resume {identity}` goes on"


def _data(text: str) -> dict:
    return {"name": text} if text in spec.DATA_NAMES else {"file": text}


def _attack(text: str) -> dict:
    name, _, settings = text.partition(":")
    attack: dict = {"name": name}
    for setting in filter(None, settings.split(",")):
        spec_files.apply_setting(attack, setting)
    return spec.parse_part(Attack, attack, f"--attack {text}").model_dump()
