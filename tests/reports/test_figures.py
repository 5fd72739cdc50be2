"""Figures show the numbers of the results, and name a gap only where intervals are apart."""

import io
from itertools import pairwise

import numpy as np
import pytest

from core.model.network import History
from core.spec.catalog import published_for
from reports.plots import look, pictures
from reports.prose import findings
from reports.sections import (
    arithmetic,
    comparison,
    gallery,
    robustness,
    sections,
    success,
    training,
)
from tests.reports import changing, synthetic
from tests.reports.cases import CASES
from tests.reports.changing import changed, each, where

FIGURES = {one.id: one for one in sections.figures()}
TEMPERATURE = {"rho": robustness.figure, "success_rate": success.figure}


def traces(figure, name):
    """The traces of one name."""
    return [trace for trace in figure.data if trace.name == name]


def notes(figure):
    """Every remark in a figure."""
    return " ".join(annotation.text for annotation in figure.layout.annotations)


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("case", CASES)
def test_every_case_is_drawn_or_declined_on_page_and_phone(case, name):
    results, entry = CASES[case](), FIGURES[name]
    for chosen in (look.LIGHT, look.DARK_NARROW):
        drawn = entry.figure(results, chosen)
        assert drawn is None or len(drawn.data) > 0
    if drawn is not None:
        assert len(entry.takeaway(results)) > 10
        assert entry.table(results).rows


@pytest.mark.parametrize("measure", ["rho", "success_rate"])
@pytest.mark.parametrize("attack", ["jsma-f", "jsma-logf"])
def test_the_line_of_an_attack_shows_the_summary(measure, attack):
    results = synthetic.paper_like()
    drawn = TEMPERATURE[measure](results)
    trace = traces(drawn, attack)[0]
    places = dict(zip(drawn.layout.xaxis.tickvals, drawn.layout.xaxis.ticktext, strict=True))
    shown = {places[x]: y for x, y in zip(trace.x, trace.y, strict=True)}
    expected = {
        "none" if row.temperature is None else f"{row.temperature:g}": getattr(row, measure) * 100
        for row in results.summary
        if row.attack == attack and row.defense in ("none", "distillation")
    }
    assert shown == pytest.approx(expected)
    stem = "success" if measure == "success_rate" else "rho"
    highs = [
        (getattr(row, f"{stem}_high") - getattr(row, measure)) * 100
        for row in results.summary
        if row.attack == attack and row.defense in ("none", "distillation")
    ]
    assert list(trace.error_y.array) == pytest.approx(highs)


@pytest.mark.parametrize("measure", ["rho", "success_rate"])
def test_published_points_are_hollow_and_say_how_they_were_obtained(measure):
    drawn = TEMPERATURE[measure](synthetic.paper_like())
    (trace,) = traces(drawn, "published")
    assert trace.marker.symbol.endswith("-open")
    wanted = [point.value * 100 for point in published_for("mnist5k").of(measure)]
    assert list(trace.y) == pytest.approx(wanted)
    assert any("text of the paper" in t or "figure" in t for t in trace.customdata)


def test_other_data_get_no_published_points():
    results = changing.data(synthetic.paper_like(), name="fashion_mnist")
    drawn = robustness.figure(results)
    assert traces(drawn, "published") == []
    assert "misread" not in notes(drawn)


def test_the_gap_is_named_only_where_intervals_are_apart():
    assert "rounding" in notes(robustness.figure(synthetic.paper_like()))
    for case in ("no_gap", "no_gain", "jsma_f_only"):
        drawn = robustness.figure(synthetic.CASES[case]())
        assert "rounding" not in notes(drawn)
        assert not any(trace.fill == "toself" for trace in drawn.data)


def test_budget_and_reading_threshold_are_labelled():
    said = notes(robustness.figure(synthetic.paper_like()))
    assert "budget: 112 features" in said
    assert "13.79\u00a0%: people begin to misread digits" in said


def test_attacks_differ_by_more_than_colour():
    marks = [look.mark(name, look.LIGHT) for name in ("jsma-f", "jsma-f64", "jsma-logf", "jsma-z")]
    assert len({mark.dash for mark in marks}) == 4
    assert len({mark.symbol for mark in marks}) == 4


