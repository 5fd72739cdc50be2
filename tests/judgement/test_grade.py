"""The grade of evidence: a table, a pure function of what is known, and what would raise it."""

import dataclasses

import pytest

from core import attacks
from core.attacks import AnyAttack
from core.judgement.grade import EQUALS, Facts, facts_of, grade, lacks, letter_of
from core.judgement.verdicts import verdicts
from core.model.judged import Criterion, ThreatModel
from core.spec.spec import parse_part
from tests import model

BEST = Facts(samples=1_000, seeds=3, found=True, ways=2, answers=True, transfer=True, equal=True)
L0 = ThreatModel(distance="l0", goal="untargeted")
AT = {"defense": "distillation", "temperature": 20.0}


@pytest.mark.parametrize(
    ("change", "letter"),
    [
        ({}, "A"),
        ({"equal": False}, "B"),
        ({"transfer": False}, "B"),
        ({"samples": 999}, "B"),
        ({"samples": 100}, "B"),
        ({"samples": 99}, "C"),
        ({"seeds": 2}, "C"),
        ({"answers": False}, "C"),
        ({"ways": 1}, "C"),
        ({"found": False}, "C"),
        ({"samples": 50, "seeds": 1, "answers": False, "ways": 1, "found": False}, "C"),
        ({"samples": 49}, "D"),
        ({"samples": 0}, "D"),
        ({"complete": False}, "D"),
        ({"sound": False}, "D"),
    ],
)
def test_each_line_of_the_table_costs_what_it_says(change, letter):
    assert letter_of(dataclasses.replace(BEST, **change)) == letter


def test_beside_an_attack_that_works_no_other_is_needed():
    alone = Facts(samples=100, seeds=3, ways=1, proof=True)
    assert letter_of(alone) == "B"
    assert letter_of(dataclasses.replace(alone, proof=False)) == "C"
    assert [lack.words for lack in lacks(dataclasses.replace(alone, samples=1_000), "A")] == [
        "run AutoAttack, which this version does not have"
    ]


def test_no_verdict_is_an_a_before_autoattack_is_here():
    assert not set(EQUALS) & set(attacks.NAMES)


def run(seeds=(0, 1, 2), samples=100, names=("jsma-logf",), checks=(), **more):
    gain = {"rho_increase": 2.0, "rho_increase_low": 1.8, "rho_increase_high": 2.2}
    rows = [
        model.row(
            **{**who, **_attack(name)},
            samples=samples,
            inputs=samples * len(seeds),
            seeds=list(seeds),
        )
        for name in names
        for who in ({}, AT)
    ]
    return model.results(
        criteria=[Criterion(metric="rho_increase", at_least=0.5).model_dump()],
        summary=rows,
        closest=[model.closest(**AT, **gain, seeds=list(seeds))],
        diagnostics=list(checks),
        **more,
    )


def _attack(name):
    known = {
        "decision": {"attack_params": {"norm": "l2"}, "distance": "l2", "budget": None},
        "transfer": {"attack_params": {"norm": "linf"}, "distance": "linf", "budget": 0.25},
        "cw-l0": {"attack_params": {"targeted": False}, "budget": None},
    }
    return {"attack": name, "attack_params": {"budget": 112, "theta": 1}, **known.get(name, {})}


def planted(name, result="pass"):
    params = _attack(name)["attack_params"]
    subject = {"defense": "distillation", "params": {}, "temperature": 20.0}
    subject |= {"attack": name, "attack_params": params}
    return model.check("planted_found", subject, result)


def known(results):
    return facts_of(results, results.summary[1].identity, L0, proof=False)


def test_the_facts_are_read_from_the_results():
    assert known(run()) == Facts(samples=100, seeds=3, ways=1)
    full = run(
        names=("jsma-logf", "cw-l0", "decision", "transfer"),
        checks=[planted("cw-l0")],
        samples=1_000,
    )
    assert known(full) == dataclasses.replace(BEST, equal=False)
    assert not known(run(incomplete=["a step: failed"])).complete
    assert known(run(seeds=(0,))).seeds == 1


@pytest.mark.parametrize(("samples", "ways"), [(49, 1), (50, 2)])
def test_a_second_way_to_search_counts_from_fifty_inputs_on(samples, ways):
    made = run(names=("jsma-logf", "cw-l0"))
    rows = [
        row.model_copy(update={"samples": samples}) if row.attack == "cw-l0" else row
        for row in made.summary
    ]
    assert known(made.model_copy(update={"summary": rows})).ways == ways


def test_a_blind_attack_counts_for_nothing():
    made = run(names=("jsma-logf", "cw-l0"), checks=[planted("cw-l0", "fail")])
    assert known(made) == known(run())
    made = run(checks=[planted("jsma-logf", "fail")])
    assert known(made) == Facts()
    assert letter_of(known(made)) == "D"


def test_what_a_weak_attack_found_of_planted_examples_counts_for_nothing():
    names = ("jsma-f", "jsma-logf")
    assert not known(run(names=names, checks=[planted("jsma-f")])).found
    assert known(run(names=names, checks=[planted("jsma-logf")])).found


def test_a_failed_check_of_the_network_leaves_a_d():
    alarm = model.check(
        "same_answer_twice", {"defense": "distillation", "temperature": 20.0, "params": {}}
    )
    assert letter_of(known(run(checks=[alarm]))) == "D"


def test_the_line_names_the_cheapest_first_and_gives_changes_of_the_spec():
    made = run(seeds=(0,))
    found = grade(made, made.summary[1].identity, L0, proof=False)
    assert found.letter == "C"
    assert found.line == (
        "For a B: plant examples that an attack finds; search without gradients; search in another"
        " way too, on 50 samples or more; train 3 seeds."
    )
    assert [one["name"] for one in found.attacks] == ["decision", "sigma-zero"]
    assert found.settings == {"planted": 100, "seeds": 3}
    for one in found.attacks:
        assert parse_part(AnyAttack, one, "attacks").name == one["name"]


@pytest.mark.parametrize("distance", ["l0", "l2", "linf"])
@pytest.mark.parametrize("goal", ["targeted", "untargeted"])
def test_what_a_grade_adds_is_an_attack_of_this_version_that_did_not_run(distance, goal):
    """With everything it names added, only seeds, samples and AutoAttack may be missing."""
    made = run(names=("noise",))
    threat = ThreatModel(distance=distance, goal=goal)
    names = ["noise"]
    for _ in range(4):
        made = run(names=tuple(names))
        found = grade(made, made.summary[1].identity, threat, proof=False)
        for one in found.attacks:
            assert one["name"] not in names
            parse_part(AnyAttack, one, "attacks")
        names += [one["name"] for one in found.attacks]
    assert not found.attacks


def test_every_verdict_on_an_attacked_network_has_one():
    (item,) = verdicts(run())
    assert item.grade == grade(run(), item.identity, item.threat, proof=False)
