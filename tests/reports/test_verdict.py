"""Verdicts in words: what was asked, what came out, and which attack does not count."""

import copy

import pytest

from core.judgement.verdicts import FAIL, INCONCLUSIVE, NOT_RELIABLE, PASS, verdicts
from reports.sections import verdict
from reports.sections import verdicts as verdicts_section
from tests.reports import full, synthetic
from tests.reports.typed import typed

PAPER = (("none", {}, None), ("distillation", {}, 5.0), ("distillation", {}, 20.0))
JSMA = {name: full.ATTACKS[name] for name in ("jsma-f", "jsma-logf")}


def judged(change=lambda results: None, **more):
    """Results of the paper's story after a change, judged again."""
    made = full.build(PAPER, JSMA, **more)
    change(made)
    judge(made)
    return made


def judge(made):
    """Verdicts anew, by what the numbers are now."""
    found = verdicts(typed({**made, "verdicts": []}))
    made["verdicts"] = [one.model_dump(mode="json") for one in found]


def set_increase(results, value, half=0.1):
    """Every gain in robustness is this, give or take."""
    for entry in results["closest"]:
        entry |= {"rho_increase": value}
        entry |= {"rho_increase_low": value - half, "rho_increase_high": value + half}


def test_distillation_fails_and_the_papers_attack_does_not_count():
    (group,) = verdict.groups(typed(judged(lambda results: set_increase(results, -0.06))))
    assert (group.verdict.word, group.verdict.mark) == (FAIL, "✕")
    assert "T\u00a0=\u00a05 and 20" in group.names
    assert "no gain over the undefended network was detected (−6\u00a0%" in group.sentence
    assert "asked was at least 50\u00a0% farther than without the defence" in group.sentence
    assert group.verdict.doubt.startswith("jsma-f is not reliable here: on about 90 of 100 samples")
    assert "None of the 2 defended networks" in verdict.statement(
        typed(judged(lambda results: set_increase(results, -0.06)))
    )


def test_one_line_for_several_temperatures_says_what_came_out_at_each():
    def spread(results):
        set_increase(results, -0.06)
        for entry in results["closest"]:
            if entry["temperature"] == 5:
                entry |= {
                    "rho_increase": -0.31,
                    "rho_increase_low": -0.4,
                    "rho_increase_high": -0.2,
                }

    (group,) = verdict.groups(typed(judged(spread)))
    assert "At T\u00a0=\u00a020: " in group.sentence
    assert group.sentence.endswith("At T\u00a0=\u00a05: −31\u00a0%.")


def test_a_pass_promises_no_more_than_it_can():
    made = judged(lambda results: set_increase(results, 2.0), seeds=(0, 1, 2))
    group = verdict.groups(typed(made))[0]
    assert group.verdict.word == PASS
    assert group.verdict.label == "Withstood these attacks"
    assert "Another attack may still succeed." in group.sentence
    assert "an attacker must go +200\u00a0%" in group.sentence


def test_one_seed_is_said_to_be_too_few_and_wide_intervals_too():
    one_seed = verdict.groups(typed(judged(lambda results: set_increase(results, 2.0))))[0]
    assert one_seed.verdict.word == INCONCLUSIVE
    assert "3 seeds are needed" in one_seed.sentence
    wide = verdict.groups(typed(judged(lambda results: set_increase(results, 0.5, 0.4))))[0]
    assert "too few to decide" in wide.sentence


def test_without_an_adaptive_attack_nothing_is_shown():
    made = full.build(PAPER, {"jsma-f": full.ATTACKS["jsma-f"]})
    set_increase(made, 3.0)
    judge(made)
    group = verdict.groups(typed(made))[0]
    assert group.verdict.word == NOT_RELIABLE
    assert "add jsma-logf, pgd or cw-l2" in group.sentence


def test_an_incomplete_run_may_not_pass():
    def change(results):
        set_increase(results, 2.0)
        results["provenance"]["incomplete"] = ["a cell failed"]

    group = verdict.groups(typed(judged(change, seeds=(0, 1, 2))))[0]
    assert group.verdict.word == INCONCLUSIVE
    assert "incomplete" in group.sentence


@pytest.mark.parametrize(
    ("criterion", "words"),
    [
        ({"metric": "rho", "at_least": 0.1}, "change at least 10\u00a0% of what can be changed"),
        ({"metric": "success_rate", "at_most": 0.2}, "At most 20\u00a0% of attacks may succeed"),
        ({"metric": "accuracy", "at_least": 0.9}, "right in at least 90\u00a0% of clean"),
        ({"metric": "success_rate", "at_most": 0.2, "attack": "jsma-f"}, "under jsma-f"),
    ],
)
def test_every_criterion_has_plain_words_and_names_who_set_it(criterion, words):
    criterion = {**full.CRITERION, "at_least": None, **criterion, "set_by": "the bank"}
    made = judged(criteria=(criterion,))
    (asked,) = verdict.asked(typed(made))
    assert words in asked
    assert asked.endswith("(Set by the bank.)")
    assert all(one.sentence for one in verdict.verdicts(typed(made)))


