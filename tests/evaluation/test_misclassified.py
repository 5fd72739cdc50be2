"""A misclassified input was not attacked: it is counted beside, and lost in robust accuracy.

Both networks' pairs are drawn at random; every number is computed again from the pairs.
"""

from statistics import mean

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.evaluation import evidence
from core.evaluation.evaluation import Evaluation
from core.evaluation.summary import differences, summary
from tests import model
from tests.judgement.diagnostics.world import CW, EXTENT, JSMA, PGD, attack

DISTILLED = ("distillation", {}, 20.0)
NETWORKS = [
    model.network(seed=seed, **one)
    for seed in (0, 1)
    for one in ({}, {"defense": "distillation", "temperature": 20.0})
]
few = settings(max_examples=4, deadline=None, derandomize=True, database=None)


def measured(table):
    """Everything that stands in results of these pairs."""
    evaluation = Evaluation.of(table, EXTENT)
    return {
        "summary": summary(evaluation, NETWORKS),
        "differences": differences(evaluation),
        "closest": evidence.closest(evaluation),
        "curves": evidence.security_curves(evaluation),
        "matrices": evidence.class_matrices(evaluation, 10),
        "within": evidence.within_budget(evaluation),
    }


def drawn(seed, wrong=0.3):
    """Two networks of two seeds under three attacks; each gets other inputs wrong."""
    rng = np.random.default_rng(seed)
    table = pd.concat(
        [
            attack(name, params, defense=one, samples=12, seeds=(0, 1), wrong_from_start=0, seed=7)
            for one in (("none", {}, None), DISTILLED)
            for name, params in (("jsma-logf", JSMA), ("cw-l2", CW), ("pgd", PGD))
        ],
        ignore_index=True,
    )
    keys = table[["defense", "seed", "sample"]].drop_duplicates()
    keys["wrong"] = rng.random(len(keys)) < wrong
    chosen = table.merge(keys)["wrong"].to_numpy()
    clean = np.where(chosen, (table["label"] + 1) % 10, table["label"])
    return table.assign(predicted_clean=clean), chosen


@given(seed=st.integers(0, 10_000))
@few
def test_what_stands_in_the_rows_of_a_misclassified_input_changes_no_number(seed):
    table, wrong = drawn(seed)
    rng = np.random.default_rng(seed + 1)
    won = np.where(wrong, rng.random(len(table)) < 0.5, table["success"])
    other = table.assign(success=won.astype(bool))
    for name in ("l0", "l1", "l2", "linf", "iterations"):
        other[name] = table[name].where(~wrong, 0)
    other["status"] = table["status"].where(~wrong, "zero_gradient")
    assert measured(table) == measured(other)


@given(seed=st.integers(0, 10_000))
@few
def test_without_its_misclassified_inputs_a_run_has_the_same_numbers_but_for_robust_accuracy(seed):
    table, wrong = drawn(seed)
    found, without = measured(table), measured(table[~wrong].reset_index(drop=True))
    for name in ("differences", "matrices"):
        assert found[name] == without[name]
    for one, other in zip(found["curves"], without["curves"], strict=True):
        assert one.model_copy(update={"robust_accuracy": other.robust_accuracy}) == other
    for name in ("summary", "closest"):
        for one, other in zip(found[name], without[name], strict=True):
            pairs = table[wrong & (table["defense"] == one.defense)]
            assert one.misclassified == len(pairs[["seed", "sample"]].drop_duplicates())
            assert other.misclassified == 0
            change = {"misclassified": 0}
            if name == "summary":
                change["robust_accuracy"] = other.robust_accuracy
            assert one.model_copy(update=change) == other


def right_of(table, defense, name):
    """The least distance of each input that a network gets right, by (seed, sample)."""
    mine = table[(table["defense"] == defense) & (table["attack"] == name)]
    found = {}
    for pair in mine.to_dict("records"):
        if pair["predicted_clean"] == pair["label"]:
            far = pair["l0"] if pair["success"] else JSMA["budget"]
            key = pair["seed"], pair["sample"]
            found[key] = min(far, found.get(key, np.inf))
    return found


def over_samples(values):
    by_sample = {}
    for (_, sample), value in values.items():
        by_sample.setdefault(sample, []).append(value)
    return mean(mean(each) for each in by_sample.values())


