"""When an attack is called blind, by what it found of planted examples."""

import pytest

from core.judgement.diagnostics.planted import called, planted_found
from core.metrics.intervals.exact import clopper_pearson
from core.model.rows import Planted


def found(number, of=100, by_chance=0.01, reason=None):
    low, high = clopper_pearson(number, of) if of else (None, None)
    return Planted(
        dataset="mnist5k",
        defense="distillation",
        defense_params={},
        temperature=20,
        attack="jsma-f",
        attack_params={},
        distance="l0",
        radius=112,
        seeds=[0],
        found=number,
        of=of,
        low=low,
        high=high,
        by_chance=by_chance if of else None,
        reason=reason,
    )


@pytest.mark.parametrize(
    ("one", "undefended", "result"),
    [
        (found(0), found(100), "fail"),
        (found(100), found(100), "pass"),
        # Clearly fewer than on the undefended network: the intervals lie 5 points apart.
        (found(86), found(100), "pass"),
        (found(85), found(100), "fail"),
        (found(75), found(88), "pass"),
        # Against half, where no other network says what to expect: 39 of 100 is up to 49.3 %.
        (found(39), None, "fail"),
        (found(40), None, "not run"),
        (found(60), None, "not run"),
        (found(61), None, "pass"),
        # An attack that is weak everywhere is no evidence anywhere.
        (found(0), found(0), "fail"),
        # Too few to tell.
        (found(2, of=3), None, "not run"),
        (found(0, of=3), found(100), "fail"),
        # Where chance finds it as well.
        (found(100, by_chance=0.05), found(100), "pass"),
        (found(100, by_chance=0.051), found(100), "not run"),
        (found(100, by_chance=0.06), found(100), "not run"),
        (found(0, of=0, reason="the network ends in a Softmax"), found(100), "not run"),
        (found(100), found(0, of=0, reason="for a reason"), "pass"),
    ],
)
def test_blind_is_who_finds_clearly_fewer(one, undefended, result):
    outcome = planted_found(one, undefended)
    assert outcome.check == "planted_found"
    assert outcome.result == result
    assert outcome.number == (None if not one.of else one.found / one.of)


def test_the_sentence_holds_the_numbers():
    sentence = planted_found(found(3), found(99)).sentence
    assert "found 3 of 100" in sentence
    assert "undefended network 99 of 100" in sentence
    assert (
        "the network ends in a Softmax"
        in planted_found(found(0, of=0, reason="the network ends in a Softmax"), None).sentence
    )


@pytest.mark.parametrize(
    ("number", "undefended", "word"),
    [
        (0, 100, "blind"),
        (50, 100, "blind"),
        (51, 100, "weaker"),
        (85, 100, "weaker"),
        (40, 80, "blind"),
        (41, 80, "weaker"),
    ],
)
def test_blind_is_too_strong_a_word_for_one_that_finds_more_than_half_as_many(
    number, undefended, word
):
    outcome = planted_found(found(number), found(undefended))
    assert outcome.result == "fail"
    assert f"it is {word} here" in outcome.sentence


def test_an_attack_that_is_blind_on_the_undefended_network_too_is_no_measure():
    assert called(0.05, 0.07) == "blind"
    assert called(0.3, 0.5) == "blind"
    assert called(0.3, 0.51) == "weaker"
    assert (called(0.5, None), called(0.51, None)) == ("blind", "weaker")
