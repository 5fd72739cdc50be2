"""A network that was handed in, judged by itself: each word on each side of its threshold."""

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from core.attacks import approach, facts
from core.judgement.next_step import written
from core.judgement.rule import FAIL, INCONCLUSIVE, NOT_RELIABLE, PASS
from core.judgement.verdicts import verdicts
from core.model.judged import Criterion
from tests import model

MINE = {"defense": "given", "defense_params": {"file": "mine.keras"}}
SUBJECT = {"defense": "given", "params": {"file": "mine.keras"}}
PGD = {"attack": "pgd", "attack_params": {"eps": 0.2, "loss": "margin", "targeted": False}}
DECISION = {"attack": "decision", "attack_params": {"norm": "linf", "targeted": False}}
LINF = {"distance": "linf"}
RIGHT = Criterion(metric="robust_accuracy", at_least=0.5, distance="linf", eps=0.2)


def found(attack, result="pass"):
    return model.check("planted_found", {**SUBJECT, **attack}, result)


def evaluated(
    kept=(0.9, 0.8, 0.95),
    attacks=((PGD, 0.2), (DECISION, None)),
    samples=100,
    checks=None,
    about=MINE,
    **more,
):
    """One network under attacks in Linf. Args: kept: robust accuracy with its interval."""
    value, low, high = kept
    rows = [
        model.row(**about, **LINF, **attack, budget=budget, samples=samples, inputs=samples)
        for attack, budget in attacks
    ]
    within = model.within(**about, budget=0.2, robust_accuracy=value, low=low, high=high)
    checks = [found(attack) for attack, _ in attacks] if checks is None else checks
    parts = {
        "summary": rows,
        "within_budget": [within],
        "criteria": [RIGHT.model_dump(mode="json")],
        "diagnostics": checks,
    }
    return model.results(**{**parts, **more})


def word(results):
    (found,) = verdicts(results)
    return found.verdict


def test_one_network_passes_for_itself_where_enough_was_tried():
    (made,) = verdicts(evaluated())
    assert made.verdict == PASS
    assert made.reason.startswith("Withstood these attacks")
    assert "three that were trained separately" in made.next_step


def test_its_grade_says_that_it_is_one_network():
    (made,) = verdicts(evaluated())
    assert (made.grade.letter, made.grade.settings) == ("C", {})
    assert "3 networks that were trained separately" in made.grade.line


def test_a_network_that_was_trained_for_the_run_still_needs_three():
    trained = {"defense": "adversarial-training", "defense_params": {"eps": 0.2}}
    (made,) = verdicts(evaluated(about=trained))
    assert (made.verdict, made.next_step) == (INCONCLUSIVE, "")
    assert "3 are needed" in made.reason


@pytest.mark.parametrize(
    ("low", "expected"), [(0.5, PASS), (0.4999, INCONCLUSIVE)], ids=["on it", "under it"]
)
def test_it_passes_from_where_the_whole_interval_clears(low, expected):
    assert word(evaluated(kept=(0.6, low, 0.7))) == expected


@pytest.mark.parametrize(("high", "expected"), [(0.4999, FAIL), (0.5, INCONCLUSIVE)])
def test_it_fails_from_where_the_whole_interval_misses(high, expected):
    assert word(evaluated(kept=(0.4, 0.3, high))) == expected


@pytest.mark.parametrize(
    ("change", "needs", "adds"),
    [
        ({"attacks": ((PGD, 0.2),)}, "search without gradients", "--attack decision:norm=linf"),
        ({"samples": 99}, "attack 100 samples", ""),
        ({"checks": []}, "plant examples", ""),
        ({"checks": [found(PGD, "not run")]}, "plant examples", ""),
    ],
)
def test_a_number_that_clears_is_not_enough_where_little_was_tried(change, needs, adds):
    (made,) = verdicts(evaluated(**change))
    assert made.verdict == INCONCLUSIVE
    assert needs in made.reason
    assert needs in made.next_step
    assert adds in made.next_step
    assert ("extend r-test" in made.next_step) == bool(adds)


def test_two_attacks_of_one_way_to_search_are_one():
    bim = {"attack": "bim", "attack_params": PGD["attack_params"]}
    (made,) = verdicts(evaluated(attacks=((PGD, 0.2), (bim, 0.2))))
    assert made.verdict == INCONCLUSIVE
    assert "another way" in made.next_step


def test_a_blind_attack_carries_nothing():
    blind = [found(PGD, "fail"), found(DECISION, "fail")]
    (made,) = verdicts(evaluated(checks=blind))
    assert made.verdict == NOT_RELIABLE
    assert "pgd on the margin" in made.next_step
    assert word(evaluated(checks=[found(PGD, "fail"), found(DECISION)])) == INCONCLUSIVE


def test_weak_attacks_alone_are_not_reliable():
    weak = {"attack": "pgd", "attack_params": {**PGD["attack_params"], "loss": "probability"}}
    assert word(evaluated(attacks=((weak, 0.2),))) == NOT_RELIABLE


def test_an_incomplete_run_does_not_pass_and_says_how_to_go_on():
    (made,) = verdicts(evaluated(incomplete=["decision: failed"]))
    assert made.verdict == INCONCLUSIVE
    assert "resume r-test" in made.next_step


def test_a_failed_check_of_the_network_comes_before_any_number_that_clears():
    alarm = model.check("network_trained", SUBJECT)
    (made,) = verdicts(evaluated(checks=[alarm, found(PGD), found(DECISION)]))
    assert made.verdict == NOT_RELIABLE
    assert "failed check" in made.next_step
    (made,) = verdicts(evaluated(kept=(0.1, 0.0, 0.2), checks=[alarm]))
    assert made.verdict == FAIL
    assert "failed check" in made.next_step


