"""A network that was handed in and stands by itself: what its report says, and what it may not."""

import re

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from core.judgement.verdicts import verdicts
from core.model.identity import NetworkId
from reports.document import document, drawings
from reports.prose import alone, counted, findings
from reports.sections import (
    accuracy,
    checks,
    departures,
    glossary,
    limitations,
    method,
    published,
    sections,
    verdict,
)
from reports.sections.statement import statement
from tests import model
from tests.reports import family
from tests.reports.test_family import drawn_once, pointed_at, read

MINE = {"defense": "given", "defense_params": {"file": "mine.keras"}}
SUBJECT = {"defense": "given", "params": {"file": "mine.keras"}}
PGD = {
    "attack": "pgd",
    "attack_params": {"eps": 0.25, "loss": "margin", "targeted": False},
    "distance": "linf",
    "budget": 0.25,
    "rho": None,
    "rho_low": None,
    "rho_high": None,
}
SPEC = {"defenses": [{"name": "given"}], "criteria": None}
ABSENT = re.compile(
    r"undefended|defen[cds]|distill|baseline|without the|a gain|\bcontrol\b", re.IGNORECASE
)
"""Words about what is not there."""
ALLOWED = (
    "Distillation as a Defense to Adversarial Perturbations",  # the source of jsma-f
)


def run(closest=(), within=(), **more):
    """One network under JSMA and PGD."""
    parts = {
        "networks": [model.network(**SUBJECT)],
        "summary": [model.row(**MINE), model.row(**MINE, **PGD)],
        "closest": list(closest),
        "within_budget": list(within),
        "spec": SPEC,
    }
    made = model.results(**{**parts, **more})
    return made.model_copy(update={"verdicts": verdicts(made)})


def near(**more):
    known = {"median": 14.0, "median_low": 12.0, "median_high": 16.0, "samples": 97, **more}
    return model.closest(**MINE, **known)


def test_the_report_begins_with_what_an_attacker_needs():
    found = findings.find(run([near()], [model.within(**MINE, robust_accuracy=0.04)]))
    assert (
        found.headline
        == "An attacker needs at most 14 of 784 features to change what this network says."
    )
    assert "Half of the 97 samples that it gets right" in found.evidence
    assert "(95 %: 12 to 16)" in found.evidence
    assert "within L∞\u00a00.25 4.00\u00a0% [40.0, 60.0] of 100 samples" in found.evidence
    assert "right in 96.7\u00a0% [95.0, 98.0] of clean test samples" in found.evidence


def test_each_number_of_it_is_the_one_that_was_measured():
    changed = near(median=30.0, median_low=21.0, median_high=None, samples=41)
    found = findings.find(run([changed]))
    assert "needs at most 30 of 784 features" in found.headline
    assert "Half of the 41 samples" in found.evidence
    assert "(95 %: 21 to more than 112)" in found.evidence


@pytest.mark.parametrize(
    ("median", "begins"),
    [
        (112.0, "An attacker needs at most 112 of 784"),
        (None, "An attacker needs another attack than these, or more than 112 features"),
    ],
)
def test_where_fewer_than_half_were_moved_no_distance_is_said_to_be_enough(median, begins):
    found = findings.find(run([near(median=median, median_high=None, censored=0.6)]))
    assert found.headline.startswith(begins)
    if median is None:
        assert "they moved about 40 of 100 inputs" in found.headline
        assert "Half of them lie at 12 of 784 features or more" in found.evidence


def test_blind_attacks_say_nothing_of_what_an_attacker_needs():
    row = model.row(**MINE)
    subject = {**SUBJECT, "attack": row.attack, "attack_params": row.attack_params}
    few = near(median=None, median_high=None, censored=0.6)
    for result, closest, blind in (
        ("fail", few, True),
        ("pass", few, False),
        # What an attack did find is enough, whatever it misses elsewhere.
        ("fail", near(), False),
    ):
        check = model.check("planted_found", subject, result)
        found = findings.find(run([closest], diagnostics=[check]))
        assert ("blind" in found.headline) is blind


def test_a_network_near_chance_is_not_said_to_be_weak():
    network = model.network(**SUBJECT, accuracy=0.12, trained=False)
    found = findings.find(run([near()], networks=[network]))
    assert "right in 12.0\u00a0%" in found.headline
    assert "near chance" in found.headline
    assert "scale" in found.evidence


def test_attacks_inside_a_ball_alone_tell_how_many_inputs_fall_within_it():
    ball = model.row(**MINE, **PGD, censored=0.25)
    found = findings.find(run(summary=[ball]))
    assert found.headline == (
        "For about 75 of 100 inputs an attacker needs no more than L∞\u00a00.25 to change what this"
        " network says."
    )


def test_without_an_attack_nothing_is_claimed():
    assert findings.find(run(summary=[])).headline == "No attack has finished yet."


def test_of_several_networks_the_one_that_gives_in_first_is_named():
    other = {"defense": "given", "defense_params": {"file": "other.keras"}}
    rows = [model.row(**MINE), model.row(**other)]
    weaker = model.closest(**other, median=8.0, median_low=6.0, median_high=9.0)
    found = findings.find(run([near(), weaker], summary=rows))
    assert "needs at most 8 of 784 features" in found.headline
    assert "other.keras" in found.headline


