"""Verdicts in words: what was asked, what came out, and which attack does not count."""

import pytest

from core.judgement.rule import FAIL, INCONCLUSIVE, NOT_RELIABLE, PASS
from core.model.judged import Criterion
from reports.sections import verdict
from reports.sections import verdicts as verdicts_section
from reports.sections.statement import statement
from tests.reports import changing, derived, full, synthetic
from tests.reports.changing import about, changed, each, first, where

PAPER = (("none", {}, None), ("distillation", {}, 5.0), ("distillation", {}, 20.0))
JSMA = {name: full.ATTACKS[name] for name in ("jsma-f", "jsma-logf")}


def judged(change=lambda results: results, **more):
    """Results of the paper's story after a change, judged again."""
    return full.judged(change(full.build(PAPER, JSMA, **more)))


def set_increase(results, value, half=0.1):
    """Every gain in robustness is this, give or take."""
    return increased(results, lambda entry: True, value, half)


def increased(results, meant, value, half):
    """As `set_increase`, where it is meant."""
    gain = {"rho_increase": value}
    gain |= {"rho_increase_low": value - half, "rho_increase_high": value + half}
    return changed(results, closest=where(results.closest, meant, **gain))


def test_distillation_fails_and_the_papers_attack_does_not_count():
    (group,) = verdict.groups(judged(lambda results: set_increase(results, -0.06)))
    assert (group.verdict.word, group.verdict.mark) == (FAIL, "✕")
    assert "T\u00a0=\u00a05 and 20" in group.names
    assert "no gain over the undefended network was detected (−6\u00a0%" in group.sentence
    assert "asked was at least 50\u00a0% farther than without the defence" in group.sentence
    assert group.verdict.doubt.startswith(
        "jsma-f is blind here: of the examples planted in this network it found none of 100"
    )
    (group,) = verdict.groups(
        judged(lambda results: changed(set_increase(results, -0.06), planted=[]))
    )
    assert group.verdict.doubt.startswith("jsma-f is not reliable here: on about 90 of 100 samples")
    assert "None of the 2 defended networks shows the gain" in statement(
        judged(lambda results: set_increase(results, -0.06))
    )


def test_one_line_for_several_temperatures_says_what_came_out_at_each():
    def spread(results):
        made = set_increase(results, -0.06)
        gain = {"rho_increase": -0.31, "rho_increase_low": -0.4, "rho_increase_high": -0.2}
        return changed(made, closest=where(made.closest, lambda one: one.temperature == 5, **gain))

    (group,) = verdict.groups(judged(spread))
    assert "At T\u00a0=\u00a020: " in group.sentence
    assert group.sentence.endswith("At T\u00a0=\u00a05: −31\u00a0%.")


def test_a_pass_promises_no_more_than_it_can():
    made = judged(lambda results: set_increase(results, 2.0), seeds=(0, 1, 2))
    group = verdict.groups(made)[0]
    assert group.verdict.word == PASS
    assert group.verdict.label == "Withstood these attacks"
    assert "Another attack may still succeed." in group.sentence
    assert "an attacker must go +200\u00a0%" in group.sentence


def test_one_seed_is_said_to_be_too_few_and_wide_intervals_too():
    one_seed = verdict.groups(judged(lambda results: set_increase(results, 2.0)))[0]
    assert one_seed.verdict.word == INCONCLUSIVE
    assert "3 seeds are needed" in one_seed.sentence
    wide = verdict.groups(judged(lambda results: set_increase(results, 0.5, 0.4)))[0]
    assert "too few to decide" in wide.sentence


def test_without_an_adaptive_attack_nothing_is_shown():
    made = set_increase(full.build(PAPER, {"jsma-f": full.ATTACKS["jsma-f"]}), 3.0)
    group = verdict.groups(full.judged(made))[0]
    assert group.verdict.word == NOT_RELIABLE
    assert "add jsma-logf or sigma-zero" in group.sentence


def test_an_incomplete_run_may_not_pass():
    def change(results):
        return changing.provenance(set_increase(results, 2.0), incomplete=["a cell failed"])

    group = verdict.groups(judged(change, seeds=(0, 1, 2)))[0]
    assert group.verdict.word == INCONCLUSIVE
    assert "incomplete" in group.sentence


@pytest.mark.parametrize(
    ("criterion", "words"),
    [
        (
            {"metric": "rho", "at_least": 0.1},
            "go at least 10\u00a0% of the largest distance that exists",
        ),
        ({"metric": "success_rate", "at_most": 0.2}, "At most 20\u00a0% of attacks may succeed"),
        ({"metric": "accuracy", "at_least": 0.9}, "right in at least 90\u00a0% of clean"),
        ({"metric": "success_rate", "at_most": 0.2, "attack": "jsma-f"}, "under jsma-f"),
    ],
)
def test_every_criterion_has_plain_words_and_names_who_set_it(criterion, words):
    asks = {"at_least": None, **criterion, "set_by": "the bank"}
    made = judged(criteria=(changed(full.CRITERION, **asks),))
    (asked,) = verdict.asked(made)
    assert words in asked
    assert asked.endswith("(Set by the bank.)")
    assert all(one.sentence for one in verdict.verdicts(made))