def test_the_default_criterion_is_named_as_nobodys():
    assert "nobody set it" in verdict.asked(typed(judged()))[0]


def test_without_criteria_the_page_says_what_it_can():
    assert "no verdict" in verdict.statement(typed(synthetic.paper_like()))
    assert "nothing to judge" in verdict.statement(typed(synthetic.empty()))
    undefended = synthetic.only({"jsma-f"}, lambda defense, _: defense == "none")
    assert "no defence to judge" in verdict.statement(typed(undefended))
    assert verdict.groups(typed(synthetic.paper_like())) == ()
    assert verdicts_section.table(typed(synthetic.paper_like())) is None


def test_the_worst_stands_first_and_the_broken_network_is_no_candidate():
    made = full.build((*PAPER, ("scaled-logits", {"factor": 100.0}, None)), JSMA)
    for entry in made["closest"]:
        gain = -0.1 if entry["temperature"] == 20 else 0.6
        entry |= {"rho_increase": gain}
        entry |= {"rho_increase_low": gain - 0.05, "rho_increase_high": gain + 0.05}
    judge(made)
    groups = verdict.groups(typed(made))
    assert [group.verdict.word for group in groups] == [FAIL, INCONCLUSIVE]
    assert not any("broken" in group.names for group in groups)
    assert any("broken" in row[0] for row in verdicts_section.table(typed(made)).rows)


def test_an_attack_that_a_broken_network_misled_is_named_once():
    made = judged()
    check = copy.deepcopy(made["diagnostics"][0])
    check |= {"check": "broken_network_found", "result": "fail"}
    check["subject"] |= {"defense": "scaled-logits", "attack": "jsma-f"}
    made["diagnostics"].append(check)
    assert verdict.misled(typed(made)).startswith("jsma-f called a network robust that was broken")
    assert verdict.misled(typed(judged())) == ""


def test_a_criterion_that_is_none_keeps_the_technical_reason():
    made = judged()
    made["verdicts"][0] |= {"criterion": {"metric": "nonsense"}, "reason": "as it was"}
    made["spec"]["criteria"] = "nonsense"
    assert any(one.sentence == "as it was" for one in verdict.verdicts(typed(made)))
    assert verdict.asked(typed(made)) == ()


def test_a_run_whose_defence_did_not_finish_says_so_and_judges_only_its_control():
    networks = (("none", {}, None), ("temperature", {}, 20.0))
    made = full.build(networks, JSMA)
    made["spec"]["defenses"] = [{"name": "none"}, {"name": "distillation"}, {"name": "temperature"}]
    made["provenance"]["incomplete"] = ["distillation did not finish"]
    judge(made)
    assert (
        verdict.statement(typed(made))
        == "Distillation did not finish: only the control could be judged."
    )
    (group,) = verdict.groups(typed(made))
    assert group.verdict.label.endswith("(control)")
    made["provenance"]["incomplete"] = []
    assert "no defence was proposed" in verdict.statement(typed(made))


def test_that_a_pass_needs_three_seeds_stands_where_the_run_has_fewer():
    assert "3 seeds; this run has one" in verdict.seeds_to_pass(typed(judged()))
    assert verdict.seeds_to_pass(typed(judged(seeds=(0, 1, 2)))) == ""


def test_of_attacks_that_are_equally_blind_the_papers_is_named():
    made = full.everything()
    at_20 = {"defense": "distillation", "temperature": 20.0}
    rows = [r for r in made["summary"] if {k: r[k] for k in at_20} == at_20]
    for row in rows:
        if row["attack"] in ("fgsm", "jsma-f"):
            row["zero_gradient_samples"] = 1.0
            made["diagnostics"].append(
                {
                    "check": "zero_gradients",
                    "subject": {**row, "params": row["defense_params"]},
                    "result": "fail",
                    "number": 1.0,
                    "sentence": "blind",
                }
            )
    name = "Distillation, T\u00a0=\u00a020"
    (one,) = [one for one in verdict.verdicts(typed(made)) if one.defense == name]
    assert one.doubt.startswith("jsma-f is not reliable here: on all samples")


def test_the_answer_is_a_mark_and_a_tone_for_all_defences_at_once():
    fails = judged(lambda results: set_increase(results, -0.06))
    assert verdict.answer(typed(fails)) == verdict.Answer("✕", "doubt")
    mixed = copy.deepcopy(fails)
    mixed["verdicts"][0]["verdict"] = PASS
    assert verdict.answer(typed(mixed)) == verdict.Answer("?", "neutral")
    for item in mixed["verdicts"]:
        item["verdict"] = PASS
    assert verdict.answer(typed(mixed)) == verdict.Answer("✓", "hold")


def test_a_control_alone_gives_no_answer():
    made = judged(lambda results: set_increase(results, -0.06))
    for item in made["verdicts"]:
        item["defense"] = "temperature"
    assert verdict.answer(typed(made)) is None
