"""Attacks of other distances: their own units, no robustness from a ball, nothing left unsaid."""

import pytest

from core.model.rows import Strongest
from core.model.subject import OfNetwork
from reports.prose import by_temperature, chosen, counted, distances, findings, names, reading
from reports.sections import comparison, curves, defences, elsewhere, gallery, sections
from tests.model import check
from tests.reports import full, synthetic
from tests.reports.changing import changed, each, first

FIGURES = {one.id: one for one in sections.figures()}
PAPER = (("none", {}, None), ("distillation", {}, 20.0))


def row(attack, defense="distillation"):
    """The summary row of one attack."""
    rows = full.build(PAPER).summary
    return next(row for row in rows if (row.attack, row.defense) == (attack, defense))


@pytest.mark.parametrize(
    ("attack", "budget"),
    [
        ("jsma-f", "112 features"),
        ("pgd", "L∞\u00a00.25"),
        ("cw-l2", "any L2"),
        ("cw-l0", "any L0"),
        ("genetic", "L∞\u00a00.25"),
    ],
)
def test_a_budget_is_in_the_units_of_its_distance(attack, budget):
    assert distances.budget(row(attack), None) == budget


def test_robustness_is_in_percent_of_features_or_in_units_of_the_data():
    assert distances.robustness(row("jsma-logf")).endswith("%")
    assert distances.robustness(row("cw-l2")).endswith("(L2)")
    assert "features" not in distances.effort(row("cw-l2"), full.build(PAPER))


@pytest.mark.parametrize("attack", ["fgsm", "bim", "pgd", "genetic", "noise"])
def test_an_attack_inside_a_ball_says_nothing_about_robustness(attack):
    assert distances.robustness(row(attack)) == "–"
    value, _, _ = counted.held(row(attack))
    assert value == row(attack).censored


def test_the_share_that_stays_right_has_an_interval_only_for_one_try_a_sample():
    value, low, high = counted.held(row("pgd"))
    assert low <= value <= high
    assert counted.held(row("jsma-f"))[1:] == (None, None)


def test_features_are_named_only_where_features_are_counted():
    table = comparison.table(full.everything())
    place = table.columns.index("Budget")
    for cells in table.rows:
        counted = cells[1].startswith("jsma")
        assert ("features" in cells[place]) == counted


def test_only_attacks_that_count_features_stand_on_the_papers_axis():
    lines = by_temperature.series(full.everything(), "rho")
    assert {line.attack for line in lines} == {a for a in full.ATTACKS if "jsma" in a} | {"cw-l0"}
    others = elsewhere.table(full.everything())
    assert {cells[0] for cells in others.rows} == set(full.ATTACKS) - {
        line.attack for line in lines
    }


@pytest.mark.parametrize("name", ["robustness", "success", "comparison", "curves"])
def test_what_is_not_drawn_is_said(name):
    made = full.everything()
    aimed = {"budget": 112, "attack_params": {"targeted": True}}
    rows = [changed(row, **aimed) if row.attack == "cw-l0" else row for row in made.summary]
    assert "Drawn: " in FIGURES[name].takeaway(changed(made, summary=rows))


@pytest.mark.parametrize("name", ["robustness", "success", "comparison"])
def test_where_all_is_drawn_nothing_is_said_of_it(name):
    assert "Drawn: " not in FIGURES[name].takeaway(synthetic.paper_like())


def test_the_telling_attacks_are_drawn_and_no_name_twice_before_others():
    every = [*full.ATTACKS.items(), ("pgd", {"loss": "logit"})]
    rows = [Strongest(attack=a, attack_params=p, strongest=None) for a, p in every]
    drawn = [one.attack for one in chosen.attacks(rows, 4)]
    assert drawn == ["jsma-f", "jsma-logf", "pgd", "cw-l2"]


def test_a_run_of_ball_attacks_alone_has_a_headline_in_shares():
    networks = (("none", {}, None), ("adversarial-training", {"eps": 0.2}, None))
    made = full.build(networks, {"pgd": full.ATTACKS["pgd"]})
    found = findings.find(made)
    assert "samples right within L∞" in found.headline
    assert "features" not in found.headline + found.evidence


def test_an_undefended_run_of_one_ball_attack_names_its_ball():
    made = full.build((("none", {}, None),), {"pgd": full.ATTACKS["pgd"]})
    assert "stays within L∞" in findings.find(made).evidence


def test_the_gallery_names_the_attacks_own_distance():
    made = full.build(PAPER)
    pictures = first(made.gallery, attack="cw-l2", l2=1.53)
    shown = gallery.exhibits(changed(made, gallery=pictures))
    assert shown[0].distance == "L2\u00a01.53"
    assert shown[1].distance == ""


def test_a_curve_keeps_every_change_of_the_rate_and_both_ends():
    made = full.build(PAPER, {"jsma-logf": full.ATTACKS["jsma-logf"]})
    drawn = changed(
        made.curves[0],
        budget=[0.0, 1.0, 2.0, 3.0, 4.0],
        success_rate=[0.0, 0.0, 0.5, 0.5, 1.0],
        low=[0.0] * 5,
        high=[1.0] * 5,
    )
    made = changed(made, curves=[drawn])
    (trace,) = curves.figure(made).data
    assert list(trace.x) == [0, 2, 4]
    assert list(trace.y) == [0, 50, 100]
    assert trace.line.shape == "hv"
    assert curves.table(made).rows[0][3:8] == ("2", "2", "2", "4", "4")


