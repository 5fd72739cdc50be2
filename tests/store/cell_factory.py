"""Small cells for tests of the ledger and the worker."""

import hashlib

from core.model.cell import Cell, read

SOMEWHERE = {
    "data": {"artifact": "a" * 64, "checksum": "c" * 64},
    "environment": {
        "backend": "tensorflow",
        "backend_version": "2",
        "keras": "3",
        "device": "cpu",
        "threads": 2,
    },
}
TASKS = {
    "train": {
        "architecture": {"name": "mlp"},
        "targets": {"kind": "labels"},
        "optimizer": {"optimizer": "adam", "learning_rate": 0.001, "batch_size": 32},
        "epochs": 1,
    },
    "given": {"network": "b" * 64, "title": "my.keras"},
    "scaled-logits": {"factor": 100},
}
ATTACK = {"network": "b" * 64, "attack": "jsma-f", "params": {}, "distance": "l0", "samples": 1}


def cell(label, parents=(), *, kind="train", priority=0, work=1.0, task="train", **payload):
    """A cell of a network or an attack; what is not said of its payload does not matter."""
    told = ATTACK if kind == "attack" else {"task": task, **TASKS[task]}
    return Cell(
        key=hashlib.sha256(label.encode()).hexdigest(),
        label=label,
        payload=read(kind, {**SOMEWHERE, **told, **payload}),
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
