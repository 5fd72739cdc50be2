"""Attacks on given classes alone: whose inputs, how many there are, and which cells that makes."""

import pytest

from core.errors import UserError
from core.spec import spec, spec_files
from tests.planning.planned import FULL, facts, planned

COUNTS = {"test_per_class": [5] * 10, "class_names": [f"c{i}" for i in range(10)]}
CELLS = ("attack", "plant")


def asked(classes, samples=5):
    return {"attacked_classes": classes, "samples": samples, "planted": 3}


def payloads(found):
    return [cell.payload for cell in found.cells if cell.kind in CELLS]


@pytest.mark.parametrize("classes", [["c3"], [3], ["c3", 3]])
def test_a_class_is_named_or_numbered(classes):
    found = payloads(planned(asked(classes), data=COUNTS))
    assert {tuple(one.classes) for one in found} == {(3,)}


def test_without_it_every_class_is_attacked_and_the_keys_are_as_they_were():
    found = planned({"planted": 3}, data=COUNTS)
    assert {one.classes for one in payloads(found)} == {None}
    some = planned(asked(["c3"], 10) | {"attacked_classes": [3, 4]}, data=COUNTS)
    keys = [{cell.key for cell in one.cells if cell.kind in CELLS} for one in (found, some)]
    assert not keys[0] & keys[1]
    trained = [{cell.key for cell in one.cells if cell.kind == "train"} for one in (found, some)]
    assert trained[0] == trained[1]


@pytest.mark.parametrize(("samples", "fits"), [(10, True), (11, False)])
def test_no_more_can_be_attacked_than_the_classes_hold(samples, fits):
    if fits:
        assert planned(asked(["c3", "c4"], samples), data=COUNTS).cells
        return
    with pytest.raises(UserError, match="11 exceeds the 10 test inputs of c3, c4 in Mine"):
        planned(asked(["c3", "c4"], samples), data=COUNTS)


@pytest.mark.parametrize("unknown", ["spam", 10, -1])
def test_a_class_that_the_data_do_not_have_is_named(unknown):
    with pytest.raises(UserError, match=f"attacked_classes: Mine has no class {unknown!r}"):
        spec.parse(FULL | asked([unknown])).attacked_labels(facts(**COUNTS))


def test_the_preset_on_spam_attacks_spam_alone_with_more_words():
    preset = spec.parse(spec_files.preset("spam"))
    assert preset.attacked_classes == ["spam"]
    assert preset.data.name == "spambase"
    assert all(one.theta > 0 for one in preset.attacks if one.name.startswith("jsma"))
    assert {one.name for one in preset.attacks} == {"jsma-f", "jsma-logf", "decision"}
