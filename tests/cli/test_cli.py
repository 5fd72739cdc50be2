"""The command line end to end on real digits: same spec, same results; nothing computed twice."""

import json
import os
import signal
import time
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import pytest

from core.execution import launch
from core.store.ledger import Ledger
from tests.cli.commands import core, told_in_one_line

SPEC = """
name: small digits
data: {name: digits}
architecture: mlp
training: {learning_rate: 0.002, batch_size: 32, epochs: 25}
defenses:
  - {name: none}
  - {name: distillation, temperatures: [50]}
  - {name: temperature, temperatures: [50]}
  - {name: label-smoothing, strength: 0.1}
attacks: [{name: jsma-f}, {name: jsma-logf}]
samples: 20
"""


@pytest.fixture(scope="module")
def spec_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("spec") / "small.yaml"
    path.write_text(SPEC)
    return path


@pytest.fixture(scope="module")
def finished(tmp_path_factory, spec_file):
    """A workspace in which the spec has run once, and its results."""
    home = tmp_path_factory.mktemp("finished")
    core(home, "run", "--spec", spec_file, "--out", home / "out")
    yield home
    launch.stop_worker(home, timeout=10)


def outputs(home):
    return json.loads((home / "out" / "results.json").read_text()), pd.read_parquet(
        home / "out" / "results.parquet"
    )


def entry(results, defense, attack):
    return next(e for e in results["summary"] if (e["defense"], e["attack"]) == (defense, attack))


def test_distillation_looks_robust_until_the_attack_leaves_the_underflow(finished):
    results, _ = outputs(finished)
    undefended = entry(results, "none", "jsma-f")
    for defense in ("distillation", "temperature"):
        masked, exact = entry(results, defense, "jsma-f"), entry(results, defense, "jsma-logf")
        assert masked["zero_gradient_samples"] > 0.5
        assert masked["success_rate"] < 0.35 < 0.6 < exact["success_rate"]
        assert exact["zero_gradient_samples"] == 0
        assert masked["rho"] > 1.5 * undefended["rho"] > exact["rho"]
        assert masked["censored"] > 0.5
    assert undefended["success_rate"] > 0.7
    assert all(e["accuracy"] > 0.9 for e in results["summary"])


def test_the_summary_follows_from_the_parquet_file(finished):
    """Recomputed in plain Python, sample by sample."""
    results, rows = outputs(finished)
    every = {}
    for e in results["summary"]:
        mine = rows[
            (rows["defense"] == e["defense"])
            & (rows["attack"] == e["attack"])
            & (
                rows["temperature"].isna()
                if e["temperature"] is None
                else rows["temperature"].eq(e["temperature"])
            )
        ]
        assert len(mine) == 20 * 9
        right = mine["predicted_clean"] == mine["label"]
        wrong = mine[~right]["sample"].nunique()
        mine = mine[right]
        assert (e["pairs"], e["samples"], e["misclassified"]) == (len(mine), 20 - wrong, wrong)
        nearest, moved, vanished = {}, 0, {}
        for row in mine.itertuples():
            distance = row.l0 if row.status == "success" else row.budget
            nearest[row.sample] = min(nearest.get(row.sample, 1e9), distance)
            moved += row.status == "success"
            zero = row.status == "zero_gradient" and row.iterations == 0
            vanished[row.sample] = vanished.get(row.sample, True) and zero
        assert e["success_rate"] == pytest.approx(moved / len(mine))
        assert e["rho"] == pytest.approx(sum(nearest.values()) / len(nearest) / 64)
        assert e["zero_gradient_samples"] == pytest.approx(sum(vanished.values()) / len(nearest))
        assert e["rho_low"] <= e["rho"] <= e["rho_high"]
        every[e["defense"], e["temperature"], e["attack"]] = nearest
    for e in results["summary"]:
        one = every[e["defense"], e["temperature"], e["attack"]]
        base = every["none", None, e["attack"]]
        both = one.keys() & base.keys()
        far, near = (sum(each[sample] for sample in both) for each in (one, base))
        assert e["rho_increase"] == pytest.approx(far / near - 1)


