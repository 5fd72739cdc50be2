"""Small cells for tests of the ledger and the worker."""

import hashlib

from core.planning.plan import Cell


def cell(label, parents=(), *, kind="train", priority=0, work=1.0, **payload):
    return Cell(
        key=hashlib.sha256(label.encode()).hexdigest(),
        kind=kind,
        label=label,
        payload=payload,
        parents=tuple(parent.key for parent in parents),
        priority=priority,
        work=work,
    )


def do(ledger, wanted, owner="worker", content=None, seconds=1.0):
    """Claim the next cell, which must be `wanted`, and finish it with one artifact."""
    claim = ledger.claim(owner, 60)
    assert claim.key == wanted.key
    sha256 = ledger.artifacts.put_bytes((content or wanted.label).encode(), ".keras")
    output = {"artifacts": {"network": sha256}, "metrics": {"accuracy": 0.9}}
    assert ledger.finish(claim, output, seconds)
    return sha256


def states(ledger, run):
    return {row.label: row.state for row in ledger.cells(run)}
