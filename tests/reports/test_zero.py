"""Zero gradients as observed and as predicted have two names, and the limit is the run's own."""

import pytest

from reports.prose import zero
from reports.sections import amplitudes, arithmetic, comparison, zero_gradients
from tests.reports import changing, full, synthetic

LIMITS = {True: "1.2e-38", False: "1.4e-45"}


def said(blocks):
    return " ".join(str(getattr(part, "text", part)) for block in blocks for part in block.parts)


def test_what_was_observed_and_what_is_predicted_have_two_names_wherever_they_stand():
    made = full.everything()
    observed, predicted = zero_gradients.table(made), amplitudes.table(made)
    assert observed.columns[-1] == f"Zero gradient ({zero.OBSERVED})"
    assert f"Zero gradient ({zero.PREDICTED})" in predicted.columns
    assert "Zero gradient, observed" in comparison.table(made).columns
    assert zero.PREDICTED in amplitudes.takeaway(made)
    assert zero.OBSERVED in said(zero_gradients.intro(made))
    for caption in (predicted.caption, said(zero_gradients.intro(made))):
        assert zero.DIFFER in caption


@pytest.mark.parametrize("flushed", [True, False])
def test_the_limit_is_where_this_run_loses_a_number(flushed):
    """Where denormals are flushed nothing is said of 1e-45, and where not nothing of 1e-38."""
    made = changing.provenance(full.everything(), denormals_flushed=flushed)
    for text in (
        said(arithmetic.intro(made)),
        amplitudes.takeaway(made),
        amplitudes.table(made).caption,
    ):
        assert LIMITS[flushed] in text
        assert LIMITS[not flushed] not in text
        assert ("which this run flushes to zero" in text) == flushed
    assert zero.power(made) == (-38 if flushed else -45)


def test_of_a_run_that_does_not_say_both_limits_stand():
    text = said(arithmetic.intro(changing.provenance(full.everything(), denormals_flushed=None)))
    assert all(limit in text for limit in LIMITS.values())


def test_no_gradient_of_zero_is_said_of_the_run_and_not_of_the_network():
    made = synthetic.no_gain()
    rows = [changing.changed(row, zero_gradient_samples=0.0) for row in made.summary]
    text = zero_gradients.takeaway(changing.changed(made, summary=rows))
    assert text == "No sample had a gradient of exactly zero when an attack ran."