def test_after_a_fail_the_radius_stands_within_which_half_fall():
    near = model.closest(**MINE, **LINF, median=0.07, median_low=0.06, median_high=0.08)
    (made,) = verdicts(evaluated(kept=(0.1, 0.0, 0.2), closest=[near]))
    assert "within L∞\u00a00.07" in made.next_step
    far = near.model_copy(update={"median": None})
    (made,) = verdicts(evaluated(kept=(0.1, 0.0, 0.2), closest=[far]))
    assert "Half of" not in made.next_step


def test_what_is_wrong_without_an_attack_is_not_the_work_of_one():
    nothing = model.within(**MINE, budget=0.2, robust_accuracy=0.1, low=0.0, high=0.2, attacks=[])
    (made,) = verdicts(evaluated(within_budget=[nothing]))
    assert made.verdict == FAIL
    assert "without any attack" in made.reason
    assert "An attack that works" not in made.reason
    (made,) = verdicts(evaluated(kept=(0.1, 0.0, 0.2)))
    assert "An attack that works" in made.reason


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        # The lower end lies 0.1 below the value, the value 0.05 above the bound: four times.
        ((0.55, 0.45, 0.65), "about 400 would decide"),
        ((0.45, 0.35, 0.55), "about 400 would decide"),
        ((0.5, 0.4, 0.6), "no number of samples"),
    ],
)
def test_how_many_samples_would_decide(kept, said):
    (made,) = verdicts(evaluated(kept=kept))
    assert made.verdict == INCONCLUSIVE
    assert said in made.next_step
    assert "hold" not in made.next_step  # the data have 500


def test_more_samples_than_the_data_hold_are_named_as_such():
    (made,) = verdicts(evaluated(kept=(0.53, 0.43, 0.63)))
    assert "about 1,200 would decide" in made.next_step
    assert "hold 500" in made.next_step


def test_a_gain_over_a_given_reference_keeps_asking_for_three():
    closest = {"rho_increase": 2.0, "rho_increase_low": 1.8, "rho_increase_high": 2.2}
    gain = Criterion(metric="rho_increase", at_least=0.5, distance="l0")
    run = model.results(
        criteria=[gain.model_dump(mode="json")],
        summary=[model.row(), model.row(**MINE)],
        closest=[model.closest(), model.closest(**MINE, **closest)],
    )
    (made,) = verdicts(run)
    assert (made.verdict, made.next_step) == (INCONCLUSIVE, "")


def test_clean_accuracy_of_one_network_needs_no_attack():
    accuracy = Criterion(metric="accuracy", at_least=0.9)
    network = model.network(**SUBJECT, accuracy_low=0.95)
    criteria = [accuracy.model_dump(mode="json")]
    assert word(evaluated(criteria=criteria, networks=[network])) == PASS


def test_an_attack_is_written_as_the_command_line_reads_it():
    one = {"name": "cw-l2", "targeted": False, "norm": "l2"}
    assert written(one) == "cw-l2:targeted=false,norm=l2"
    assert written({"name": "jsma-logf"}) == "jsma-logf"


ATTACKS = {
    "pgd": (PGD, 0.2),
    "blunt": ({"attack": "pgd", "attack_params": {**PGD["attack_params"], "loss": "logit"}}, 0.2),
    "weak": ({"attack": "bim", "attack_params": {"eps": 0.2, "loss": "probability"}}, 0.2),
    "one step": ({"attack": "fgsm", "attack_params": PGD["attack_params"]}, 0.2),
    "noise": ({"attack": "noise", "attack_params": {"eps": 0.2}}, 0.2),
    "decision": (DECISION, None),
    "transfer": ({"attack": "transfer", "attack_params": {"eps": 0.2}}, 0.2),
}


@st.composite
def runs(draw):
    names = draw(st.lists(st.sampled_from(list(ATTACKS)), min_size=1, max_size=5, unique=True))
    kept = draw(st.sampled_from((0.1, 0.5, 0.9, 0.9)))
    checks = [
        found(ATTACKS[name][0], draw(st.sampled_from(("pass", "pass", "fail", "not run"))))
        for name in names
    ]
    return evaluated(
        kept=(kept, kept - 0.05, kept + 0.05),
        attacks=tuple(ATTACKS[name] for name in names),
        samples=draw(st.sampled_from((10, 100, 100))),
        checks=checks,
        incomplete=draw(st.sampled_from(((), (), ("a step: failed",)))),
    )


@settings(deadline=None, max_examples=400)
@given(runs())
def test_whatever_ran_a_pass_has_what_stands_in_place_of_seeds(results):
    (made,) = verdicts(results)
    assert made.next_step
    if made.verdict != PASS:
        return
    seeing = {
        check.subject.setting: check.result
        for check in results.diagnostics
        if check.check == "planted_found"
    }
    counted = [
        row
        for row in results.summary
        if row.attack_params.get("loss") != "probability"
        and row.attack not in ("fgsm", "noise", "transfer")
        and seeing[row.setting] != "fail"
    ]
    assert not results.provenance.incomplete
    assert max(row.samples for row in counted) >= 100
    assert len({approach(row.attack) for row in counted}) > 1
    assert any(facts(row.attack).gradient_free for row in counted)
    assert any(seeing[row.setting] == "pass" for row in counted)


def test_each_word_is_among_such_runs():
    for name in (PASS, FAIL, NOT_RELIABLE, INCONCLUSIVE):
        find(runs(), lambda made, name=name: verdicts(made)[0].verdict == name)
