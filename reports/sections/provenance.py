"""Provenance: where the numbers come from, what is missing, and the specification."""

from __future__ import annotations

import yaml

from core.model.results import Architecture, CellCounts, Results
from reports.prose import numbers
from reports.prose.table import Table
from reports.sections.blocks import Block, Bullets, Heading, Listing
from reports.sections.section import Section

_DENORMALS = {True: "flushed to zero", False: "kept", None: "not known"}


def table(results: Results) -> Table:
    """Where the numbers come from: data, machine, versions, work."""
    source, data = results.provenance, results.data
    shape = " × ".join(str(n) for n in data.shape)
    training = numbers.count(data.n_train) if data.n_train else "none"
    rows = (
        ("Run", results.run),
        ("Created", results.created),
        (
            "Data",
            f"{data.title} ({data.name}), {shape}, values {data.low:g} to {data.high:g}",
        ),
        ("Data source", data.source),
        ("Checksum of the data", data.checksum),
        (
            "Samples",
            f"{training} for training, {numbers.count(data.n_test)} for testing,"
            f" {data.classes} classes",
        ),
        (
            "Test inputs seen in training",
            "not known" if data.test_in_training is None else numbers.count(data.test_in_training),
        ),
        ("Architecture", _architecture(source.architecture)),
        ("Seeds", ", ".join(str(s) for s in sorted({n.seed for n in source.networks}))),
        ("Backend and device", f"{source.backend} on {source.device}, {source.threads} threads"),
        ("Denormal numbers", _DENORMALS[source.denormals_flushed]),
        ("Versions", ", ".join(f"{k} {v}" for k, v in sorted(source.versions.items()) if v)),
        ("Steps", _steps(source.cells)),
        ("Computing time", numbers.seconds(source.seconds)),
    )
    return Table("", ("What", "Value"), rows, frozenset(), style="facts")


def _architecture(used: Architecture) -> str:
    named = used.name
    if used.requested != named:
        named += f" (asked for: {used.requested})"
    if used.parameters is not None:
        named += f", {numbers.count(used.parameters)} parameters"
    return named


def _steps(cells: CellCounts) -> str:
    states = ("queued", "running", "done", "failed", "cancelled")
    counts = (cells.queued, cells.running, cells.done, cells.failed, cells.cancelled)
    listed = (f"{count} {state}" for count, state in zip(counts, states, strict=True))
    return f"{cells.total} in all: {', '.join(listed)}"


def body(results: Results) -> tuple[Block, ...]:
    """What is missing, and the specification as it was asked for."""
    holes = tuple(results.provenance.incomplete)
    spec = yaml.safe_dump(results.spec, sort_keys=False, allow_unicode=True)
    missing = (Heading("Missing"), Bullets(holes)) if holes else ()
    return (*missing, Heading("Specification"), Listing("Specification", spec))


SECTION = Section("provenance", "Provenance", table=table, body=body)
