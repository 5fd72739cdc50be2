"""Curves say what was asked: exact budgets of pairs, radii that ran, and none chosen by outcome."""

import pytest

from core.model.rows import Quantile, Spread
from reports.sections import curves, defences
from tests import model
from tests.reports import full
from tests.reports.changing import changed

NETWORKS = (("none", {}, None), ("distillation", {}, 20.0))


def made(*attacks):
    return full.build(NETWORKS, {name: full.ATTACKS[name] for name in attacks})


def test_a_budget_is_that_of_a_pair_and_not_the_next_point_of_a_grid():
    run = made("jsma-logf")
    known = [Quantile(share=0.5, budget=30.0), Quantile(share=0.9, budget=None)]
    coarse = changed(
        run.curves[0],
        budget=[0.0, 30.0, 34.0],
        success_rate=[0.0, 0.499999, 0.9],
        low=[0.0] * 3,
        high=[1.0] * 3,
    )
    exact = changed(coarse, quantiles=known)
    for curve, half, most, how in (
        (exact, "30", "–", "the distance of one of the attacks"),
        (coarse, "34", "34", "one step of it too large"),
    ):
        run = changed(run, curves=[curve])
        (cells,) = curves.table(run).rows
        assert (cells[5], cells[7]) == (half, most)
        assert how in curves.table(run).caption
        assert f"{half} features" in curves.takeaway(run)


def test_an_attack_inside_a_ball_is_drawn_where_it_ran_and_named_robust_accuracy():
    run = made("pgd")
    kept = [Spread(mean=m, low=m - 0.1, high=m + 0.1) for m in (0.8, 0.3)]
    one = changed(
        run.curves[0],
        budget=[0.1, 0.2],
        success_rate=[0.2, 0.7],
        low=[0.1] * 2,
        high=[0.9] * 2,
        robust_accuracy=kept,
    )
    run = changed(run, curves=[one])
    drawn = curves.figure(run)
    (trace,) = drawn.data
    assert list(trace.x) == [0.1, 0.2]
    assert list(trace.y) == [80, 30]
    assert trace.line.shape != "hv"
    assert any("robust accuracy" in note.text for note in drawn.layout.annotations)
    (cells,) = curves.table(run).rows
    assert set(cells[3:8]) == {"–"}
    for text in (cells[8], curves.takeaway(run)):
        assert text.index("80.0\u00a0%") < text.index("30.0\u00a0%")


def test_an_earlier_curve_below_the_radius_of_a_ball_is_left_out():
    run = made("jsma-logf", "pgd")
    earlier = [changed(one, robust_accuracy=[]) for one in run.curves]
    shown = {row[1] for row in curves.table(changed(run, curves=earlier)).rows}
    assert any("pgd" in row[1] for row in curves.table(run).rows)
    assert not any("pgd" in name for name in shown)


@pytest.mark.parametrize("apart", [0.1, 0.2, 0.3, 0.4, 0.5])
def test_radii_are_taken_evenly_and_not_where_networks_differ_most(apart):
    """Wherever the two networks lie apart, the same radii are told."""
    radii = (0.1, 0.2, 0.3, 0.4, 0.5)
    rows = [
        model.within(
            **network, budget=radius, robust_accuracy=0.9 if hot and radius == apart else 0.5
        )
        for radius in radii
        for hot, network in ((0, {}), (1, {"defense": "distillation", "temperature": 20.0}))
    ]
    run = model.results(within_budget=rows)
    said = defences.takeaway(run)
    told = [radius for radius in radii if f"L∞\u00a0{radius:g}," in said.replace(" ", "\u00a0")]
    assert told == [0.1, 0.3, 0.5]
