"""Time left is estimated from what was measured, and not invented before."""

import time
from types import SimpleNamespace

import pytest

from core.remaining import in_words, seconds_left


def cell(state, kind="train", work=100.0, done=0, total=10, started=None):
    return SimpleNamespace(
        state=state,
        kind=kind,
        work=work,
        started=started,
        progress={"done": done, "total": total} if done else None,
    )


def test_nothing_is_promised_before_anything_was_measured():
    assert seconds_left([cell("queued")], {"train": None}) is None
    assert in_words(None) == "measuring"


def test_measured_rates_and_a_running_cell_count():
    running = cell("running", done=5, started=time.time() - 10)
    left = seconds_left([cell("done"), running, cell("queued")], {"train": 0.2})
    assert left == pytest.approx(10 + 20, abs=0.5)
    assert seconds_left([cell("done")], {}) == 0


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3, "about 5 seconds"),
        (62, "about 60 seconds"),
        (300, "about 5 minutes"),
        (9000, "about 2.5 hours"),
    ],
)
def test_in_words(seconds, words):
    assert in_words(seconds) == words