def test_settings_are_named_only_where_they_tell_attacks_apart():
    drawn = robustness.figure(synthetic.two_budgets())
    assert "budget 40" in notes(drawn)
    assert "jsma-f (budget 112)" in " ".join(
        row[1] for row in comparison.table(synthetic.two_budgets()).rows
    )
    assert "theta" not in notes(comparison.figure(synthetic.paper_like()))


def test_the_gap_compares_attacks_of_the_same_settings():
    results = synthetic.paper_like()
    rows = where(
        results.summary,
        lambda row: row.attack == "jsma-logf",
        attack_params={"budget": 40, "theta": 1.0},
    )
    results = changed(results, summary=rows)
    assert "rounding" not in notes(robustness.figure(results))
    assert "It is not" not in findings.find(results).headline


def test_arithmetic_needs_two_members_of_the_family():
    assert arithmetic.figure(synthetic.CASES["jsma_f_only"]()) is None
    assert arithmetic.figure(synthetic.paper_like()) is not None


def test_labels_are_moved_apart_and_stay_inside():
    placed = look.spread([1.0, 1.1, 1.2, 9.9], gap=1.0, low=0.5, high=9.5)
    ordered = sorted(placed)
    assert all(b - a >= 1.0 - 1e-9 for a, b in pairwise(ordered))
    assert ordered[0] >= 0.5
    assert ordered[-1] <= 9.5


def test_the_strongest_attack_on_a_network_is_bold():
    table = comparison.table(synthetic.paper_like())
    strong = [table.rows[i][:2] for i in sorted(table.strong)]
    assert ("Distillation, T\u00a0=\u00a020", "jsma-logf") in strong
    assert ("Distillation, T\u00a0=\u00a020", "jsma-f") not in strong


def test_an_image_is_a_png_and_the_difference_keeps_its_sign():
    results = synthetic.paper_like()
    first = gallery.exhibits(results)[0]
    assert [title for title, _ in first.images] == ["Original", "Adversarial", "Difference"]
    assert all(source.startswith("data:image/png;base64,iVBOR") for _, source in first.images)
    item, bounds = results.gallery[0], (results.data.low, results.data.high)
    before, after = gallery.decode(item, "original"), gallery.decode(item, "adversarial")
    raised = pictures.signed_difference(before, after, *bounds)
    lowered = pictures.signed_difference(after, before, *bounds)
    changed = (before != after)[..., 0]
    assert (raised[changed, 0] == 213).all()
    assert (lowered[changed, 2] == 178).all()
    assert (raised[~changed, 3] == 0).all()


def test_raised_and_lowered_features_differ_without_colour():
    results = synthetic.paper_like()
    item, bounds = results.gallery[0], (results.data.low, results.data.high)
    before, after = gallery.decode(item, "original"), gallery.decode(item, "adversarial")
    changed = int((before != after).sum())
    raised, lowered = (
        pictures.hollowed(pictures.signed_difference(*pair, *bounds))[..., 3] > 0
        for pair in ((before, after), (after, before))
    )
    assert raised.sum() == 25 * changed
    assert lowered.sum() == 16 * changed
    large = np.zeros((65, 65, 4), np.uint8)
    assert pictures.hollowed(large) is large


def test_png_bytes_decode_to_the_pixels():
    image = pytest.importorskip("PIL.Image")
    rng = np.random.default_rng(0)
    for channels in (1, 3, 4):
        pixels = rng.integers(0, 256, (5, 7, channels), dtype=np.uint8)
        read = np.asarray(image.open(io.BytesIO(pictures.png(pixels))))
        assert (read.reshape(pixels.shape) == pixels).all()


def test_a_table_row_shows_what_changed():
    (exhibit,) = gallery.exhibits(synthetic.table_data())
    assert exhibit.images == ()
    assert [change.feature for change in exhibit.changes] == ["mean radius 2", "mean radius 7"]
    assert {change.after for change in exhibit.changes} == {"1"}


@pytest.mark.parametrize(("epochs", "step"), [(1, 1), (3, 1), (10, 2), (50, 7)])
def test_ticks_of_training_curves_are_whole_epochs(epochs, step):
    made = synthetic.paper_like()
    history = History(epoch=list(range(1, epochs + 1)), test_accuracy=[0.9] * epochs)
    made = changing.provenance(made, networks=each(made.networks, history=history))
    axis = training.figure(made).layout.xaxis
    assert (axis.tick0, axis.dtick) == (0, step)
