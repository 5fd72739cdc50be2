"""Which wrong classes a sample is attacked towards, and that every number says so."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import attacks
from core.attacks.engine import targets
from core.cells.attack_cell import attack
from core.errors import UserError
from core.networks import training
from core.spec import spec
from core.store.artifacts import ArtifactStore
from core.store.tables import stored_table
from tests.attacks.networks import perceptron
from tests.cells.test_shards import drawn
from tests.planning.planned import planned
from tests.store.cell_factory import cell


@pytest.mark.parametrize(
    ("text", "classes", "count", "said"),
    [
        (None, 10, 9, None),
        (None, 20, 19, None),
        (None, 21, 9, "nearest-9"),
        (None, 1000, 9, "nearest-9"),
        ("all", 10, 9, None),
        ("all", 21, 20, "all"),
        ("nearest-8", 10, 8, "nearest-8"),
        ("nearest-9", 10, 9, None),
        ("random-3", 1000, 3, "random-3"),
        ("random-30", 31, 30, "all"),
    ],
)
def test_how_many_targets_a_sample_has_and_what_rows_say_of_it(text, classes, count, said):
    assert targets.per_sample(text, classes) == count
    assert targets.stated(text, classes) == said
    # What rows say means the same when it is read again.
    assert targets.per_sample(said, classes) == count


@given(st.integers(3, 40), st.integers(0, 5), st.data())
def test_ranked_targets_are_the_wrong_classes_with_the_highest_scores(classes, seed, data):
    count = data.draw(st.integers(1, classes - 2))
    rng = np.random.default_rng(seed)
    logits = rng.integers(-3, 3, (5, classes)).astype(np.float32)
    labels = rng.integers(classes, size=5)
    for row, wanted in enumerate(targets.ranked(logits, labels, count)):
        others = [c for c in range(classes) if c != labels[row]]
        expected = sorted(others, key=lambda c: (-logits[row][c], c))[:count]
        assert wanted.tolist() == sorted(expected)


@given(st.integers(3, 40), st.data())
def test_drawn_targets_are_wrong_classes_each_once_by_the_number_of_the_sample(classes, data):
    count = data.draw(st.integers(1, classes - 2))
    labels = np.arange(6) % classes
    found = targets.drawn(np.arange(6), labels, classes, count)
    for row, wanted in enumerate(found):
        assert len(set(wanted)) == count
        assert labels[row] not in wanted
        assert set(wanted) <= set(range(classes))
        assert wanted.tolist() == sorted(wanted)
    # Of a part of the samples the same are drawn.
    part = targets.drawn(np.arange(6)[3:], labels[3:], classes, count)
    assert np.array_equal(part, found[3:])


def test_over_many_samples_every_wrong_class_is_drawn():
    found = targets.drawn(np.arange(400), np.zeros(400, int), 6, 2)
    counts = np.bincount(found.ravel(), minlength=6)
    assert counts[0] == 0
    assert counts[1:].min() > 100  # 160 are expected of each


@pytest.mark.parametrize("text", ["nearest", "nearest-0", "first-3", "random-1000", "9", ""])
def test_another_text_is_refused_with_the_field(text):
    with pytest.raises(UserError, match="targets"):
        attacks.settings("jsma-logf", {"targets": text})


def test_an_untargeted_attack_has_no_targets():
    with pytest.raises(UserError, match="targets are for targeted attacks"):
        attacks.settings("pgd", {"targets": "nearest-3"})
    assert attacks.settings("pgd", {"targets": "nearest-3", "targeted": True}).aims


def rows_of(tmp_path, dataset, model, **params):
    artifacts = ArtifactStore(tmp_path)
    task = cell(
        "",
        kind="attack",
        samples=8,
        attack="jsma-logf",
        budget=4,
        params={"budget": 4, "theta": 1.0, **params},
    ).payload
    output = attack(task, dataset, model, None, artifacts, lambda *_: None)
    return stored_table(output["artifacts"]["rows"], artifacts)


def test_pairs_of_fewer_targets_are_those_of_all_targets(tmp_path):
    dataset = drawn(classes=6, samples=40)
    model = perceptron(12, 6)
    whole = rows_of(tmp_path, dataset, model).set_index(["sample", "target"])
    logits = training.logits(model, dataset.x_test)
    for choice, expected in (("nearest-2", 2), ("random-4", 4)):
        rows = rows_of(tmp_path, dataset, model, targets=choice)
        assert (rows.groupby("sample").size() == expected).all()
        for sample, part in rows.groupby("sample"):
            if choice == "nearest-2":
                others = [c for c in np.argsort(-logits[sample]) if c != dataset.y_test[sample]]
                assert set(part["target"]) == set(others[:2])
        same = whole.loc[pd.MultiIndex.from_frame(rows[["sample", "target"]])].reset_index()
        pd.testing.assert_frame_equal(same[rows.columns], rows)


def test_the_plan_counts_its_work_by_the_targets_and_its_rows_say_them():
    few = {"classes": 10}
    many = {"classes": 1000}
    one = {"attacks": [{"name": "jsma-logf"}], "defenses": [{"name": "none"}], "planted": 0}

    def made(change, data):
        found = planned(one | change, data=data)
        (work,) = (c.work for c in found.cells if c.kind == "attack")
        return work, found.attacks[0].attack_params.get("targets")

    ten, said = made({}, few)
    assert said is None
    assert made({}, many) == (ten, "nearest-9")
    asked = {"attacks": [{"name": "jsma-logf", "targets": "all"}]}
    assert made(asked, many) == (ten * 999 / 9, "all")
    assert made(asked, few) == (ten, None)


def test_a_spec_takes_targets_and_writes_them_back():
    raw = {
        "data": {"name": "digits"},
        "defenses": [{"name": "none"}],
        "attacks": [{"name": "jsma-logf", "targets": "random-3"}],
    }
    found = spec.parse(raw)
    assert found.attacks[0].targets == "random-3"
    assert spec.parse(found.as_json()) == found
