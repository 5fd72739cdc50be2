"""Payloads are typed on this side of the ledger and JSON on the other, also of earlier versions."""

import json
import sqlite3

import pytest

from core.model.cell import AttackPayload, GivenNetwork, NewNetwork, ScaledLogits, read
from core.model.planned import GivenFile, RunPlan
from core.model.training import Labels, Spread
from core.store.ledger import Ledger
from tests.planning.planned import DATA, planned
from tests.store.cell_factory import SOMEWHERE, cell

EARLIER = {
    "train": {
        **SOMEWHERE,
        "task": "train",
        "architecture": {"name": "paper-mnist"},
        "targets": {"kind": "spread", "right": 0.9, "wrong": 0.1},
        "temperature": 1.0,
        "optimizer": {
            "optimizer": "adam",
            "learning_rate": 0.001,
            "momentum": None,
            "batch_size": 128,
            "halve_every": None,
        },
        "epochs": 10,
        "warm_start": 0,
        "seed": 0,
    },
    "given": {**SOMEWHERE, "task": "given", "network": "n" * 64, "title": "my.keras"},
    "scaled": {**SOMEWHERE, "task": "scaled-logits", "factor": 100.0},
    "attack": {
        **SOMEWHERE,
        "network": "n" * 64,
        "attack": "jsma-f",
        "params": {"theta": 1.0, "budget": 112},
        "budget": 112,
        "distance": "l0",
        "samples": 100,
    },
    "first attack": {
        **SOMEWHERE,
        "attack": "jsma-f",
        "params": {"theta": 1.0, "budget": 112},
        "samples": 100,
    },
}
"""Rows as versions before wrote them: no decay, no first sample, no seed; the first no distance."""


@pytest.fixture
def earlier(tmp_path):
    """A run whose rows hold these payloads, as (ledger, run id)."""
    ledger = Ledger(tmp_path)
    kinds = {name: "attack" if "attack" in name else "train" for name in EARLIER}
    cells = [cell(name, kind=kind) for name, kind in kinds.items()]
    run = ledger.submit("run", {}, {}, cells)
    with sqlite3.connect(tmp_path / "ledger.db") as database:
        for one in cells:
            stored = json.dumps(EARLIER[one.label])
            database.execute("UPDATE cells SET payload = ? WHERE key = ?", (stored, one.key))
    yield ledger, run
    ledger.close()


def test_rows_of_earlier_versions_open(earlier):
    ledger, run = earlier
    found = {row.label: row.payload for row in ledger.cells(run)}
    trained, attack = found["train"], found["attack"]
    assert isinstance(trained, NewNetwork)
    assert trained.targets == Spread(right=0.9, wrong=0.1)
    assert trained.optimizer.weight_decay is None
    assert isinstance(found["given"], GivenNetwork)
    assert isinstance(found["scaled"], ScaledLogits)
    assert isinstance(attack, AttackPayload)
    assert (attack.first, attack.seed, attack.source, attack.budget) == (0, 0, None, 112)
    assert found["first attack"].distance == "l0"


def test_a_worker_gets_them_too(earlier):
    ledger, _ = earlier
    claimed = {}
    while claim := ledger.claim("worker", 60):
        claimed[claim.label] = claim.payload
    assert set(claimed) == set(EARLIER)
    assert claimed["train"].environment.backend == "tensorflow"


def test_what_is_written_is_read_back():
    files = {"mine.keras": GivenFile(artifact="e" * 64, title="mine.keras")}
    given = {"name": "given", "file": "mine.keras"}
    every = {
        "defenses": [
            {"name": "none"},
            {"name": "distillation", "temperatures": [20]},
            {"name": "label-smoothing"},
            {"name": "adversarial-training"},
            {"name": "scaled-logits"},
            given,
        ],
        "attacks": [{"name": name} for name in ("jsma-f", "pgd", "transfer", "cw-l2")],
    }
    for one in planned(every, files=files).cells:
        assert read(one.kind, json.loads(json.dumps(one.payload.as_json()))) == one.payload


def test_a_payload_that_says_nothing_known_is_refused():
    with pytest.raises(ValueError, match="task"):
        read("train", {**SOMEWHERE, "task": "magic"})
    with pytest.raises(ValueError, match="samples"):
        read("attack", {**EARLIER["attack"], "samples": 0})
    assert read("train", {**EARLIER["train"], "targets": {"kind": "labels"}}).targets == Labels()


def test_the_provenance_of_earlier_runs_reads_as_a_plan():
    stored = {
        "data": DATA,
        "files": {"a/b.keras": {"artifact": "e" * 64, "title": "b.keras", "notes": []}},
        "architecture": {"name": "mlp", "requested": "paper-mnist"},
        "networks": [
            {"key": "n" * 64, "defense": "none", "params": {}, "temperature": None, "seed": 0}
        ],
        "attacks": [
            {
                "key": "k" * 64,
                "network": "n" * 64,
                "attack": "jsma-f",
                "params": {"budget": 112},
                "budget": 112,
                "distance": "l0",
            }
        ],
        "departures": ["One."],
        "notes": [],
        "environment": SOMEWHERE["environment"],
        "versions": {"python": "3.11", "numpy": None},
        "criteria_changed": [
            {"run": "r-aaaaaa", "name": "first", "finished": 2, "before": [], "now": []}
        ],
    }
    plan = RunPlan.from_json(stored)
    assert plan.criteria_changed[0].run == "r-aaaaaa"
    assert plan.attacks[0].more == []
    assert plan.networks[0].identity.undefended
    written = plan.as_json()
    assert written["architecture"] == stored["architecture"]
    assert written["networks"] == stored["networks"]
    assert written["attacks"] == [stored["attacks"][0] | {"more": [], "planted": None}]
    # What marks the criteria is the ledger's own note: a plan does not write it.
    assert RunPlan.from_json(written) == plan.model_copy(update={"criteria_changed": []})
