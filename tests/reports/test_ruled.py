"""What a report says an attacker may do to a table, in which unit, and to whose inputs."""

import pytest

from core.wording import amount
from reports.prose import counted, distances, ruled
from reports.sections import tables, tested, verdict
from tests.reports.test_units import results, under

SPACE = "\u00a0"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, []),
        ({"mutable_features": 780}, ["4 of 784 features may not change"]),
        ({"up_only": 1}, ["1 feature may only rise, never fall"]),
        ({"up_only": 3}, ["3 features may only rise, never fall"]),
        ({"up_only": 784}, ["all features may only rise, never fall"]),
        ({"down_only": 1_000}, ["1,000 features may only fall, never rise"]),
        (
            {"groups": 2, "group_features": 7},
            [
                "2 categories in 7 columns may change as a whole, which counts as two changed"
                " columns"
            ],
        ),
        (
            {"totals": 1, "total_features": 3},
            ["3 features keep a sum: what one gains another loses"],
        ),
        (
            {"priced": True},
            ["features differ in cost, and L0 counts the cost of those that change"],
        ),
        (
            {"unit": "deviation"},
            ["distances are in standard deviations of each feature over the training inputs"],
        ),
        (
            {"unit": "deviation", "n_train": 0},
            ["distances are in standard deviations of each feature over the test inputs"],
        ),
    ],
)
def test_each_rule_is_said_in_plain_words(facts, said):
    run = results(**facts)
    assert ruled.may_do(run.data) == said
    may = dict(tested.attacker(run))["May change"]
    assert all(words in may for words in said)


def test_both_rest_and_fixed_are_told_apart():
    run = results(up_only=780, mutable_features=780)
    assert ruled.may_do(run.data)[1] == "all of the others may only rise, never fall"


@pytest.mark.parametrize(
    ("unit", "linf", "l2"),
    [
        ("deviation", "0.5 standard deviations of each feature", "in standard deviations of"),
        ("cost", "0.5 units of cost", "0.5 in units of cost"),
    ],
)
def test_the_unit_stands_behind_every_distance(unit, linf, l2):
    run = results(unit=unit)
    assert linf in amount("linf", 0.5, run.data.scale)
    assert l2 in amount("l2", 0.5, run.data.scale)
    assert distances.own_units(run) in distances.remark(run)
    assert distances.own_units(run) in linf or unit == "deviation"
    row = under("cw-l2", run)
    assert distances.own_units(run) in distances.effort(row, run)


def test_costs_are_counted_where_features_were():
    extent = {"l0": 200.0, "features": 784, "l1": 784.0, "l2": 28.0, "linf": 1.0}
    run = results(priced=True, extent=extent)
    assert amount("l0", 9.5, run.data.scale) == "cost 9.5"
    assert amount("l2", 0.5, run.data.scale) == f"L2{SPACE}0.5"
    assert distances.counted(50, run.data) == f"cost 50 of 200 (25.0{SPACE}%)"
    assert "of the cost of all features" in distances.effort(under("jsma-f", run), run)
    plain = results()
    assert distances.counted(392, plain.data) == f"392 of 784 (50.0{SPACE}%)"


def of_class(*classes):
    run = results()
    return run.model_copy(update={"spec": {**run.spec, "attacked_classes": list(classes)}})


@pytest.mark.parametrize("one", ["3", 3])
def test_shares_say_of_which_class_they_are(one):
    run = of_class(one)
    assert run.data.class_names[3] == "3"
    assert "samples of class 3" in tables.caption(run, "")
    assert "inputs of class 3 of the test data in their order" in counted.taken(run)
    assert any("Only samples of class 3 were attacked" in told for told in verdict.asked(run))
    assert any("of class 3 were attacked" in told for told in tested.not_tested(run))


def test_several_classes_are_listed_and_all_are_not_named():
    assert ruled.samples(of_class(1, 2)) == "samples of the classes 1 and 2"
    assert ruled.samples(results()) == "samples"
    assert ruled.only(results()) == []
