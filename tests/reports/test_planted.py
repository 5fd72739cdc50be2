"""Who finds the hidden example: sentences, figure and table hold what the results say."""

import re

import pytest

from core.attacks.engine.balls import SHRUNK
from core.cells.plant_cell import INNER
from core.judgement.diagnostics.planted import TOO_EASY
from core.planting.readouts import THRESHOLD
from reports.prose import names, planted
from reports.prose.findings import find
from reports.sections import method, verdict
from reports.sections.planted import SECTION
from tests import model
from tests.reports import changing, full
from tests.reports.changing import changed

JSMA = {name: full.ATTACKS[name] for name in ("jsma-f", "jsma-logf")}
NETWORKS = [("none", {}, None), ("distillation", {}, 20.0)]


def results(blind=0, seeing=100, of=100):
    """Where `jsma-f` is blind at T = 20, it found `blind`; all else found `seeing`."""
    made = full.build(NETWORKS, JSMA)
    found = [
        model.planted(row, blind if row.zero_gradient_samples else seeing, of)
        for row in made.summary
    ]
    return changed(made, planted=found)


def plain(text):
    return text.replace("\xa0", " ")


def test_the_line_that_anybody_understands():
    made = results()
    said = (
        "Of examples planted in this network jsma-f (the paper's attack, float32) found none of"
        " 100, jsma-logf (the same attack, no underflow) all 100."
    )
    assert find(made).evidence.endswith(said)
    every = planted.sentence(made, made.summary[0])
    assert every.endswith("every attack that was asked found all 100.")
    fewer = [changed(one, found=97) if one.found == 100 else one for one in made.planted]
    least = planted.sentence(changed(made, planted=fewer), made.summary[0])
    assert least.endswith("every attack that was asked found at least 97 of 100.")


def test_random_draws_are_no_search_and_speak_for_nobody():
    made = results()
    found = [
        changed(one, attack="noise", found=0) if one.found == 0 else one for one in made.planted
    ]
    rows = [changed(row, attack="noise") if row.attack == "jsma-f" else row for row in made.summary]
    checks = [
        changed(check, subject=changed(check.subject, attack="noise"))
        if check.check == "planted_found" and check.subject.attack == "jsma-f"
        else check
        for check in made.diagnostics
    ]
    drawn = changed(made, planted=found, summary=rows, diagnostics=checks)
    said = planted.sentence(drawn, rows[-1])
    assert said.endswith("every attack that was asked found all 100.")


def test_where_no_attack_sees_none_is_believed():
    made = results()
    checks = [
        changed(check, result="fail") if check.check == "planted_found" else check
        for check in made.diagnostics
    ]
    said = planted.sentence(changed(made, diagnostics=checks), made.summary[-1])
    assert "each of jsma-f and jsma-logf found no more than all 100" in said
    assert said.endswith("where it fails here, that is no evidence.")


@pytest.mark.parametrize(
    ("found", "of", "words"),
    [(0, 100, "none of 100"), (1, 100, "1 of 100"), (100, 100, "all 100"), (0, 1, "none of 1")],
)
def test_a_count_in_words(found, of, words):
    assert planted.count(results(blind=found, of=of, seeing=of).planted[2]) == words


def test_the_figure_draws_each_share_with_its_interval():
    made = results(blind=7)
    figure = SECTION.draw(made)
    drawn = sorted(x for trace in figure.data for x in (trace.x or ()) if x is not None)
    shares = sorted(100 * one.share for one in made.planted)
    assert {round(share, 6) for share in shares} <= {round(float(x), 6) for x in drawn}


def test_the_takeaway_names_who_is_blind_and_where():
    assert plain(SECTION.takeaway(results(blind=7))) == (
        "jsma-f is blind on one network. Of the examples planted in “Distillation, T = 20” jsma-f"
        " found 7 of 100."
    )


def test_each_blind_attack_gets_its_own_number_of_networks():
    made = results(blind=7, seeing=7)
    first = made.summary[0]
    hidden = next(check for check in made.diagnostics if check.check == "planted_found")
    blind = [
        (networks, attack)
        for attack, networks in (("jsma-f", made.summary), ("jsma-logf", [first]))
    ]
    checks = [
        changed(
            hidden,
            result="fail",
            subject=changed(
                hidden.subject,
                **{key: getattr(row, key) for key in ("defense", "defense_params", "temperature")},
                attack=attack,
                attack_params=row.attack_params,
            ),
        )
        for networks, attack in blind
        for row in networks
        if row.attack == "jsma-f"
    ]
    said = plain(SECTION.takeaway(changed(made, diagnostics=checks)))
    assert said.startswith("jsma-f is blind on 2 networks and jsma-logf on one network. Of the ")


