"""The mark beside the statement on one network: the worst of its verdicts."""

import pytest

from reports.sections import verdict
from tests import model
from tests.reports.test_alone import MINE, PGD, run


@pytest.mark.parametrize(
    ("first", "second", "mark"),
    [
        ((0.04, 0.01, 0.1), (0.04, 0.01, 0.1), "✕"),
        ((0.04, 0.01, 0.1), (0.5, 0.4, 0.6), "✕"),
        ((0.5, 0.4, 0.6), (0.5, 0.4, 0.6), "?"),
    ],
)
def test_of_several_verdicts_on_one_network_the_worst_gives_the_mark(first, second, mark):
    entries = [
        model.within(**MINE, **place, robust_accuracy=kept[0], low=kept[1], high=kept[2])
        for place, kept in (({}, first), ({"distance": "l0", "budget": 112}, second))
    ]
    made = run(
        [], entries, summary=[model.row(**MINE, success_rate=None), model.row(**MINE, **PGD)]
    )
    assert verdict.answer(made).mark == mark
