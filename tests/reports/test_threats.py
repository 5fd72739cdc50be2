"""Threat models in words, and what a report says of each: pairs that differ in one thing only."""

import pytest

from core.model.judged import Criterion, Grade, ThreatModel
from core.wording import Scale
from reports.compare import side_by_side
from reports.prose import threats
from reports.sections import verdict
from reports.sections import verdicts as verdicts_section
from reports.sections.statement import statement
from tests.reports import changing, full
from tests.reports.changing import changed, each, first

PAPER = (("none", {}, None), ("distillation", {}, 5.0), ("distillation", {}, 20.0))
GAIN = Criterion(metric="rho_increase", at_least=0.5, distance="l0", goal="untargeted")
RIGHT = Criterion(
    metric="robust_accuracy", at_least=0.5, distance="linf", eps=0.2, goal="untargeted"
)


@pytest.mark.parametrize(
    ("threat", "said"),
    [
        (None, ""),
        (ThreatModel(), "clean samples"),
        (ThreatModel(distance="l0", goal="untargeted"), "L0, nearest wrong class"),
        (
            ThreatModel(distance="l0", eps=112, goal="targeted"),
            "within 112 features (L0), a chosen class",
        ),
        (
            ThreatModel(distance="linf", eps=0.2, goal="untargeted"),
            "within L∞ 0.2 (51 of 0 to 255), any wrong class",
        ),
        (
            ThreatModel(distance="l2", goal="untargeted", knowledge="black-box"),
            "L2, nearest wrong class, black box",
        ),
        (ThreatModel(goal="untargeted", knowledge="white-box"), "nearest wrong class, white box"),
    ],
)
def test_a_threat_model_is_half_a_sentence(threat, said):
    assert threats.named(threat, Scale(0, 255)).replace("\u00a0", " ") == said


def run(*verdicts):
    """The paper's story with these words, proofs and criteria for T = 5 and 20."""
    made = full.judged(full.build(PAPER, {"jsma-logf": full.ATTACKS["jsma-logf"]}))
    items = [
        changed(item, verdict=word, proof=proof, criterion=asked, threat=asked.threat)
        for word, proof, asked in verdicts
        for item in made.verdicts
    ]
    return changed(made, verdicts=items)


@pytest.mark.parametrize(
    ("word", "proof", "asked", "label", "said"),
    [
        ("FAIL", "", GAIN, "No gain under these attacks", "shows the gain that was asked for"),
        ("FAIL", "Two agree: proof.", GAIN, "Fail", "reaches what was asked of it"),
        ("FAIL", "", RIGHT, "Fail", "reaches what was asked of it"),
        ("PASS", "", RIGHT, "Withstood these attacks", "2 withstood these attacks"),
        ("NOT RELIABLE", "", RIGHT, "Not reliable", "2 cannot be judged reliably"),
    ],
)
def test_a_ratio_of_two_upper_bounds_fails_under_these_attacks_only(
    word, proof, asked, label, said
):
    made = run((word, proof, asked))
    assert {group.verdict.label for group in verdict.groups(made)} == {label}
    assert said in statement(made)


@pytest.mark.parametrize(("low", "label"), [(-0.01, "No gain"), (0.01, "Less gain than asked")])
def test_a_gain_that_is_there_and_too_small_is_not_called_none(low, label):
    made = run(("FAIL", "", GAIN))
    gain = {"rho_increase": 0.1, "rho_increase_low": low, "rho_increase_high": 0.2}
    made = changed(made, closest=each(made.closest, **gain))
    assert {group.verdict.label for group in verdict.groups(made)} == {
        f"{label}{',' if low > 0 else ''} under these attacks"
    }


def test_what_withstands_one_attacker_and_not_another_is_said_in_one_statement():
    made = run(("PASS", "", RIGHT), ("FAIL", "", GAIN))
    assert statement(made).replace("\u00a0", " ") == (
        "Within L∞ 0.2, any wrong class: of 2, 2 withstood these attacks. L0, nearest wrong class:"
        " none of 2 shows the gain that was asked for, under these attacks."
    )
    told = {(group.verdict.word, group.verdict.threat) for group in verdict.groups(made)}
    assert {word for word, _ in told} == {"PASS", "FAIL"}
    assert len({threat for _, threat in told}) == 2


def test_the_grade_stands_beside_each_verdict_on_every_page():
    graded = Grade(letter="C", line="For a B: train 3 seeds.")
    made = run(("PASS", "", RIGHT))
    made = changed(made, verdicts=each(made.verdicts, grade=graded))
    (group,) = verdict.groups(made)
    assert group.verdict.grade == "Evidence: grade C. For a B: train 3 seeds."
    assert group.verdict.grade in verdicts_section.table(made).rows[0]
    better = changed(made, verdicts=first(made.verdicts, grade=changed(graded, letter="B")))
    table = side_by_side.verdicts([made, better])
    assert [row[2:] for row in table.rows] == [
        ("✓ Withstood these attacks (C)", "✓ Withstood these attacks (B)"),
        ("✓ Withstood these attacks (C)", "✓ Withstood these attacks (C)"),
    ]
    assert table.strong == frozenset()  # the grade alone is no changed verdict
    none = changed(made, verdicts=each(made.verdicts, grade=None))
    assert verdict.groups(none)[0].verdict.grade == ""


def test_a_control_has_one_line_and_no_label_of_failure():
    networks = (*PAPER, ("temperature", {}, 20.0))
    made = full.build(networks, {name: full.ATTACKS[name] for name in ("jsma-f", "jsma-logf")})
    made = full.judged(changing.spec(made, criteria=None))
    controls = [one for one in made.verdicts if one.defense == "temperature"]
    assert {one.verdict for one in controls} == {"REFERENCE"}
    assert len(controls) == 2
    shown = [group for group in verdict.groups(made) if "control" in group.names]
    assert [group.verdict.label for group in shown] == ["Reference, not judged"]
    assert "asked" not in shown[0].sentence
