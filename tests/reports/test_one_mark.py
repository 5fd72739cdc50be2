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


@pytest.mark.parametrize(("rate", "said"), [(0.99, True), (1.0, False)])
def test_no_attack_that_moved_everything_is_said_to_have_failed(rate, said):
    row = model.row(**MINE, success_rate=rate)
    subject = {"defense": "given", "params": {"file": "mine.keras"}}
    subject |= {"attack": row.attack, "attack_params": row.attack_params}
    entry = model.within(**MINE, robust_accuracy=0.04, low=0.01, high=0.1)
    planted = model.planted(row, found=3)
    made = run(
        [],
        [entry],
        summary=[row, model.row(**MINE, **PGD)],
        diagnostics=[model.check("planted_found", subject)],
        planted=[planted],
    )
    text = " ".join(group.verdict.doubt for group in verdict.groups(made))
    assert ("no sign of robustness" in text) is said
    assert "does not count here" not in text
