"""A mean in which samples count at the cap bounds nothing: their share stands beside it."""

import pytest

from core.model.rows import Spread, Strongest
from core.wording import Scale
from reports.prose import distances, findings
from reports.sections import comparison, defences
from tests import model
from tests.reports import full, synthetic
from tests.reports.changing import changed

STOPPED = " (stopped on 1.00\u00a0%)"
UNITS = {"l0": "%", "l1": "(L1)", "l2": "(L2)", "linf": "(L∞)"}
ATTACKS = {"l0": "jsma-logf", "l1": "decision", "l2": "cw-l2", "linf": "decision"}


def row(distance, censored):
    spread = {distance: Spread(mean=1.5, low=1.2, high=1.8)}
    return model.row(
        attack=ATTACKS[distance], distance=distance, censored=censored, robustness=spread
    )


@pytest.mark.parametrize("distance", UNITS)
@pytest.mark.parametrize("scale", [None, Scale(0.0, 255.0)], ids=["plain", "scaled"])
def test_a_mean_over_samples_at_the_cap_says_how_many_in_every_distance(distance, scale):
    whole, stopped = (distances.robustness(row(distance, c), scale) for c in (0.0, 0.01))
    assert stopped == whole + STOPPED
    if scale is None:
        assert whole.endswith(UNITS[distance])


@pytest.mark.parametrize("distance", UNITS)
def test_such_a_mean_has_no_interval(distance):
    assert distances.robustness_interval(row(distance, 0.0)).startswith("[")
    assert distances.robustness_interval(row(distance, 0.01)) == ""


@pytest.mark.parametrize("distance", UNITS)
def test_the_least_that_any_attack_needed_is_told_in_the_same_way(distance):
    whole, stopped = (
        distances.nearest(model.closest(distance=distance, censored=c)) for c in (0.0, 0.01)
    )
    mean = whole.partition(" [")[0]
    assert mean != whole
    assert stopped == mean + STOPPED


@pytest.mark.parametrize("censored", [0.0, 0.3])
def test_what_an_attacker_has_to_do_says_where_the_budget_counts(censored):
    said = distances.effort(row("l2", censored), model.results())
    aside = "(its budget on about 30 of 100 inputs, where the attack stopped)"
    assert said.endswith(aside) == bool(censored)


@pytest.mark.parametrize("censored", [0.0, 0.3])
def test_a_gain_over_samples_at_the_cap_is_that_of_the_budget(censored):
    made = full.build((("none", {}, None), ("distillation", {}, 20.0)), {"jsma-f": {"budget": 9}})
    rows = [changed(one, censored=censored, rho_increase=5.67) for one in made.summary]
    shown = comparison.table(changed(made, summary=rows)).rows[-1]
    assert any(cell.startswith("+567\u00a0%") for cell in shown) == (not censored)


@pytest.mark.parametrize(
    ("censored", "of_baseline", "said"),
    [
        (0.0, 0.0, "five times as robust"),
        (0.3, 0.3, "five times as robust"),
        (0.3, 0.0, "give up on about 30 of 100 inputs"),
        (0.3, 0.29, "give up on about 30 of 100 inputs"),
    ],
)
def test_a_factor_stands_only_where_the_budget_does_not_make_it(censored, of_baseline, said):
    networks = {
        ("none", None): {"jsma-logf": (0.94, 0.02, of_baseline, 0.0)},
        ("distillation", 20.0): {"jsma-logf": (0.1, 0.1, censored, 0.0)},
    }
    headline = findings.find(synthetic.build(networks)).headline
    assert said in headline
    assert "at least" not in headline


@pytest.mark.parametrize("order", [1, -1])
def test_attacks_that_decided_stand_in_order_of_their_shares(order):
    shares = {"jsma-f": 0.1, "jsma-logf": 0.6, "pgd": 0.3, "fgsm": None, "bim": 0.0}
    listed = [Strongest(attack=a, attack_params={}, strongest=s) for a, s in shares.items()]
    made = full.build((("none", {}, None),), {"jsma-f": full.ATTACKS["jsma-f"]})
    made = changed(made, closest=[changed(made.closest[0], attacks=listed[::order])])
    (said,) = [cells[4] for cells in defences.table(made).rows if "robustness" in cells[1]]
    assert said.replace("\u00a0", " ") == "jsma-logf (60.0 %), pgd (30.0 %), jsma-f (10.0 %)"