def test_on_defaults_distillation_fails_and_the_exit_code_says_so(finished, spec_file):
    results, _ = outputs(finished)
    verdicts = {(entry["defense"], entry["threat"]["goal"]): entry for entry in results["verdicts"]}
    nearest, chosen = (verdicts["distillation", goal] for goal in ("untargeted", "targeted"))
    assert "FAIL" in (nearest["verdict"], chosen["verdict"])
    assert nearest["criterion"]["at_least"] == 0.5
    assert chosen["criterion"]["at_most"] == 0.5
    assert not any(defense == "none" for defense, _ in verdicts)
    flagged = {
        check["subject"]["attack"]
        for check in results["diagnostics"]
        if (check["check"], check["result"]) == ("zero_gradients", "fail")
    }
    assert flagged == {"jsma-f"}
    done = core(finished, "run", "--spec", spec_file, "--fail-on", "FAIL", check=False)
    assert done.returncode == 3
    assert "--fail-on met" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--fail-on", "PASS"], "INCONCLUSIVE"),
        (["--fail-on", "magic"], "magic"),
        (["--fail-on", "FAIL", "--detach"], "--detach"),
    ],
)
def test_a_wrong_fail_on_is_refused_before_anything_is_queued(
    tmp_path, spec_file, arguments, named
):
    done = core(tmp_path, "run", "--spec", spec_file, *arguments, check=False)
    assert done.returncode == 2
    assert named in done.stderr
    assert Ledger(tmp_path).runs() == []


def test_rows_agree_with_the_stored_images(finished):
    _, rows = outputs(finished)
    for path in sorted((finished / "out" / "adversarial").glob("*.npz")):
        network, attack = path.name[:12], path.name[13:-11]
        mine = rows[(rows["network_id"] == network) & (rows["attack"] == attack)]
        mine = mine.drop_duplicates(["sample", "target"])
        with np.load(path) as stored:
            order = {sample: i for i, sample in enumerate(dict.fromkeys(stored["sample"].tolist()))}
            originals = stored["original"][[order[s] for s in stored["sample"].tolist()]]
            changed = (stored["adversarial"] != originals).reshape(len(originals), -1).sum(1)
        np.testing.assert_array_equal(changed, mine["l0"])
        assert (changed <= 8).all()


def test_a_second_run_computes_nothing(finished, spec_file):
    done = core(finished, "run", "--spec", spec_file)
    assert "20 steps, 20 known already" in done.stdout


def test_extend_attacks_without_training(finished, spec_file):
    core(finished, "run", "--spec", spec_file, "--set", "name=extended")
    ledger = Ledger(finished)
    before = {c.key: c.attempt for c in ledger.cells("latest") if c.kind == "train"}
    core(finished, "extend", "latest", "--attack", "jsma-z:budget=6", "--out", finished / "more")
    after = {c.key: c.attempt for c in ledger.cells("latest") if c.kind == "train"}
    assert after == before
    results = json.loads((finished / "more" / "results.json").read_text())
    assert {e["budget"] for e in results["summary"] if e["attack"] == "jsma-z"} == {6}
    assert len(results["summary"]) == 12


def test_killed_at_any_moment_a_run_resumes_to_the_same_results(finished, spec_file, tmp_path):
    """kill -9 of the child, then of the worker, each in mid-cell."""
    home = tmp_path / "killed"
    core(home, "run", "--spec", spec_file, "--detach")
    ledger = Ledger(home)
    for victim in ("child", "worker"):
        _until(lambda: _training(ledger))
        worker = int((home / "worker.lock").read_text().split()[0])
        children = Path(f"/proc/{worker}/task/{worker}/children").read_text().split()
        pid = int(children[0]) if victim == "child" else worker
        os.kill(pid, signal.SIGKILL)
        if victim == "child":
            _until(lambda pid=pid: not Path(f"/proc/{pid}").exists())
    _until(lambda: not launch.is_worker_alive(home))
    core(home, "resume", "latest", "--out", home / "out")
    launch.stop_worker(home, timeout=10)
    attempts = [cell.attempt for cell in ledger.cells("latest")]
    assert max(attempts) > 1
    _, expected = outputs(finished)
    _, found = outputs(home)
    pd.testing.assert_frame_equal(found, expected)


