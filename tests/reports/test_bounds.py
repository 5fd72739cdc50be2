"""A number at the cap is a lower bound, and says so: in each distance, in words and in tables."""

import pytest

from core.model.rows import Spread, Strongest
from core.wording import Scale
from reports.prose import distances, findings
from reports.sections import defences
from tests import model
from tests.reports import full, synthetic
from tests.reports.changing import changed

SIGN = "≥\u00a0"
UNITS = {"l0": "%", "l1": "(L1)", "l2": "(L2)", "linf": "(L∞)"}
ATTACKS = {"l0": "jsma-logf", "l1": "decision", "l2": "cw-l2", "linf": "decision"}


def row(distance, censored):
    spread = {distance: Spread(mean=1.5, low=1.2, high=1.8)}
    return model.row(
        attack=ATTACKS[distance], distance=distance, censored=censored, robustness=spread
    )


@pytest.mark.parametrize("distance", UNITS)
@pytest.mark.parametrize("scale", [None, Scale(0.0, 255.0)], ids=["plain", "scaled"])
def test_a_mean_over_samples_at_the_cap_has_a_sign_in_every_distance(distance, scale):
    whole, bounded = (distances.robustness(row(distance, c), scale) for c in (0.0, 0.01))
    assert bounded == SIGN + whole
    assert SIGN not in whole
    if scale is None:
        assert whole.endswith(UNITS[distance])


@pytest.mark.parametrize("distance", UNITS)
def test_the_least_that_any_attack_needed_has_the_same_sign(distance):
    whole, bounded = (
        distances.nearest(model.closest(distance=distance, censored=c)) for c in (0.0, 0.01)
    )
    assert bounded == SIGN + whole
    assert SIGN not in whole


@pytest.mark.parametrize(
    ("censored", "of_baseline", "least"),
    [(0.0, 0.0, False), (0.3, 0.0, True), (0.0, 0.3, False), (0.3, 0.3, False)],
)
def test_a_ratio_is_at_least_something_where_only_what_is_divided_is_a_bound(
    censored, of_baseline, least
):
    """With the baseline at the cap as well the ratio may as well be smaller."""
    networks = {
        ("none", None): {"jsma-logf": (0.94, 0.02, of_baseline, 0.0)},
        ("distillation", 20.0): {"jsma-logf": (0.1, 0.1, censored, 0.0)},
    }
    said = findings.find(synthetic.build(networks)).headline
    assert "five times as robust" in said
    assert ("at least five times" in said) is least


@pytest.mark.parametrize("order", [1, -1])
def test_attacks_that_decided_stand_in_order_of_their_shares(order):
    shares = {"jsma-f": 0.1, "jsma-logf": 0.6, "pgd": 0.3, "fgsm": None, "bim": 0.0}
    listed = [Strongest(attack=a, attack_params={}, strongest=s) for a, s in shares.items()]
    made = full.build((("none", {}, None),), {"jsma-f": full.ATTACKS["jsma-f"]})
    made = changed(made, closest=[changed(made.closest[0], attacks=listed[::order])])
    (said,) = [cells[4] for cells in defences.table(made).rows if "robustness" in cells[1]]
    assert said.replace("\u00a0", " ") == "jsma-logf (60.0 %), pgd (30.0 %), jsma-f (10.0 %)"
