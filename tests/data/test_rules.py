"""What an attacker can do to a table: which arrays are taken, and what is wrong with others."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.data import datasets, rules, stored
from core.data.arrays import Origin, from_arrays
from core.errors import UserError
from core.model.data import DataFacts

N = 5


def arrays(**more):
    """Twelve rows: columns 0 to 2 are one category, columns 3 and 4 numbers from 0 to 1."""
    x = np.full((12, N), 0.5, np.float32)
    x[:, :3] = np.eye(3)[np.arange(12) % 3]
    x[:, 3] = np.arange(12) / 20
    found = {"x_train": x, "x_test": x, "y_train": np.arange(12) % 2, "y_test": np.arange(12) % 2}
    return found | more


def given(**more):
    return from_arrays(arrays(**more), Origin("mine", "mine.npz", "a test"))


CATEGORY = np.array([7, 7, 7, -1, -1])
SUM = np.array([-1, -1, -1, 0, 0])


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"direction": np.ones(4, int)}, "direction must be 5 whole numbers"),
        ({"direction": np.array([0, 2, 0, 0, 0])}, "direction holds 2"),
        ({"direction": np.ones(N)}, "direction must be 5 whole numbers"),
        ({"group": np.array([0, -1, -1, -1, -1])}, "feature 0 is alone with its number in group"),
        ({"total": np.array([-1, 3, -1, -1, -1])}, "feature 1 is alone with its number in total"),
        ({"group": np.array([-2, 0, 0, -1, -1])}, "group is -1 (none) or a number of 0 or more"),
        ({"group": CATEGORY, "total": np.array([-1, -1, 0, 0, -1])}, "a group and a total"),
        ({"group": np.array([-1, -1, -1, 2, 2])}, "row 0 of x_train has [0.0, 0.5] in the columns"),
        ({"group": np.array([1, 1, -1, -1, -1])}, "exactly one must be 1 (high), the others 0"),
        ({"total": SUM, "step": np.array([0, 0, 0, 0.05, 0])}, "they need one step"),
        ({"cost": np.array([1, 1, 1, 0, 1.0])}, "cost must be 5 numbers above 0"),
        ({"cost": np.ones(4)}, "cost must be 5 numbers above 0"),
        ({"cost": np.array([1, 1, 1, np.inf, 1])}, "cost must be 5 numbers above 0"),
        ({"total": SUM, "mutable": np.arange(N) < 1}, "fewer than 2 features"),
    ],
)
def test_what_is_wrong_with_a_rule_is_named(more, said):
    with pytest.raises(UserError) as error:
        given(**more)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_group_with_a_fixed_column_is_fixed_and_no_sum_is_kept_by_one():
    mutable = np.array([True, True, False, True, True])
    assert given(group=CATEGORY, mutable=mutable).mutable.tolist() == [False] * 3 + [True] * 2
    mutable = np.array([True, True, True, True, False])
    assert given(total=SUM, mutable=mutable).mutable.tolist() == [True] * 3 + [False] * 2


RULES = {
    "direction": np.array([0, 0, 0, 1, -1]),
    "group": CATEGORY,
    "total": SUM,
    "cost": np.array([1, 1, 1, 2, 5.0]),
}


@pytest.mark.parametrize("name", RULES)
def test_every_rule_is_in_the_checksum_and_in_the_stored_copy(name, tmp_path):
    plain, ruled = given(), given(**{name: RULES[name]})
    assert ruled.checksum() != plain.checksum()
    path = tmp_path / "stored.npz"
    path.write_bytes(stored.to_bytes(replace(ruled, unit="deviation")))
    again = stored.from_bytes(path)
    assert again.unit == "deviation"
    for rule in rules.RULES:
        np.testing.assert_array_equal(getattr(again, rule), getattr(ruled, rule))
    assert replace(again, unit="range").checksum() == ruled.checksum()


def test_rules_that_rule_nothing_out_leave_checksum_facts_and_copy_as_they_were():
    idle = {
        "direction": np.zeros(N, int),
        "group": np.full(N, -1),
        "total": np.full(N, -1),
        "cost": np.ones(N),
    }
    plain, ruled = given(), given(**idle)
    assert ruled.checksum() == plain.checksum()
    assert ruled.info() == plain.info()
    assert stored.to_bytes(ruled) == stored.to_bytes(plain)
    # Of the version before there were rules: known runs find their cells.
    assert plain.checksum().startswith("81fbcec7d5de")


def test_each_unit_is_in_the_checksum():
    data = given(cost=RULES["cost"])
    found = {replace(data, unit=unit).checksum() for unit in ("range", "deviation", "cost")}
    assert len(found) == 3


def test_facts_count_what_may_change():
    facts = DataFacts.model_validate(given(**RULES).info())
    assert (facts.up_only, facts.down_only) == (1, 1)
    assert (facts.groups, facts.group_features, facts.totals, facts.total_features) == (1, 3, 1, 2)
    assert facts.priced
    assert facts.extent.l0 == 10
    assert facts.extent.features == facts.extent.l1 == 5


def test_spambase_is_what_its_attacker_can_do():
    data = datasets.load("spambase")
    capitals = [name for name in data.feature_names if "capitals" in name]
    fixed = [name for name, may in zip(data.feature_names, data.mutable, strict=True) if not may]
    assert fixed == capitals
    assert len(fixed) == 3
    assert (data.direction[data.mutable] == 1).all()
    assert (len(data.x_train), len(data.x_test)) == (3681, 806)
    assert data.x_train.min() == 0
    assert np.maximum(data.x_train.max(0), data.x_test.max(0)).min() >= 0.7
    assert "CC BY 4.0" in data.note
    licence = Path(rules.__file__).parent / "embedded" / "spambase.txt"
    text = licence.read_text(encoding="utf-8")
    assert "10.24432/C53G6X" in text
    assert "Creative Commons Attribution 4.0 International Public License" in text
