"""What a criterion may ask for: every metric keeps the contract, and one more is one file."""

import pytest

from core.criteria import METRICS
from core.criteria.metric import Evidence, Metric
from core.errors import UserError
from core.judgement.verdicts import verdicts
from core.model.identity import NetworkId
from core.model.judged import Criterion
from core.spec.spec import parse
from tests import model

NETWORK = NetworkId.of("distillation", {}, 20.0)
NAMED = {"defense": "distillation", "temperature": 20.0, "seeds": [0, 1, 2]}
INCREASE = {"rho_increase": 0.1, "rho_increase_low": 0.05, "rho_increase_high": 0.2}

PGD = {
    "attack": "pgd", "attack_params": {"eps": 0.25, "targeted": False}, "distance": "linf",
    "budget": 0.25, "pairs": 100,
}  # fmt: skip


def run(**changes):
    """A run with a number for every metric."""
    networks = [model.network(**{**NAMED, "seed": seed}) for seed in (0, 1, 2)]
    return model.results(
        networks=networks,
        summary=[model.row(), model.row(**NAMED, **INCREASE), model.row(**NAMED, **PGD)],
        closest=[model.closest(**NAMED, **INCREASE)],
        within_budget=[model.within(**NAMED)],
        **changes,
    )


@pytest.mark.parametrize("name", METRICS)
@pytest.mark.parametrize("strongest", [True, False])
def test_every_metric_has_evidence_and_sentences(name, strongest):
    metric = METRICS[name]
    alone = "pgd" if name == "robust_accuracy" else "jsma-logf"
    criterion = Criterion(metric=name, at_least=0.5, attack="strongest" if strongest else alone)
    found = metric.evidence(run(), NETWORK, criterion)
    assert found
    assert all(one.low <= one.value <= one.high and one.seeds == 3 for one in found)
    assert "at least 50 %" in metric.demand.format(bound="at least 50 %", under="under pgd")
    assert "12 %" in metric.outcome.format(against="Against pgd", value="12 %")
    assert metric.evidence(model.results(), NETWORK, criterion) == []


@pytest.mark.parametrize("name", METRICS)
def test_a_missing_end_of_an_interval_is_no_evidence(name):
    if name in ("success_rate", "accuracy"):
        row = model.row(**NAMED, success_low=None)
        networks = [model.network(**{**NAMED, "accuracy_low": None})]
    else:
        row, networks = model.row(**NAMED, rho_low=None), []
    results = model.results(summary=[row], networks=networks)
    criterion = Criterion(metric=name, at_least=0.5, attack="jsma-logf")
    assert METRICS[name].evidence(results, NETWORK, criterion) == []


def test_a_budget_is_said_in_grey_levels_too():
    plain = run()
    grey = model.data(low=0.0, high=255.0, one_range=True)
    provenance = plain.provenance.model_copy(update={"data": grey})
    asked = Criterion(metric="success_rate", at_most=0.5)
    (told,) = METRICS["success_rate"].evidence(
        plain.model_copy(update={"provenance": provenance}), NETWORK, asked
    )
    assert "within L∞\u00a00.25 (63.8 of 0 to 255) the share" in told.what
    (told,) = METRICS["success_rate"].evidence(plain, NETWORK, asked)
    assert "within L∞\u00a00.25 the share" in told.what


def test_a_gain_beyond_the_budget_is_none():
    """0.02 times 8 is more than 1/7: no attack with that budget could show it."""
    row = model.closest(**NAMED, **INCREASE, rho=0.022)
    asked = Criterion(metric="rho_increase", at_least=7.0)
    assert METRICS["rho_increase"].evidence(model.results(closest=[row]), NETWORK, asked) == []
    less = Criterion(metric="rho_increase", at_least=6.0)
    assert METRICS["rho_increase"].evidence(model.results(closest=[row]), NETWORK, less)


def test_a_metric_is_one_file_and_one_line(monkeypatch):
    """A toy metric in the list is known to the spec and to the verdict."""
    toy = Metric(
        name="confidence",
        title="mean confidence",
        demand="The network must be {bound} sure.",
        outcome="It is {value} sure",
        evidence=lambda results, network, criterion: [
            Evidence("the mean confidence", 0.2, 0.1, 0.3, 3, ())
        ],
    )
    monkeypatch.setitem(METRICS, toy.name, toy)
    asked = {"metric": "confidence", "at_least": 0.5}
    raw = {"data": {"name": "digits"}, "defenses": [{"name": "none"}]}
    spec = parse({**raw, "attacks": [{"name": "jsma-f"}], "criteria": [asked]})
    assert spec.criteria[0].metric == "confidence"
    (verdict,) = verdicts(run(criteria=[asked]))
    assert verdict.verdict == "FAIL"
    assert "the mean confidence is 20.0" in verdict.reason.replace("The", "the")


def test_an_unknown_metric_is_refused_with_the_known_ones():
    raw = {"data": {"name": "digits"}, "defenses": [{"name": "none"}]}
    asked = {"metric": "beauty", "at_least": 1}
    with pytest.raises(UserError, match="rho_increase, rho, robust_accuracy, success"):
        parse({**raw, "attacks": [{"name": "jsma-f"}], "criteria": [asked]})