def test_a_cancelled_run_resumes(tmp_path, spec_file):
    home = tmp_path / "cancelled"
    core(home, "run", "--spec", spec_file, "--detach")
    ledger = Ledger(home)
    _until(lambda: _training(ledger))
    assert "resume" in core(home, "cancel", "latest").stdout
    _until(lambda: ledger.run("latest").state == "cancelled")
    partial = json.loads(core(home, "show", "latest", "--json").stdout)
    assert partial["provenance"]["incomplete"]
    late = core(home, "run", "--spec", spec_file, "--max-minutes", "0.01", check=False)
    assert late.returncode == 1
    assert "minutes are over" in late.stderr
    launch.stop_worker(home, timeout=10)


def test_a_trained_network_of_somebody_else_is_evaluated(finished, tmp_path):
    generator = np.random.default_rng(0)
    y = np.arange(300) % 3
    x = np.clip(generator.normal(0.3, 0.1, (300, 12)) + 0.5 * np.eye(3, 12)[y], 0, 1)
    data = tmp_path / "mine.npz"
    np.savez(data, x_train=x[:200], y_train=y[:200], x_test=x[200:], y_test=y[200:])
    model = keras.Sequential(
        [
            keras.Input((12,)),
            keras.layers.Dense(16, activation="relu"),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(x[:200], y[:200], epochs=60, verbose=0)
    path = tmp_path / "mine.keras"
    model.save(path)
    out = tmp_path / "out"
    core(finished, "evaluate", path, "--data", data, "--samples", 30, "--out", out)
    results = json.loads((out / "results.json").read_text())
    assert [e["defense"] for e in results["summary"]] == ["given"] * 5
    names = {"jsma-f", "jsma-logf", "sigma-zero", "pgd", "decision"}
    assert {e["attack"] for e in results["summary"]} == names
    asked = {(e["criterion"]["metric"], e["threat"]["distance"]) for e in results["verdicts"]}
    assert asked == {
        *(("robust_accuracy", "l0"), ("robust_accuracy", "linf"), ("success_rate", "l0")),
    }
    assert all(e["next_step"] for e in results["verdicts"])
    assert "softmax was taken off" in " ".join(results["provenance"]["notes"])
    accuracy = float((model.predict(x[200:], verbose=0).argmax(-1) == y[200:]).mean())
    assert results["summary"][0]["accuracy"] == pytest.approx(accuracy)
    for examples in (out / "adversarial").glob("*.npz"):
        with np.load(examples) as arrays:
            rows = pd.read_parquet(out / "results.parquet")
            rows = rows[rows["attack"] == examples.name[13:-11]]
            answers = model.predict(arrays["adversarial"], verbose=0).argmax(-1)
            np.testing.assert_array_equal(answers, rows["predicted"])
    wrong = core(finished, "evaluate", path, "--data", "digits", check=False)
    assert wrong.returncode == 1
    assert "takes inputs of shape (12,), the data have (8, 8, 1)" in wrong.stderr


def test_a_run_that_is_not_there_is_named(finished):
    told_in_one_line(core(finished, "show", "r-zzzzzz", check=False), 1, "r-zzzzzz")


def _training(ledger):
    return any(
        cell.state == "running" and cell.kind == "train" and cell.progress
        for cell in ledger.cells("latest")
    )


def _until(condition, seconds=120.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