@given(seed=st.integers(0, 10_000))
@few
def test_a_gain_is_over_the_inputs_that_both_networks_get_right_seed_by_seed(seed):
    table, _ = drawn(seed)
    found = measured(table)
    one, base = (right_of(table, name, "jsma-logf") for name in ("distillation", "none"))
    both = one.keys() & base.keys()
    far, near = (over_samples({key: each[key] for key in both}) for each in (one, base))
    (row,) = [r for r in found["summary"] if (r.defense, r.attack) == ("distillation", "jsma-logf")]
    (pooled,) = [r for r in found["closest"] if (r.defense, r.distance) == ("distillation", "l0")]
    (gap,) = [d for d in found["differences"] if (d.attack, d.metric) == ("jsma-logf", "rho")]
    assert row.rho == pytest.approx(over_samples(one) / EXTENT.l0)
    assert row.rho_increase == pytest.approx(far / near - 1)
    assert pooled.rho_increase == pytest.approx(far / near - 1)
    assert gap.difference == pytest.approx((far - near) / EXTENT.l0)
    assert gap.n == len({sample for _, sample in both})


def test_losing_accuracy_is_no_loss_of_robustness():
    """A network that gets 22 of 100 more wrong, and needs the same for the rest, gains nothing."""
    harder = attack(
        "jsma-logf", JSMA, skill=0.0, defense=DISTILLED, samples=100, wrong_from_start=22
    )
    table = pd.concat(
        [attack("jsma-logf", JSMA, skill=0.0, samples=100, wrong_from_start=0), harder],
        ignore_index=True,
    )
    evaluation = Evaluation.of(table, EXTENT)
    (found,) = [r for r in evidence.closest(evaluation) if r.defense == "distillation"]
    assert found.rho_increase == pytest.approx(0, abs=1e-9)
    (row,) = [r for r in summary(evaluation, NETWORKS) if r.defense == "distillation"]
    assert (row.samples, row.misclassified, row.pairs) == (78, 22, 702)


def test_an_attack_that_moved_nothing_has_no_success_though_an_input_was_misclassified():
    """0 of 891, and one beside them: never 1 of 900."""
    table = attack("jsma-f", JSMA, samples=100, masked=True, wrong_from_start=1)
    (row,) = summary(Evaluation.of(table, EXTENT), NETWORKS)
    assert (row.successes, row.pairs, row.misclassified) == (0, 891, 1)
    assert (row.success_rate, row.censored) == (0, 1)
    assert row.rho == pytest.approx(112 / 784)


def test_robust_accuracy_alone_counts_a_misclassified_input_and_as_lost():
    table = attack("pgd", {**PGD, "eps": 0.001}, samples=20, wrong_from_start=3)
    (found,) = evidence.within_budget(Evaluation.of(table, EXTENT))
    assert (found.samples, found.misclassified) == (20, 3)
    assert found.robust_accuracy == pytest.approx(17 / 20)
    # It moved nothing: those three were wrong before.
    assert found.attacks == []


@pytest.mark.parametrize("defense", [("none", {}, None), DISTILLED])
def test_a_network_that_gets_nothing_right_has_no_numbers(defense):
    whole = [attack(name, p, samples=10, wrong_from_start=0) for name, p in (("cw-l2", CW),)]
    wrong = [
        attack(name, params, samples=10, wrong_from_start=10, defense=defense)
        for name, params in (("jsma-logf", JSMA), ("pgd", PGD), ("cw-l2", CW))
    ]
    tables = wrong if defense[0] == "none" else [*whole, *wrong]
    found = measured(pd.concat(tables, ignore_index=True))
    for row in (row for row in found["summary"] if row.defense == defense[0]):
        assert (row.samples, row.pairs, row.successes, row.misclassified) == (0, 0, 0, 10)
        assert row.success_rate is row.rho is row.rho_increase is row.censored is None
        assert row.robustness == {}
    for name in ("closest", "curves", "matrices"):
        assert [one for one in found[name] if one.defense == defense[0]] == []
    assert found["differences"] == []
    assert {one.robust_accuracy for one in found["within"] if one.defense == defense[0]} == {0}