def test_the_table_has_a_line_for_every_network_and_attack():
    made = results(blind=7)
    rows = SECTION.numbers(made).rows
    assert len(rows) == len(made.planted)
    (blind,) = [row for row in rows if row[-1] == "blind"]
    assert plain(blind[0]) == "Distillation, T = 20"
    assert blind[2] == "7 of 100"
    assert blind[3] == "[2.86, 13.9]"


def test_a_network_without_a_last_layer_gets_its_reason():
    made = results()
    absent = {"of": 0, "found": 0, "low": None, "high": None, "by_chance": None}
    none = [changed(one, **absent, reason="the network ends in tanh") for one in made.planted]
    made = changed(made, planted=none)
    assert SECTION.draw(made) is None
    assert SECTION.takeaway(made) == planted.sentence(made, made.summary[0]) == ""
    assert {row[2] for row in SECTION.numbers(made).rows} == {"not run: the network ends in tanh"}


def test_a_seed_in_which_nothing_could_be_planted_is_said_beside_what_the_others_found():
    made = results()
    some = [changed(one, reason="no point could be told") for one in made.planted]
    rows = SECTION.numbers(changed(made, planted=some)).rows
    assert {row[-1] for row in rows} == {"blind", "not in every seed: no point could be told"}


def test_switched_off_the_report_says_so():
    made = changed(full.build(NETWORKS, JSMA), planted=[])
    assert SECTION.numbers(made) is None
    assert SECTION.body(made) == ()
    (said,) = SECTION.body(changing.spec(made, planted=0))
    assert "No example was planted in this run (planted: 0)." in str(said)


def test_the_doubt_beside_a_verdict_is_what_was_not_found():
    made = results(blind=3)
    item = made.verdicts[0]
    assert verdict._doubt(made, item).startswith(
        "jsma-f is blind here: of the examples planted in this network it found 3 of 100"
    )


def test_the_method_tells_the_numbers_of_the_code():
    told = " ".join(str(block) for block in method.body(results()))
    told = re.search(r"Around a sample.*shows nothing", told)[0]
    for number in (
        f"{INNER} points",
        f"{100 * SHRUNK['linf']:.0f} % (L∞) or {100 * SHRUNK['l2']:.0f} %",
        f"{100 * THRESHOLD:.0f} % of the way",
        f"above {100 * TOO_EASY:.0f} %",
    ):
        assert number in told
    assert SHRUNK["l0"] == SHRUNK["l1"] == SHRUNK["l2"]


@pytest.mark.parametrize("untold", [0, 1])
def test_nothing_is_said_of_a_test_that_could_not_tell(untold):
    made = full.build([("none", {}, None), ("adversarial-training", {}, None)], JSMA)
    checks = [
        changed(check, result="not run" if i < untold else "pass")
        for i, check in enumerate(c for c in made.diagnostics if c.check == "planted_found")
    ]
    made = changed(made, diagnostics=checks)
    takeaway = SECTION.takeaway(made)
    assert ("No attack was blind on any network" in takeaway) == (not untold)
    assert ("in 1 of 4 cases the test was too small or too easy" in takeaway) == bool(untold)
    silent = changed(made, diagnostics=[changed(check, result="not run") for check in checks])
    assert planted.sentence(silent, made.summary[0]) == ""


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("jsma-f", "jsma-f: the paper's attack, float32"),
        ("jsma-z", "jsma-z: JSMA on logits, exact pairs"),
        ("cw-l0", "cw-l0: Carlini and Wagner, fewest features"),
        ("decision", "decision: HopSkipJump, predicted class only"),
    ],
)
def test_a_name_of_somebody_keeps_its_capital_in_a_line(name, said):
    assert names.attack_line(name) == said


@pytest.mark.parametrize(("number", "word"), [(50, "blind"), (51, "weaker")])
def test_the_page_calls_an_attack_what_the_check_calls_it(number, word):
    made = results(blind=number)
    said = plain(SECTION.takeaway(made))
    assert said.startswith(f"jsma-f is {word} on one network.")
    assert [row[-1] for row in SECTION.numbers(made).rows].count(word) == 1
    groups = verdict.groups(made)
    doubts = [one.verdict.doubt for one in groups if one.verdict.doubt]
    assert all(f"is {word} here" in doubt for doubt in doubts if "planted" in doubt)