def test_the_default_criterion_is_named_as_nobodys():
    assert "nobody set it" in verdict.asked(judged())[0]


def test_without_criteria_the_page_says_what_it_can():
    assert "no verdict" in statement(synthetic.paper_like())
    assert "nothing to judge" in statement(synthetic.empty())
    undefended = synthetic.only({"jsma-f"}, lambda defense, _: defense == "none")
    assert "no defence to judge" in statement(undefended)
    assert verdict.groups(synthetic.paper_like()) == ()
    assert verdicts_section.table(synthetic.paper_like()) is None


def test_the_worst_stands_first_and_the_broken_network_is_no_candidate():
    made = full.build((*PAPER, ("scaled-logits", {"factor": 100.0}, None)), JSMA)
    made = increased(made, lambda one: one.temperature == 20, -0.1, 0.05)
    made = full.judged(increased(made, lambda one: one.temperature != 20, 0.6, 0.05))
    groups = verdict.groups(made)
    assert [group.verdict.word for group in groups] == [FAIL, INCONCLUSIVE]
    assert not any("broken" in group.names for group in groups)
    assert any("broken" in row[0] for row in verdicts_section.table(made).rows)


def test_an_attack_that_a_broken_network_misled_is_named_once():
    made = judged()
    check = made.diagnostics[0]
    subject = changed(check.subject, defense="scaled-logits", attack="jsma-f")
    check = changed(check, check="broken_network_found", result="fail", subject=subject)
    made = changed(made, diagnostics=[*made.diagnostics, check])
    assert verdict.misled(made).startswith("jsma-f called a network robust that was broken")
    assert verdict.misled(judged()) == ""


def test_a_criterion_that_is_none_keeps_the_technical_reason():
    made = judged()
    criterion = Criterion(metric="nonsense")
    ruled = first(made.verdicts, criterion=criterion, reason="as it was")
    made = changing.spec(changed(made, verdicts=ruled), criteria="nonsense")
    assert any(one.sentence == "as it was" for one in verdict.verdicts(made))
    assert verdict.asked(made) == ()


def test_a_run_whose_defence_did_not_finish_says_so_and_judges_only_its_control():
    networks = (("none", {}, None), ("temperature", {}, 20.0))
    made = full.build(networks, JSMA)
    asked = [{"name": "none"}, {"name": "distillation"}, {"name": "temperature"}]
    made = changing.spec(made, defenses=asked)
    made = full.judged(changing.provenance(made, incomplete=["distillation did not finish"]))
    assert statement(made) == "Distillation did not finish: there is only a reference."
    (group,) = verdict.groups(made)
    assert group.verdict.label == "Reference, not judged"
    made = changing.provenance(made, incomplete=[])
    assert "no defence was proposed" in statement(made)


def test_that_a_pass_needs_three_seeds_stands_where_the_run_has_fewer():
    assert "3 seeds; this run has one" in verdict.seeds_to_pass(judged())
    assert verdict.seeds_to_pass(judged(seeds=(0, 1, 2))) == ""


def test_of_attacks_that_are_equally_blind_the_papers_is_named():
    made = full.everything()
    at_20 = {"defense": "distillation", "temperature": 20.0}

    def blind(row):
        return about(row, **at_20) and row.attack in ("fgsm", "jsma-f")

    rows = where(made.summary, blind, zero_gradient_samples=1.0)
    found = [derived.check(row, "zero_gradients", 1.0, "blind") for row in rows if blind(row)]
    made = changed(made, summary=rows, diagnostics=[*made.diagnostics, *found], planted=[])
    name = "Distillation, T\u00a0=\u00a020"
    one = next(one for one in verdict.verdicts(made) if one.defense == name)
    assert one.doubt.startswith("jsma-f is not reliable here: on all samples")


def test_the_answer_is_a_mark_and_a_tone_for_all_defences_at_once():
    fails = judged(lambda results: set_increase(results, -0.06))
    assert verdict.answer(fails) == verdict.Answer("✕", "doubt")
    mixed = changed(fails, verdicts=first(fails.verdicts, verdict=PASS))
    assert verdict.answer(mixed) == verdict.Answer("?", "neutral")
    mixed = changed(fails, verdicts=each(fails.verdicts, verdict=PASS))
    assert verdict.answer(mixed) == verdict.Answer("✓", "hold")


def test_a_control_alone_gives_no_answer():
    made = judged(lambda results: set_increase(results, -0.06))
    made = changed(made, verdicts=each(made.verdicts, defense="temperature"))
    assert verdict.answer(made) is None
