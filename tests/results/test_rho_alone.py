"""An attack for Eq. 11 alone gives the same rho, and results claim nothing else of it."""

import numpy as np
import pandas as pd
import pytest

from core.canonical import canonical
from core.cells.attack_cell import attack
from core.cells.tables import stored_table
from core.cli.watch import summary_table
from core.errors import UserError
from core.judgement.diagnostics import run_checks
from core.metrics import robustness
from core.model.identity import AttackId
from core.results import evidence
from core.results.summary import differences, summary
from core.spec import spec
from core.store.artifacts import ArtifactStore
from tests.attacks.networks import perceptron
from tests.cells.test_shards import drawn
from tests.planning.planned import planned
from tests.store.cell_factory import cell

BUDGET, SAMPLES = 6, 40
WHOLE = {"budget": BUDGET, "theta": 1.0}
ALONE = {**WHOLE, "stop": "first-target"}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Rows of two networks under both attacks, their networks, and the data's facts."""
    store = ArtifactStore(tmp_path_factory.mktemp("store"))
    data = drawn(classes=4)
    tables, networks = [], []
    for defense, seed in (("none", 3), ("label-smoothing", 4)):
        model = perceptron(features=12, classes=4, seed=seed)
        network = {"defense": defense, "params": {}, "temperature": None, "seed": 0}
        networks.append({**network, "accuracy": 0.5, "mean_confidence": 0.5, "chance": 0.3})
        for params in (WHOLE, ALONE):
            told = {"attack": "jsma-logf", "params": params, "budget": BUDGET, "samples": SAMPLES}
            part = cell("", kind="attack", **told).payload
            output = attack(part, data, model, None, store, lambda *_: None)
            rows = stored_table(output["artifacts"]["rows"], store)
            assert (output["metrics"]["detection"] is None) == (params is ALONE)
            identity = {
                "dataset": "random",
                "defense": defense,
                "defense_params": "{}",
                "temperature": np.nan,
                "seed": 0,
                "attack_id": AttackId.of("jsma-logf", params).short,
                "attack": "jsma-logf",
                "attack_params": canonical(params),
                "budget": float(BUDGET),
            }
            tables.append(rows.assign(**identity))
    return pd.concat(tables, ignore_index=True), networks, data.info()


@pytest.fixture(scope="module")
def entries(world):
    rows, networks, data = world
    found = summary(rows, networks, robustness.extent_of(data))
    whole = [e for e in found if "stop" not in e["attack_params"]]
    alone = [e for e in found if "stop" in e["attack_params"]]
    return whole, alone


def test_rho_its_interval_and_what_was_censored_are_identical(entries):
    keys = ["rho", "rho_low", "rho_high", "rho_clean_only", "rho_increase", "censored"]
    keys += ["already_rate", "zero_gradient_samples", "rho_cap", "samples", "pairs"]
    for one, other in zip(*entries, strict=True):
        assert {key: one[key] for key in keys} == {key: other[key] for key in keys}
        assert one["robustness"]["l0"] == other["robustness"]["l0"]


def test_what_averages_over_pairs_was_not_measured(entries):
    for entry in entries[1]:
        for key in ("success_rate", "success_low", "success_high"):
            assert entry[key] is None
        assert [entry[f"mean_{norm}"] for norm in ("l1", "l2", "linf")] == [None] * 3
        assert [one["success_rate"] for one in entry["per_seed"]] == [None]
        assert set(entry["robustness"]) == {"l0"}


def test_no_curve_no_matrix_and_no_difference_of_rates_is_made_of_it(world):
    rows, _, data = world
    extent = robustness.extent_of(data)
    for made in (
        evidence.security_curves(rows, extent),
        evidence.class_matrices(rows, extent, 4),
    ):
        assert len(made) == 2
        assert not any("stop" in one["attack_params"] for one in made)
    told = [(one["metric"], "stop" in one["attack_params"]) for one in differences(rows, extent)]
    assert sorted(told) == [("rho", False), ("rho", True), ("success_rate", False)]


def test_the_closest_example_of_any_attack_is_what_it_was(world):
    rows, _, data = world
    extent = robustness.extent_of(data)
    both = evidence.closest(rows, extent)
    only = evidence.closest(rows[rows["attack_params"] == canonical(ALONE)], extent)
    assert [one["mean"] for one in both] == [one["mean"] for one in only]


def test_no_check_takes_a_stopped_pair_for_a_failure(world, entries):
    rows, networks, data = world
    for network in networks:
        network["trained"] = True
    found = run_checks(rows, [*entries[0], *entries[1]], networks, data)
    failed = {check.check for _, check in found if check.result == "fail"}
    assert failed <= {"network_trained"}


def test_the_terminal_says_that_no_rate_was_measured(world, entries):
    _, _, data = world
    table = summary_table({"provenance": {"data": data}, "summary": [*entries[0], *entries[1]]})
    told = [list(column.cells) for column in table.columns]
    assert told[4].count("not measured") == 2
    assert [name for name in told[2] if "first-target" in name] == [
        "jsma-logf, stop first-target"
    ] * 2


def test_it_stands_in_the_spec_and_leaves_other_keys_alone():
    before, plain = planned(), planned({"attacks": [{"name": "jsma-f"}, {"name": "jsma-z"}]})
    assert [one.key for one in before.attacks] == [one.key for one in plain.attacks]
    alone = planned({"attacks": [{"name": "jsma-f", "stop": "first-target"}]})
    assert alone.attacks[0].params["stop"] == "first-target"
    assert alone.attacks[0].key not in {one.key for one in before.attacks}
    with pytest.raises(UserError, match="stop"):
        spec.parse(
            {"data": {"name": "mnist"}, "defenses": [{"name": "none"}]}
            | {"attacks": [{"name": "jsma-f", "stop": "soon"}]}
        )


def test_features_that_move_in_steps_are_refused():
    with pytest.raises(UserError, match=r"attacks\.stop"):
        planned({"attacks": [{"name": "jsma-f", "stop": "first-target"}]}, {"stepped_features": 3})
