"""The strongest attack on each sample: mean of minima, never the minimum of means."""

import json
from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.metrics import strongest
from core.metrics.intervals.estimates import mean_estimate


def rows(*pairs, cap=1.0):
    """Each pair: (attack, seed, sample, target, success, linf); label 0, or moved to 1."""
    frame = pd.DataFrame(
        pairs, columns=["attack", "seed", "sample", "target", "success", "linf"]
    ).assign(label=0, attack_params="{}", cap=cap)
    frame["attack_id"] = "id-" + frame["attack"]
    frame["predicted"] = np.where(frame["success"], 1, 0)
    return frame


HAND = rows(
    # Each attack is good at one sample: the mean of minima is far below both means.
    ("a", 0, 0, -1, True, 0.1),
    ("a", 0, 1, -1, True, 0.9),
    ("b", 0, 0, -1, True, 0.8),
    ("b", 0, 1, -1, True, 0.2),
    # Nobody moves sample 2; sample 3 is misclassified from the start.
    ("a", 0, 2, -1, False, 0.5),
    ("b", 0, 2, -1, False, 0.5),
    ("a", 0, 3, -1, True, 0.0),
    ("b", 0, 3, -1, True, 0.0),
)


def test_each_sample_counts_with_its_closest_attack():
    table = strongest.strongest(HAND, "linf").set_index("sample")
    assert table["distance"].tolist() == [0.1, 0.2, 1.0, 0.0]
    assert table["attack"].tolist() == ["a", "b", None, "a"]
    assert table["censored"].tolist() == [False, False, True, False]
    assert table["ties"].tolist() == [1, 1, 0, 2]
    assert table["attacks"].tolist() == [2] * 4


def test_the_mean_of_minima_is_below_the_minimum_of_means():
    found = strongest.summarize(HAND, "linf", 1.0)
    assert found.mean == pytest.approx((0.1 + 0.2 + 1.0 + 0.0) / 4)
    means = {entry.attack: entry.mean for entry in found.attacks}
    assert means == {"a": pytest.approx(0.5), "b": pytest.approx(0.5)}
    assert found.mean < min(means.values())
    assert found.censored == 0.25
    assert found.samples == 4
    # Only the two samples that were moved by changing something decide who is strongest.
    assert [entry.strongest for entry in found.attacks] == [0.5, 0.5]
    mean = mean_estimate(np.array([0.1, 0.2, 1.0, 0.0]), 0, 1)
    assert (found.low, found.high) == (mean.low, mean.high)
    farther = mean_estimate(np.array([0.1, 0.2, 3.0, 0.0]), 0, 3)
    assert strongest.summarize(HAND, "linf", 3.0).upper == farther.high
    json.dumps(asdict(found), allow_nan=False, default=lambda entry: entry.model_dump())


def test_ties_are_shared():
    mine = rows(("a", 0, 0, -1, True, 0.3), ("b", 0, 0, -1, True, 0.3), ("c", 0, 0, -1, True, 0.4))
    found = strongest.summarize(mine, "linf", 1.0)
    assert [entry.strongest for entry in found.attacks] == [0.5, 0.5, 0.0]


def test_failing_within_a_small_budget_proves_little():
    """0.25 was found; an attack that failed within 0.1 does not make it 0.1."""
    mine = pd.concat(
        [rows(("small", 0, 0, -1, False, 0.1), cap=0.1), rows(("large", 0, 0, -1, True, 0.25))]
    )
    assert strongest.strongest(mine, "linf")["distance"].tolist() == [0.25]
    failed = mine.assign(success=False, predicted=0)
    assert strongest.strongest(failed, "linf")["distance"].tolist() == [1.0]


def test_the_closest_target_counts_and_only_if_it_left_the_label():
    mine = rows(("a", 0, 0, 1, True, 0.4), ("a", 0, 0, 2, True, 0.2), ("a", 0, 0, 3, True, 0.0))
    mine.loc[2, "predicted"] = 0
    assert strongest.strongest(mine, "linf")["distance"].tolist() == [0.2]


def test_seeds_are_averaged_within_a_sample():
    mine = rows(("a", 0, 0, -1, True, 0.2), ("a", 1, 0, -1, True, 0.4))
    found = strongest.summarize(mine, "linf", 1.0)
    assert (found.samples, found.mean) == (1, pytest.approx(0.3))


def test_an_attack_on_fewer_samples_still_counts_where_it_ran():
    mine = rows(("a", 0, 0, -1, True, 0.5), ("a", 0, 1, -1, True, 0.5), ("b", 0, 1, -1, True, 0.1))
    found = strongest.summarize(mine, "linf", 1.0)
    assert found.mean == pytest.approx(0.3)
    assert [entry.samples for entry in found.attacks] == [2, 1]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_against_brute_force(seed):
    generator = np.random.default_rng(seed)
    attacks, samples, targets = ("a", "b", "c"), range(6), (1, 2)
    mine = rows(
        *(
            (a, s, i, t, bool(generator.random() < 0.7), float(generator.integers(1, 9)) / 10)
            for a in attacks
            for s in (0, 1)
            for i in samples
            for t in targets
        )
    )

    def counted(names, s, i):
        found = [
            r.linf
            for r in mine.itertuples()
            if r.attack in names and r.seed == s and r.sample == i and r.success
        ]
        return min(found, default=1.0)

    def mean(names):
        return np.mean([[counted(names, s, i) for s in (0, 1)] for i in samples])

    found = strongest.summarize(mine, "linf", 1.0)
    assert found.mean == pytest.approx(mean(attacks))
    for entry in found.attacks:
        assert entry.mean == pytest.approx(mean([entry.attack]))
        assert found.mean <= entry.mean + 1e-12
    shares = [entry.strongest for entry in found.attacks]
    if shares[0] is not None:
        assert sum(shares) == pytest.approx(1)


def test_no_rows_is_an_error():
    with pytest.raises(ValueError, match="at least one"):
        strongest.strongest(HAND.iloc[:0], "linf")


def test_samples_on_which_attacks_found_the_same_are_counted():
    """Of samples 0, 1 and 3, which were moved, both attacks found the same on 3 alone."""
    assert strongest.summarize(HAND, "linf", 1.0).tied == pytest.approx(1 / 3)
    nothing = HAND.assign(success=False, predicted=0)
    assert strongest.summarize(nothing, "linf", 1.0).tied is None
