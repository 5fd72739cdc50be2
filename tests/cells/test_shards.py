"""Large attacks are split into cells of 1,000 samples: same rows, memory that does not grow."""

import json
import subprocess
import sys
import tracemalloc
from pathlib import Path
from types import SimpleNamespace

import keras
import numpy as np
import pytest

from core.cells.attack_cell import attack
from core.data.dataset import Dataset, class_balanced_order
from core.model.planned import RunPlan
from core.planning.attacks import SHARD
from core.results.collecting import tidy
from core.store.artifacts import ArtifactStore
from core.store.tables import stored_table
from tests.attacks.networks import perceptron
from tests.planning.planned import DATA, HERE, planned
from tests.store.cell_factory import cell

SAMPLES = 3_000


def drawn(classes=3, samples=SAMPLES):
    """Random inputs with random labels."""
    rng = np.random.default_rng(0)
    x = rng.random((samples, 12)).astype(np.float32)
    y = rng.integers(classes, size=samples)
    y[:classes] = range(classes)
    return Dataset(
        name="random",
        title="Random",
        source="drawn",
        x_train=x[:100],
        y_train=y[:100],
        x_test=x,
        y_test=y,
        low=np.zeros(12, np.float32),
        high=np.ones(12, np.float32),
        class_names=tuple("abcdefgh"[:classes]),
        mutable=np.ones(12, bool),
        step=np.zeros(12, np.float32),
    )


@pytest.fixture(scope="module")
def dataset():
    return drawn()


def payload(first, samples, **params):
    params = {"budget": 4, "theta": 1.0, **params}
    told = {"attack": "jsma-logf", "params": params, "budget": 4}
    return cell("", kind="attack", samples=samples, first=first, **told).payload


def run(dataset, store, part):
    keras.utils.set_random_seed(0)
    model = perceptron(features=12, classes=3)
    output = attack(part, dataset, model, None, store, lambda *_: None)
    return output, stored_table(output["artifacts"]["rows"], store)


@pytest.fixture(scope="module")
def parts(dataset, tmp_path_factory):
    """The three cells of 3,000 samples, as (output, rows)."""
    store = ArtifactStore(tmp_path_factory.mktemp("store"))
    firsts = range(0, SAMPLES, SHARD)
    return store, [run(dataset, store, payload(first, SHARD)) for first in firsts]


def peaks(folder):
    """What each of the three cells takes at its peak, in bytes."""
    dataset, store, found = drawn(), ArtifactStore(Path(folder)), []
    tracemalloc.start()
    for first in range(0, SAMPLES, SHARD):
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        run(dataset, store, payload(first, SHARD))
        found.append(tracemalloc.get_traced_memory()[1] - before)
    return found


def test_the_parts_together_are_the_attack_on_all_samples_at_once(dataset, parts):
    store, found = parts
    _, whole = run(dataset, store, payload(0, SAMPLES))
    joined = np.concatenate([rows.to_numpy() for _, rows in found])
    np.testing.assert_array_equal(joined, whole.to_numpy())
    order = class_balanced_order(dataset.y_test)
    np.testing.assert_array_equal(whole["sample"].to_numpy()[::2], order)


def test_a_later_part_takes_no_more_memory_than_the_first(tmp_path):
    """In a process of its own: tracing must not be stopped while threads of TensorFlow live."""
    code = (
        "import os; from tests.cells import test_shards as t;"
        f"print(t.peaks({str(tmp_path)!r}), flush=True); os._exit(0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    first, *later = json.loads(done.stdout.splitlines()[-1])
    assert max(later) <= 1.1 * first


def test_examples_are_kept_of_the_first_part_only(parts):
    _, found = parts
    assert [sorted(output["artifacts"]) for output, _ in found] == [
        ["adversarial", "rows"],
        ["rows"],
        ["rows"],
    ]
    assert [output["metrics"]["kept_pairs"] for output, _ in found] == [2 * SHARD, 0, 0]


def test_the_plan_splits_an_attack_and_a_larger_run_finds_the_first_parts_done():
    small = planned({"samples": 1_000}, {"n_test": 5_000})
    large = planned({"samples": 2_500}, {"n_test": 5_000})
    assert not any(one.more for one in small.attacks)
    for one, more in zip(small.attacks, large.attacks, strict=True):
        assert more.key == one.key
        assert len(more.more) == 2
    cells = {cell.key: cell for cell in large.cells}
    first = large.attacks[0]
    assert [cells[key].payload.first for key in (first.key, *first.more)] == [
        0,
        1_000,
        2_000,
    ]
    assert [cells[key].payload.samples for key in first.more] == [1_000, 500]
    assert cells[first.more[1]].label.endswith("samples 2001 to 2500")
    works = [cells[key].work for key in (first.key, *first.more)]
    assert works == pytest.approx([works[0], works[0], works[0] / 2])


def test_results_hold_the_rows_of_all_parts_in_order_and_name_no_hole(parts):
    store, found = parts
    keys = ["first", "second", "third"]
    network = {"key": "n" * 64, "defense": "none", "params": {}, "temperature": None, "seed": 0}
    attacked = {
        "key": keys[0],
        "more": keys[1:],
        "network": network["key"],
        "attack": "jsma-logf",
        "params": {"budget": 4, "theta": 1.0},
        "budget": 4,
        "distance": "l0",
    }
    plan = RunPlan.from_json(
        {
            "data": DATA | {"name": "random"},
            "architecture": {"name": "mlp", "requested": "mlp"},
            "networks": [network],
            "attacks": [attacked],
            "environment": HERE,
        }
    )
    cells = {
        key: SimpleNamespace(state="done", artifacts=output["artifacts"])
        for key, (output, _) in zip(keys, found, strict=True)
    }
    ledger = SimpleNamespace(artifacts=store)
    whole = tidy(plan, cells, ledger)
    assert len(whole) == 2 * SAMPLES
    assert whole["attack_id"].nunique() == 1
    assert whole["sample"].nunique() == SAMPLES
    cells["second"].state = "failed"
    assert len(tidy(plan, cells, ledger)) == 4_000
