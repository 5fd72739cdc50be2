"""The first screen speaks of the network that matters, under what is strongest on it."""

import pytest

from reports.prose import by_temperature, costs, findings, reading
from tests.reports import changing, full, synthetic
from tests.reports.changing import about, changed, where

TWO = (("none", {}, None), ("distillation", {}, 20.0), ("label-smoothing", {"alpha": 0.1}, None))
JSMA = {"jsma-logf": {"budget": 112, "theta": 1.0}}


def made():
    """Two defences, both as robust as the undefended network."""
    results = full.build(TWO, JSMA)
    even = {"rho": 0.02, "censored": 0.1, "rho_increase": 0.0}
    return changed(results, summary=where(results.summary, lambda row: True, **even))


def with_rho(results, defense, rho):
    rows = where(results.summary, lambda row: row.defense == defense, rho=rho)
    return changed(results, summary=rows)


@pytest.mark.parametrize(
    ("rho", "other", "focus"),
    [
        (0.03, 0.021, "distillation"),
        (0.021, 0.03, "label-smoothing"),
        (0.021, 0.012, "label-smoothing"),  # as far below as above
        (0.012, 0.021, "distillation"),
    ],
)
def test_the_largest_effect_either_way_is_in_focus(rho, other, focus):
    results = with_rho(with_rho(made(), "distillation", rho), "label-smoothing", other)
    assert findings.focus_of(results).defense == focus


def accurate(results, defense, accuracy, half=0.005):
    """The same with this accuracy of a defence, and intervals of this half width."""
    networks = [
        changed(
            one,
            accuracy=accuracy if one.defense == defense else 0.98,
            accuracy_low=(accuracy if one.defense == defense else 0.98) - half,
            accuracy_high=min(1.0, (accuracy if one.defense == defense else 0.98) + half),
        )
        for one in results.networks
    ]
    return changing.provenance(results, networks=networks)


@pytest.mark.parametrize(("accuracy", "told"), [(0.935, False), (0.925, True)])
def test_much_accuracy_lost_stands_before_the_largest_gain(accuracy, told):
    results = accurate(with_rho(made(), "distillation", 0.1), "label-smoothing", accuracy)
    found = findings.find(results)
    assert (findings.focus_of(results).defense == "label-smoothing") == told
    assert ("costs accuracy" in found.headline) == told
    if told:
        assert found.headline.startswith("Label smoothing")
        assert "92.5\u00a0% instead of 98.0\u00a0%" in found.headline


def test_accuracy_whose_intervals_meet_is_not_said_to_be_lost():
    results = accurate(made(), "label-smoothing", 0.9, half=0.05)
    row = next(row for row in results.summary if row.defense == "label-smoothing")
    assert costs.lost(results, row) is None
    assert "costs" not in findings.find(results).headline


def test_a_control_is_never_in_focus_beside_a_proposed_defence():
    results = synthetic.paper_like()
    assert findings.focus_of(results).defense == "distillation"
    alone = [row for row in results.summary if row.defense in ("none", "temperature")]
    assert findings.focus_of(changed(results, summary=alone)).defense == "temperature"


def test_an_attack_in_a_ball_is_the_strongest_where_it_moves_more():
    rows = full.everything().summary
    mine = [row for row in rows if about(row, defense="none")]
    counting = next(row for row in mine if row.distance == "l0")
    ball = next(row for row in mine if row.attack == "pgd")
    for censored, strongest in ((0.1, counting), (0.3, ball)):
        pair = [changed(counting, censored=censored), changed(ball, censored=0.2)]
        assert reading.strongest(pair).attack == strongest.attack
    assert reading.strongest([changed(one, censored=0.2) for one in (ball, counting)]).attack == (
        counting.attack
    )
    assert reading.strongest([changed(counting, censored=None)]) is None


@pytest.mark.parametrize(("high", "sure"), [(-0.001, True), (0.001, False)])
def test_a_loss_known_input_by_input_is_judged_by_its_own_interval(high, sure):
    """Each network's own interval is wide here, and the two meet."""
    results = accurate(made(), "label-smoothing", 0.9, half=0.05)
    change = {"gained": 1, "lost": 9, "difference": -0.08, "low": -0.15, "high": high}
    networks = [
        changed(one, accuracy_change=None if one.identity.undefended else change)
        for one in results.networks
    ]
    results = changing.provenance(results, networks=networks)
    row = next(row for row in results.summary if row.defense == "label-smoothing")
    assert (costs.lost(results, row) is not None) == sure


@pytest.mark.parametrize("outcome", ["fail", "pass"])
def test_what_a_blind_attack_shows_is_no_headline_but_for_the_papers(outcome):
    results = full.everything()
    check = next(one for one in results.diagnostics if one.subject.attack is not None)
    row = findings.focus_of(results)
    network = {key: getattr(row, key) for key in ("defense", "defense_params", "temperature")}
    blind = [
        changed(
            check,
            check="planted_found",
            result=outcome,
            subject=changed(
                check.subject, **network, attack=one.attack, attack_params=one.attack_params
            ),
        )
        for one in results.summary
        if one.identity == row.identity and one.distance == "l0"
    ]
    rows = [one for one in results.summary if one.attack != "jsma-f"]
    made = changed(results, diagnostics=blind)
    assert findings.focus_of(made).attack == "jsma-f"
    focus = findings.focus_of(changed(made, summary=rows))
    assert (focus.identity == row.identity and focus.distance == "l0") == (outcome == "pass")


@pytest.mark.parametrize(("samples", "strongest"), [(49, "jsma-logf"), (50, "cw-l0")])
def test_an_attack_on_a_handful_of_inputs_is_not_the_strongest(samples, strongest):
    rows = full.everything().summary
    one = next(row for row in rows if about(row, defense="none", attack="jsma-logf"))
    few = changed(one, attack="cw-l0", attack_params={}, samples=samples, censored=0.0)
    assert reading.strongest([changed(one, samples=100, censored=0.1), few]).attack == strongest


@pytest.mark.parametrize(
    ("budget", "targeted", "drawn"), [(112, True, True), (None, True, False), (112, False, False)]
)
def test_a_rate_towards_no_class_or_without_a_budget_is_no_line_of_figure_7(
    budget, targeted, drawn
):
    results = synthetic.paper_like()
    rows = [
        changed(row, budget=budget, attack_params={**row.attack_params, "targeted": targeted})
        if row.attack == "jsma-logf"
        else row
        for row in results.summary
    ]
    lines = by_temperature.series(changed(results, summary=rows), "success_rate")
    assert ("jsma-logf" in {line.attack for line in lines}) == drawn
    lines = by_temperature.series(changed(results, summary=rows), "rho")
    assert "jsma-logf" in {line.attack for line in lines}
