"""Networks in files that a spec names: opened once in a child, stored, and what is said of each.

Imports no Keras. What runs code of the operator's own is named on the command line alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from core.defenses.asked import FromFile
from core.errors import UserError
from core.inspection import check, network_files
from core.judgement.diagnostics import trained
from core.model.data import DataFacts
from core.model.planned import GivenFile
from core.model.reading import Asked, Reading, ScaleFound, Tried
from core.planning.code import NOTHING, Trusted
from core.spec.spec import ArchitectureFile, Experiment
from core.store.ledger import Ledger
from core.wording import percent


def of(
    experiment: Experiment,
    data: DataFacts,
    ledger: Ledger,
    say: Callable[[str], None],
    trusted: Trusted = NOTHING,
) -> dict[str, GivenFile]:
    """Every file of a network that a spec names, opened and stored; by `FromFile.key`, or path.

    Args:
        say: called with what is being done, and with every note on a file.
        trusted: whose code may run.

    Raises `UserError` where one cannot be used.
    """
    every = [one.given for one in experiment.defenses if one.given]
    files = {one.key: opened(one, experiment.samples, data, ledger, say, trusted) for one in every}
    if isinstance(experiment.architecture, ArchitectureFile):
        path = experiment.architecture.file
        # Its weights are drawn anew, so it learns whatever scale the data have.
        files.setdefault(path, _architecture(path, data, ledger, say))
    return files


def opened(
    wanted: FromFile,
    samples: int,
    data: DataFacts,
    ledger: Ledger,
    say: Callable[[str], None],
    trusted: Trusted,
) -> GivenFile:
    """Open one trained network in a child. Args: samples: test inputs that are attacked."""
    full = network_files.readable(Path(wanted.file))
    say(f"opening {wanted.file}")
    asked = trusted.asked(wanted)
    answer = check.network(
        full,
        shape=data.shape,
        classes=data.classes,
        asked=asked,
        data=None if data.artifact is None else ledger.artifacts.path(data.artifact),
        attacked=samples,
    )
    found = None if answer["scale"] is None else ScaleFound.model_validate(answer["scale"])
    _refuse_free_numbers(full.name, data, whole_numbers=answer["whole_numbers"])
    code = None if trusted.python is None else ledger.artifacts.put_file(trusted.python, ".py")
    file = GivenFile(
        artifact=ledger.artifacts.put_file(full, full.suffix),
        title=full.name,
        notes=[*answer["notes"], *_notes(full.name, asked, code, found, data.kind)],
        reading=Reading(
            output=wanted.output,
            at_low=None if found is None else found.used.at_low,
            at_high=None if found is None else found.used.at_high,
            trusted=code,
            lambdas=asked.lambdas,
        ),
        whole_numbers=answer["whole_numbers"],
        scale=found,
        trusted=None if trusted.python is None else trusted.python.name,
    )
    for note in file.notes:
        say(note)
    return file


def _architecture(
    path: str, data: DataFacts, ledger: Ledger, say: Callable[[str], None]
) -> GivenFile:
    full = network_files.readable(Path(path))
    say(f"opening {path}")
    answer = check.network(full, shape=data.shape, classes=data.classes)
    artifact = ledger.artifacts.put_file(full, full.suffix)
    return GivenFile(artifact=artifact, title=full.name, notes=answer["notes"])


def _refuse_free_numbers(title: str, data: DataFacts, *, whole_numbers: bool) -> None:
    if whole_numbers and not data.stepped_features:
        raise UserError(
            f"{title}: looks its inputs up as whole numbers, but {data.title} does not say that"
            " they are: add step=1.0, low=... and high=... to the .npz, so that attacks move in"
            " whole steps"
        )


def _notes(
    title: str, asked: Asked, code: str | None, found: ScaleFound | None, kind: str
) -> Iterator[str]:
    if asked.trusted is not None:
        name = Path(asked.trusted).name
        sha256 = (code or "")[:12]
        yield f"{title}: opened with the layers of {name} (sha256 {sha256}), which --trust named."
    if asked.lambdas:
        yield f"{title}: the code of its Lambda layers runs, because --trust named the file."
    if found is None:
        return
    others = [one for one in found.tried if one.scale != found.taken]
    compared = "; ".join(f"{percent(one.accuracy, 1)} on {_values(one)}" for one in others)
    measured = f"{percent(found.used.accuracy, 1)} of {found.inputs:,} {found.what} are right there"
    if not found.apart:
        measured += " (too few test inputs are left that are not attacked)"
    if asked.scale is not None:
        yield (
            f"{title}: is given {_values(found.used)}, as the spec's scale says: {measured};"
            f" {compared}."
        )
    elif found.taken != found.tried[0].scale:
        yield f"{title}: takes {_values(found.used)}: {measured}; {compared}."
        if kind == "table":
            yield (
                f"{title}: if it was trained on standardised columns, no scale that was tried is"
                " its own: put a Normalization layer in front of it, or store the columns as it"
                " was trained on them."
            )
    best = max(one.accuracy for one in found.tried)
    if trained(best, found.inputs, found.chance) is False:
        yield _near_chance(title, found, kind)


_ORDER = {
    "image": "channels in another order (RGB, BGR; first, last)",
    "table": "columns in another order than in training",
}


def _near_chance(title: str, found: ScaleFound, kind: str) -> str:
    tried = ", ".join(f"{percent(one.accuracy, 1)} on {_values(one)}" for one in found.tried)
    said = (
        f"{title}: answers near chance ({percent(found.chance, 1)}) on every scale that was tried"
        f" ({tried}; {found.inputs:,} {found.what})."
    )
    if found.other_order is not None:
        said += (
            f" With its classes in another order {percent(found.other_order, 1)} are right: the"
            " labels of the data are likely not in the order of the network's outputs."
        )
    elif found.other_channels is not None:
        said += (
            f" With red and blue exchanged {percent(found.other_channels, 1)} are right: the data"
            " likely hold channels in another order (RGB, BGR) than the network takes."
        )
    else:
        said += (
            " Likely causes: values on a scale of their own (say which with scale:, or"
            " standardise the data as in training), labels in another order than its outputs,"
            f" {_ORDER[kind]}."
        )
    return said


def _values(one: Tried) -> str:
    if one.at_low is None or one.at_high is None:
        return "values as they are stored"
    span = f"{one.at_low:g} to {one.at_high:g}"
    stored = ", as they are stored" if one.scale == "stored" else ""
    return f"values from {span}{stored}"
