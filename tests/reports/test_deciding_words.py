"""Pairs of results that differ in the number that decides a word, and in nothing else."""

import pytest

from core.judgement.rule import INCONCLUSIVE
from core.judgement.verdicts import verdicts
from core.model.judged import Criterion
from reports.prose import findings, outcome, reading
from tests import model
from tests.reports import synthetic
from tests.reports.changing import changed, each

GAIN = Criterion(metric="rho_increase", at_least=0.5)
RATE = Criterion(metric="success_rate", at_most=0.2)
NAMED = {"defense": "distillation", "temperature": 20.0}
PGD = {"attack": "pgd", "attack_params": {"loss": "margin"}, "distance": "linf", "budget": 0.3}
CW = {"attack": "cw-l2", "attack_params": {}, "distance": "l2", "budget": None}


def paired(gain, low, high):
    """A defended network under jsma-f whose difference to the undefended one is this."""
    table = {
        ("none", None): {"jsma-f": (0.9, 0.02, 0.0, 0.0)},
        ("distillation", 20.0): {"jsma-f": (0.9, 0.02 + gain, 0.0, 0.0)},
    }
    made = synthetic.build(table)
    apart = {"difference": gain, "low": low, "high": high, "detected": low > 0 or high < 0}
    return changed(made, differences=each(made.differences, **apart))


@pytest.mark.parametrize(
    ("gain", "low", "high", "said"),
    [
        (-0.004, -0.007, -0.001, "less robust"),
        (-0.004, -0.009, 0.001, "no difference in robustness (L0) detected"),
        (0.004, -0.001, 0.009, "no difference in robustness (L0) detected"),
        (0.004, 0.001, 0.007, "times as robust"),
    ],
)
def test_a_difference_is_told_where_its_interval_leaves_out_0(gain, low, high, said):
    made = paired(gain, low, high)
    row = made.summary[1]
    assert said in findings.find(made).headline
    assert bool(reading.gain_detected(made, row)) == (said == "times as robust")
    assert reading.loss_detected(made, row) == (said == "less robust")


@pytest.mark.parametrize(("low", "apart"), [(0.19, False), (0.2, False), (0.201, True)])
def test_intervals_that_touch_are_not_apart(low, apart):
    lower = model.row(rho=0.18, rho_low=0.16, rho_high=0.2)
    higher = model.row(rho=0.22, rho_low=low, rho_high=0.25)
    assert reading.above(higher, lower, "rho") is apart
    assert not reading.above(lower, higher, "rho")


def came_out(criterion, seeds=3, closest=(), within=()):
    """Word and sentence of the only defence, by gains or shares that stay right."""
    gained = ("rho_increase", "rho_increase_low", "rho_increase_high")
    kept = ("robust_accuracy", "low", "high")
    about = {**NAMED, "seeds": list(range(seeds))}
    made = model.results(
        [criterion.model_dump()],
        summary=[model.row(), *(model.row(**about, **one) for one in ({}, PGD, CW))],
        closest=[
            model.closest(**about, distance=d, **dict(zip(gained, gain, strict=True)))
            for d, gain in closest
        ],
        within_budget=[
            model.within(**about, budget=b, **dict(zip(kept, share, strict=True)))
            for b, share in within
        ],
    )
    item = verdicts(made)[0]
    return item.verdict, outcome.sentence(made, item, criterion).replace("\u00a0", " ")


NO_GAIN = "no gain over the undefended network was detected"


@pytest.mark.parametrize(
    ("gain", "detected"),
    [
        ((0.3, 0.01, 0.6), True),
        ((0.3, -0.01, 0.6), False),
        ((-0.3, -0.6, 0.01), False),
        ((-0.3, -0.6, -0.01), True),
    ],
)
def test_a_gain_or_loss_is_told_where_its_interval_leaves_out_0(gain, detected):
    _, said = came_out(GAIN, closest=[("l0", gain)])
    assert (NO_GAIN not in said) is detected
    assert f"{100 * gain[0]:+.0f} %".replace("-", "−") in said
    assert ("an attacker must go" in said) == (detected and gain[0] > 0)


@pytest.mark.parametrize("order", [1, -1])
def test_of_several_distances_the_smallest_gain_is_told(order):
    gains = [("l0", (0.9, 0.8, 1.0)), ("l2", (0.7, 0.6, 0.8))]
    assert "must go +70 %" in came_out(GAIN, closest=gains[::order])[1]


@pytest.mark.parametrize("order", [1, -1])
def test_of_several_budgets_the_largest_share_that_succeeds_is_told(order):
    shares = [(0.1, (0.95, 0.93, 0.97)), (0.2, (0.85, 0.83, 0.87))]
    assert "15.0 %" in came_out(RATE, within=shares[::order])[1]


@pytest.mark.parametrize(
    ("seeds", "low", "said"),
    [
        (1, 0.5, "only one network was trained"),
        (2, 0.5, "only 2 networks were trained"),
        # The value clears what was asked and its interval does not: samples decide, not seeds.
        (1, 0.499, "samples are too few"),
        (2, 0.499, "samples are too few"),
        (3, 0.499, "samples are too few"),
    ],
)
def test_what_is_missing_to_pass_is_seeds_or_samples(seeds, low, said):
    word, sentence = came_out(GAIN, seeds, closest=[("l0", (0.7, low, 0.9))])
    assert word == INCONCLUSIVE
    assert said in sentence


@pytest.mark.parametrize(
    ("right", "said"), [(0.8, "only one network was trained"), (0.799, "samples are too few")]
)
def test_of_a_ceiling_as_well(right, said):
    """At most 20 % were asked for, 15 % came out, and the interval ends at 1 - right."""
    word, sentence = came_out(RATE, 1, within=[(0.1, (0.85, right, 0.9))])
    assert word == INCONCLUSIVE
    assert said in sentence
