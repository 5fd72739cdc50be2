"""An attack for Eq. 11 alone gives the same rho, and results claim nothing else of it."""

import numpy as np
import pandas as pd
import pytest

from core.canonical import canonical
from core.cells.attack_cell import attack
from core.cli.watch import summary_table
from core.errors import UserError
from core.evaluation import evidence
from core.evaluation.evaluation import Evaluation
from core.evaluation.summary import differences, summary
from core.judgement.diagnostics import run_checks
from core.model.data import DataFacts
from core.model.identity import AttackId
from core.spec import spec
from core.store.artifacts import ArtifactStore
from core.store.tables import stored_table
from tests import model
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
    for defense, seed in (("none", 3), ("label-smoothing", 5)):
        network = perceptron(features=12, classes=4, seed=seed)
        networks.append(model.network(defense=defense, accuracy=0.5, chance=0.3))
        for params in (WHOLE, ALONE):
            told = {"attack": "jsma-logf", "params": params, "budget": BUDGET, "samples": SAMPLES}
            part = cell("", kind="attack", **told).payload
            output = attack(part, data, network, None, store, lambda *_: None)
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
    facts = DataFacts.model_validate(data.info())
    return pd.concat(tables, ignore_index=True), networks, facts


@pytest.fixture(scope="module")
def entries(world):
    rows, networks, data = world
    found = summary(Evaluation.of(rows, data.extent), networks)
    whole = [e for e in found if "stop" not in e.attack_params]
    alone = [e for e in found if "stop" in e.attack_params]
    return whole, alone


def test_rho_its_interval_and_what_was_censored_are_identical(entries):
    keys = ["rho", "rho_low", "rho_high", "rho_increase", "censored"]
    keys += ["inputs", "misclassified", "zero_gradient_samples", "rho_cap", "samples", "pairs"]
    for one, other in zip(*entries, strict=True):
        assert one.model_dump(include=set(keys)) == other.model_dump(include=set(keys))
        assert one.robustness["l0"] == other.robustness["l0"]


def test_what_averages_over_pairs_was_not_measured(entries):
    for entry in entries[1]:
        for key in ("success_rate", "success_low", "success_high"):
            assert getattr(entry, key) is None
        assert [getattr(entry, f"mean_{norm}") for norm in ("l1", "l2", "linf")] == [None] * 3
        assert [one.success_rate for one in entry.per_seed] == [None]
        assert set(entry.robustness) == {"l0"}


def test_no_curve_no_matrix_and_no_difference_of_rates_is_made_of_it(world):
    rows, _, data = world
    evaluation = Evaluation.of(rows, data.extent)
    for made in (
        evidence.security_curves(evaluation),
        evidence.class_matrices(evaluation, 4),
    ):
        assert len(made) == 2
        assert not any("stop" in one.attack_params for one in made)
    told = [(one.metric, "stop" in one.attack_params) for one in differences(evaluation)]
    assert sorted(told) == [("rho", False), ("rho", True), ("success_rate", False)]


def test_the_closest_example_of_any_attack_is_what_it_was(world):
    rows, _, data = world
    evaluation = Evaluation.of(rows, data.extent)
    both = evidence.closest(evaluation)
    only = evidence.closest(
        Evaluation.of(rows[rows["attack_params"] == canonical(ALONE)], data.extent)
    )
    assert [one.mean for one in both] == [one.mean for one in only]


def test_no_check_takes_a_stopped_pair_for_a_failure(world, entries):
    rows, networks, data = world
    evaluation = Evaluation.of(rows, data.extent)
    found = run_checks(evaluation, [*entries[0], *entries[1]], [], networks, data)
    failed = {check.check for check in found if check.result == "fail"}
    assert failed <= {"network_trained"}


def test_the_terminal_says_that_no_rate_was_measured(world, entries):
    table = summary_table(model.results(summary=[*entries[0], *entries[1]]))
    told = [list(column.cells) for column in table.columns]
    assert told[4].count("not measured") == 2
    assert [name for name in told[2] if "first-target" in name] == [
        "jsma-logf, stop first-target"
    ] * 2


def test_it_stands_in_the_spec_and_leaves_other_keys_alone():
    before, plain = planned(), planned({"attacks": [{"name": "jsma-f"}, {"name": "jsma-z"}]})
    assert [one.key for one in before.attacks] == [one.key for one in plain.attacks]
    alone = planned({"attacks": [{"name": "jsma-f", "stop": "first-target"}]})
    assert alone.attacks[0].attack_params["stop"] == "first-target"
    assert alone.attacks[0].key not in {one.key for one in before.attacks}
    with pytest.raises(UserError, match="stop"):
        spec.parse(
            {"data": {"name": "mnist"}, "defenses": [{"name": "none"}]}
            | {"attacks": [{"name": "jsma-f", "stop": "soon"}]}
        )


def test_features_that_move_in_steps_are_refused():
    with pytest.raises(UserError, match=r"attacks\.stop"):
        planned({"attacks": [{"name": "jsma-f", "stop": "first-target"}]}, {"stepped_features": 3})