def test_a_run_with_anything_else_in_it_is_no_run_of_its_own():
    assert alone.alone(run())
    for name in ("none", "distillation", "scaled-logits"):
        spec = {**SPEC, "defenses": [{"name": "given"}, {"name": name}]}
        assert not alone.alone(run(spec=spec))
    assert not alone.alone(model.results())


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ((0.04, 0.01, 0.1), "it does not reach what was asked."),
        ((0.5, 0.4, 0.6), "it is undecided."),
    ],
)
def test_the_statement_is_about_a_network_and_not_about_a_defence(kept, said):
    value, low, high = kept
    entry = model.within(**MINE, robust_accuracy=value, low=low, high=high)
    ball = model.row(**MINE, **PGD)
    told = statement(run(within=[entry], summary=[ball]))
    assert told == f"Within L∞\u00a00.25, any wrong class: {said}"


def test_what_to_do_next_stands_beside_each_verdict_and_the_grade_once():
    entries = [
        model.within(**MINE, robust_accuracy=0.04, low=0.01, high=0.1),
        model.within(**MINE, distance="l0", budget=112, robust_accuracy=0.0, low=0.0, high=0.04),
    ]
    groups = verdict.groups(run([near()], entries))
    assert len(groups) == 3
    assert all(one.verdict.next_step for one in groups)
    assert [bool(one.verdict.grade) for one in groups].count(True) == 1
    assert verdict.seeds_to_pass(run([near()], entries)) == ""


def test_a_number_that_clears_is_not_said_to_want_seeds():
    entry = model.within(**MINE, robust_accuracy=0.9, low=0.85, high=0.95)
    made = run(within=[entry], summary=[model.row(**MINE, **PGD)])
    (found,) = verdict.verdicts(made)
    assert found.word == "INCONCLUSIVE"
    assert "too little was tried" in found.sentence
    assert "seed" not in found.sentence


def test_sections_about_defences_and_the_paper_are_not_there():
    lonely = run([near()])
    standing = {one.section.id for one in sections.stand(lonely)}
    assert not standing & {"published", "departures", "differences", "robustness", "elsewhere"}
    assert departures.body(lonely) == ()
    assert published.body(lonely) == ()
    assert limitations.of(lonely) != limitations.LIMITATIONS
    columns = accuracy.ON_TEST_DATA.numbers(lonely).columns
    assert "Change, points" not in columns
    assert method.body(lonely) != method.body(run(spec={"defenses": [{"name": "none"}]}))
    (shown,) = glossary.body(lonely)
    assert "Temperature (T)" not in {one.entry for one in shown.terms}


def test_no_check_asks_for_what_would_not_be_about_this_network():
    assert "defence" not in " ".join(checks.ASKS.values())


ALONE = settings(
    max_examples=12,
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def by_itself(results):
    """Of a run of any kind what belongs to the network that was handed in."""
    mine = NetworkId.of("given", {}, None)

    nothing = dict.fromkeys(("rho_increase", "rho_increase_low", "rho_increase_high"))

    def kept(entries):
        """Without a gain: there is nothing to compare with."""
        mine_alone = [one for one in entries if one.identity == mine]
        return [
            one.model_copy(update=nothing) if hasattr(one, "rho_increase") else one
            for one in mine_alone
        ]

    parts = (
        *("summary", "closest", "within_budget", "curves", "matrices", "detection", "planted"),
        "gallery",
    )
    provenance = results.provenance.model_copy(
        update={
            "networks": kept(results.provenance.networks),
            "incomplete": ["pgd on given: failed"] if results.provenance.incomplete else [],
        }
    )
    spec = {**results.spec, "defenses": [{"name": "given"}]}
    made = results.model_copy(
        update={
            **{name: kept(getattr(results, name)) for name in parts},
            "diagnostics": [one for one in results.diagnostics if one.subject.identity == mine],
            "differences": [],
            "provenance": provenance,
            "spec": {**spec, "criteria": None},
        }
    )
    return made.model_copy(update={"verdicts": verdicts(made)})


@ALONE
@given(family.results())
def test_nothing_speaks_of_a_defence_whatever_such_a_run_found(results):
    lonely = by_itself(results)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drawings, "variants", drawn_once)
        page = document.render(lonely)
    said = f"{pointed_at(page)} {read(page).partition('defenses:')[0]}"
    for text in ALLOWED:
        said = said.replace(text, "")
    assert not ABSENT.findall(said), [
        said[max(0, hit.start() - 60) : hit.end() + 60] for hit in ABSENT.finditer(said)
    ]


def test_what_somebody_asked_names_its_threat_model_and_not_clean_samples():
    asked = {"metric": "robust_accuracy", "at_least": 0.5, "distance": "linf", "eps": 0.1}
    (said,) = verdict.asked(run(spec={**SPEC, "criteria": [asked]}))
    assert "(within L∞\u00a00.1, any wrong class)" in said


def test_inputs_of_an_attack_on_a_part_of_them_are_not_called_another_network():
    few = model.row(**MINE, **PGD, samples=48, inputs=48, misclassified=2)
    made = run(summary=[model.row(**MINE, misclassified=5), few])
    assert counted.beside(made.summary) == (
        "Misclassified without an attack, and so not attacked, were 5."
    )
