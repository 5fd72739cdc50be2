"""What is written into figures: every line has a name, and no name stands on a line."""

from reports.plots import remarks
from reports.prose import reading
from reports.sections import curves, robustness, temperature, training
from tests.reports import changing, full, synthetic
from tests.reports.changing import changed, first


def test_every_network_of_the_training_curves_is_named_and_looks_different():
    made = synthetic.paper_like()
    made = changing.provenance(made, networks=made.networks[:7])
    drawn = training.figure(made)
    keys = {reading.network_key(n) for n in made.networks}
    assert len(keys) > 4
    named = [note.text for note in drawn.layout.annotations if "<b>" in note.text]
    assert len(named) == len(set(named)) == len(keys)
    styles = {(t.line.color, t.marker.symbol) for t in drawn.data}
    assert len(styles) == len(keys)


def test_a_network_that_did_not_train_is_named_as_such():
    made = synthetic.paper_like()
    made = changing.provenance(made, networks=first(made.networks, trained=False))
    drawn = training.figure(made)
    assert sum(": did not train" in note.text for note in drawn.layout.annotations) == 1


def test_security_curves_end_at_the_budget():
    made = full.build((("none", {}, None), ("distillation", {}, 20.0)))
    budgets = {row.budget for row in made.summary if row.attack == "jsma-f"}
    (budget,) = budgets
    beyond = [
        changed(one, budget=[*one.budget[:-1], budget + 7]) if one.distance == "l0" else one
        for one in made.curves
    ]
    drawn = curves.figure(changed(made, curves=beyond))
    panels = [t for t in drawn.data if "features" in t.hovertemplate]
    assert panels
    assert max(max(trace.x) for trace in panels) == budget


def test_the_name_of_the_gap_stands_on_no_line():
    made = synthetic.paper_like()
    chart = temperature.chart(made, "rho")
    drawn = robustness.figure(made)
    (name,) = [note for note in drawn.layout.annotations if note.text.startswith("this gap")]
    box = (name.x - 0.5, name.x, name.y - 0.3, name.y + 0.3)
    assert not any(remarks.passes(line, chart.places, *box) for line in chart.lines)