def test_a_name_in_a_curves_hover_is_no_template():
    made = full.build((("none", {}, None), ("%{x}", {}, None)), {"jsma-f": full.ATTACKS["jsma-f"]})
    assert all(
        "%{x}" not in trace.hovertemplate.split("<br>")[-1] for trace in curves.figure(made).data
    )


@pytest.mark.parametrize("name", [*full.ATTACKS, "lbfgs", "transfer"])
def test_every_attack_has_a_name_for_people(name):
    assert names.attack_line(name) != name


@pytest.mark.parametrize("name", ["dropout", "weight-decay", "adversarial-training"])
def test_every_defence_has_a_name_for_people(name):
    assert names.defense(name, {}, None) != name


def test_settings_in_whole_floats_are_the_same_network():
    one = OfNetwork(defense="scaled-logits", defense_params={"factor": 100.0})
    other = OfNetwork(defense="scaled-logits", defense_params={"factor": 100})
    assert reading.network_key(one) == reading.network_key(other)
    assert names.defense_of(one) == names.defense_of(other)


def test_a_network_that_no_attack_moved_has_no_attack_that_decided():
    made = full.everything()
    undecided = [
        changed(entry, attacks=each(entry.attacks, strongest=None)) for entry in made.closest
    ]
    made = changed(made, closest=undecided)
    decided = {cells[4] for cells in defences.table(made).rows if "robustness" in cells[1]}
    assert decided == {"none"}


@pytest.mark.parametrize(("change", "gain", "loss"), [(-0.3, True, False), (0.3, False, True)])
@pytest.mark.parametrize("paired", [True, False])
def test_inside_a_ball_fewer_successes_are_a_gain_and_more_a_loss(change, gain, loss, paired):
    made = full.build(
        (("none", {}, None), ("distillation", {}, 20.0)), {"pgd": full.ATTACKS["pgd"]}
    )
    rates = {"none": 0.5, "distillation": 0.5 + change}
    rows = [
        changed(one, success_rate=rate, success_low=rate - 0.05, success_high=rate + 0.05)
        for one in made.summary
        for rate in [rates[one.defense]]
    ]
    ends = {"difference": change, "low": change - 0.1, "high": change + 0.1, "detected": True}
    told = each(made.differences, **ends) if paired else []
    made = changed(made, summary=rows, differences=told)
    defended = next(one for one in rows if one.defense == "distillation")
    assert {one.metric for one in told} <= {"success_rate"}
    assert reading.gain_detected(made, defended) is gain
    assert reading.loss_detected(made, defended) is loss


def test_attacks_that_found_the_same_are_said_to_have():
    made = full.everything()
    for tied, said in ((0.4, "; the same on 40.0\u00a0%"), (0.0, ""), (None, "")):
        entries = [one.model_copy(update={"tied": tied}) for one in made.closest]
        shown = defences.table(made.model_copy(update={"closest": entries}))
        cells = [row[-1] for row in shown.rows if row[1].startswith("robustness")]
        assert all(("the same on" in cell) is bool(said) for cell in cells)
        assert all(cell.endswith(said) for cell in cells)


@pytest.mark.parametrize(
    ("detected", "difference", "attack", "defense", "said"),
    [
        (True, -0.1, "jsma-logf", "distillation", True),
        (False, -0.1, "jsma-logf", "distillation", False),
        (True, 0.1, "jsma-logf", "distillation", False),
        (True, -0.1, "pgd", "distillation", False),  # leaves a label, for any class
        (True, -0.1, "jsma-f", "distillation", False),  # blind there, as a check says
        (True, -0.1, "jsma-logf", "temperature", False),  # a control is no defence
    ],
)
def test_that_no_gain_was_seen_does_not_hide_that_attacks_reach_their_class_less_often(
    detected, difference, attack, defense, said
):
    made = full.everything()
    rows = [
        one.model_copy(
            update={"rho_increase": 0.0, "rho_increase_low": -0.1, "rho_increase_high": 0.1}
        )
        if one.rho_increase is not None
        else one
        for one in made.closest
    ]
    one = next(
        row
        for row in made.differences
        if (row.against, row.attack, row.defense) == ("none", "jsma-logf", defense)
    )
    params = {"targeted": False} if attack == "pgd" else one.attack_params
    reached = one.model_copy(
        update={
            "metric": "success_rate",
            "difference": difference,
            "detected": detected,
            "attack": attack,
            "attack_params": params,
        }
    )
    about = ("dataset", "defense", "defense_params", "temperature", "attack_params")
    subject = {name: getattr(reached, name) for name in about} | {"attack": "jsma-f"}
    blind = check("planted_found", subject)
    changes = {"closest": rows, "differences": [reached], "diagnostics": [blind]}
    text = defences.takeaway(made.model_copy(update=changes))
    assert "in how far an attacker must go" in text
    fewer = "Fewer attacks reach a class of their choice: jsma-logf on Distillation"
    assert (fewer in text) is said
    assert ("(−10 points)" in text) is said
