"""What a table of attacked pairs is summarized to, computed again pair by pair."""

from collections import defaultdict
from statistics import mean

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.metrics import robustness
from core.model.data import Extent

FEATURES, CAP = 30, 6
EXTENT = Extent(l0=FEATURES, l1=FEATURES, l2=FEATURES**0.5, linf=1.0)
MOST = {"l0": FEATURES, "l1": FEATURES, "l2": FEATURES**0.5, "linf": 1.0}
STATUSES = ("success", "success", "cap", "zero_gradient", "zero_gradient")

few = settings(max_examples=15, deadline=None, derandomize=True, database=None)


def attacked(seed, distance):
    """Pairs of some samples under networks of some seeds, in no order, within the budget."""
    rng = np.random.default_rng(seed)
    made = []
    for network in range(rng.integers(1, 4)):
        for sample in range(8):
            for _ in range(rng.integers(1, 5)):
                status = str(rng.choice(STATUSES))
                changed = rng.integers(1, CAP + 1)
                size = rng.uniform(0.05, 1.0)
                norms = {"l0": changed, "l1": size * changed, "l2": size * changed**0.5}
                norms["linf"] = size
                if distance != "l0":
                    shrunk = 0.4 / norms[distance]
                    norms = {k: v if k == "l0" else v * shrunk for k, v in norms.items()}
                pair = {"seed": network, "sample": sample, "status": status}
                pair |= {"success": status == "success", "iterations": rng.integers(2)}
                made.append({**pair, **norms})
    return pd.DataFrame(made).sample(frac=1, random_state=seed)


def grouped(rows):
    """Pairs by sample, and by seed within it."""
    found = defaultdict(lambda: defaultdict(list))
    for pair in rows.to_dict("records"):
        found[pair["sample"]][pair["seed"]].append(pair)
    return found


def averaged(rows, of_pairs):
    """The mean over samples of the mean over seeds of something of a sample's pairs."""
    return mean(
        mean(float(of_pairs(pairs)) for pairs in by_seed.values())
        for by_seed in grouped(rows).values()
    )


def nearest(pairs, distance, cap):
    return min([pair[distance] for pair in pairs if pair["success"]], default=cap)


def vanished(pairs):
    """No pair had a gradient from the start."""
    return all(p["status"] == "zero_gradient" and not p["iterations"] for p in pairs)


@pytest.mark.parametrize(("distance", "cap"), [("l0", CAP), ("l1", 1.5), ("l2", 0.8)])
@given(seed=st.integers(0, 10_000))
@few
def test_every_number_of_a_summary_is_what_its_pairs_say(distance, cap, seed):
    rows = attacked(seed, distance)
    found = robustness.summarize(rows, robustness.measure_of(distance, cap, EXTENT))
    share = averaged(rows, lambda pairs: nearest(pairs, distance, cap)) / MOST[distance]
    assert found["samples"] == len(grouped(rows)) == 8
    assert found["pairs"] == len(rows)
    assert found["inputs"] == sum(len(by_seed) for by_seed in grouped(rows).values())
    assert found["successes"] == sum(rows["success"])
    assert found["rho"] == pytest.approx(share)
    assert found["rho_cap"] == pytest.approx(cap / MOST[distance])
    for name, of_pairs in (
        ("success_rate", lambda pairs: mean(pair["success"] for pair in pairs)),
        ("censored", lambda pairs: not any(pair["success"] for pair in pairs)),
        ("zero_gradient_samples", vanished),
    ):
        assert found[name] == pytest.approx(averaged(rows, of_pairs)), name
    moved = [pair for pair in rows.to_dict("records") if pair["status"] == "success"]
    for norm in ("l1", "l2", "linf"):
        expected = mean(pair[norm] for pair in moved) if moved else None
        assert found[f"mean_{norm}"] == pytest.approx(expected)


@given(seed=st.integers(0, 10_000))
@few
def test_in_each_distance_a_sample_that_was_not_moved_counts_the_most_the_budget_allows(seed):
    """6 features may each move by the whole range: 6 in L1, the root of 6 in L2, 1 in Linf."""
    rows = attacked(seed, "l0")
    found = robustness.in_every_distance(rows, robustness.measure_of("l0", CAP, EXTENT), EXTENT)
    for distance, cap in {"l0": CAP, "l1": CAP, "l2": CAP**0.5, "linf": 1.0}.items():
        expected = averaged(rows, lambda pairs, d=distance, c=cap: nearest(pairs, d, c))
        assert found[distance].mean == pytest.approx(expected)
        assert found[distance].low <= expected <= found[distance].high
