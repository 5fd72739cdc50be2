"""Source by target class matrices, worked by hand."""

import numpy as np
import pandas as pd

from core.metrics.matrices import class_matrices


def rows(*pairs):
    """Each pair: (label, target, predicted, status, l0)."""
    frame = pd.DataFrame(pairs, columns=["label", "target", "predicted", "status", "l0"])
    return frame.assign(success=frame["status"] == "success")


def test_each_pair_stands_at_its_source_and_target():
    found = class_matrices(
        rows(
            (0, 1, 1, "success", 4),
            (0, 1, 1, "success", 8),
            (0, 1, 0, "cap", 20),
            (2, 0, 2, "zero_gradient", 0),
        ),
        "l0",
        3,
    )
    assert found.count.tolist() == [[0, 3, 0], [0, 0, 0], [1, 0, 0]]
    rate = [[np.nan, 2 / 3, np.nan], [np.nan, np.nan, np.nan], [0, np.nan, np.nan]]
    np.testing.assert_allclose(found.success_rate, rate)
    # A pair that failed has no distortion.
    np.testing.assert_allclose(found.distortion[0], [np.nan, 6, np.nan])
    assert np.isnan(found.distortion[2]).all()


def test_an_untargeted_pair_chose_its_class():
    found = class_matrices(
        rows((0, -1, 1, "success", 4), (0, -1, 2, "success", 6), (0, -1, 0, "cap", 9)), "l0", 3
    )
    assert found.count.tolist() == [[0, 3, 3], [0, 0, 0], [0, 0, 0]]
    np.testing.assert_allclose(found.success_rate[0], [np.nan, 1 / 3, 1 / 3])
    np.testing.assert_allclose(found.distortion[0], [np.nan, 4, 6])


def test_matrices_equal_a_group_by():
    generator = np.random.default_rng(0)
    n = 400
    label, target = generator.integers(0, 5, n), generator.integers(0, 5, n)
    status = generator.choice(["success", "cap"], n)
    predicted = np.where(status == "cap", label, target)
    mine = rows(*zip(label, target, predicted, status, generator.integers(1, 50, n), strict=True))
    found = class_matrices(mine, "l0", 5)
    for (source, goal), group in mine.groupby(["label", "target"]):
        assert found.count[source, goal] == len(group)
        assert found.success_rate[source, goal] == group["success"].mean()
        np.testing.assert_allclose(
            found.distortion[source, goal], group[group["status"] == "success"]["l0"].mean()
        )
