"""Where not every wrong class is a target, each number says which are."""

import pytest

from core.criteria import METRICS
from core.model.judged import Criterion
from reports.prose import targets
from reports.sections import method, tested
from tests.model import data, results, row
from tests.reports.changing import changed


def told(choice, classes=100):
    params = {"theta": 1.0, "budget": 112}
    if choice:
        params["targets"] = choice
    attacked = row(attack="jsma-logf", attack_params=params)
    found = results(summary=[attacked])
    return changed(found, provenance=changed(found.provenance, data=data(classes=classes)))


def method_text(found):
    return " ".join(str(block) for block in method.body(found))


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ("nearest-9", "the 9 that the attacked network ranks next"),
        ("nearest-3", "the 3 that the attacked network ranks next"),
        ("random-9", "9 drawn at random, the same for every network"),
    ],
)
def test_what_was_aimed_at_stands_in_method_threat_model_and_verdict(choice, words):
    found = told(choice)
    said = targets.of_many(found)
    assert words in said
    assert "99 wrong classes" in said
    assert said in method_text(found)
    assert words in dict(tested.attacker(found))["Wants"]
    criterion = Criterion(metric="success_rate", at_most=0.5, goal="targeted")
    network = found.summary[0].identity
    (evidence,) = METRICS["success_rate"].evidence(found, network, criterion)
    assert words in evidence.what


@pytest.mark.parametrize("choice", [None, "all"])
def test_nothing_is_said_where_every_wrong_class_is_a_target(choice):
    found = told(choice)
    assert targets.of_many(found) == ""
    assert "is a target" not in method_text(found)
    assert dict(tested.attacker(found))["Wants"] == "a class that the attacker picks (targeted)"
    criterion = Criterion(metric="success_rate", at_most=0.5, goal="targeted")
    network = found.summary[0].identity
    (evidence,) = METRICS["success_rate"].evidence(found, network, criterion)
    assert evidence.what == "the success rate of jsma-logf"
