"""What is said of the detector: which it is, and shares only where successes are many."""

import pytest

from core.metrics.noticed import FEWEST
from reports.sections import detection
from tests.reports import full
from tests.reports.changing import changed, each, first

MADE = full.everything()


def counted(entry, pairs, noticed):
    known = pairs >= FEWEST
    return changed(
        entry,
        pairs=pairs,
        noticed=noticed,
        detected=noticed / pairs if known else None,
        low=0.0 if known else None,
        high=1.0 if known else None,
    )


def test_the_detector_is_named_wherever_its_number_stands():
    assert "probabilistic PCA" in detection.table(MADE).caption
    assert "robabilistic PCA" in detection.takeaway(MADE)
    assert any(
        "probabilistic PCA" in note.text for note in detection.figure(MADE).layout.annotations
    )


@pytest.mark.parametrize("pairs", [FEWEST - 1, FEWEST])
def test_with_few_successes_a_share_is_in_no_sentence_figure_or_cell(pairs):
    few = counted(MADE.detection[0], pairs, 3)
    others = [counted(one, 60, 30) for one in MADE.detection[1:]]
    made = changed(MADE, detection=[few, *others])
    known = pairs >= FEWEST
    said = detection.takeaway(made)
    assert ("10.0\u00a0%" in said) == known
    assert ("Left out: 1" in said) == (not known)
    cells = [row for row in detection.table(made).rows if row[3] == str(pairs)]
    assert len(cells) == 1
    assert (cells[0][2] == "–") == (not known)
    dots = sum(len(trace.x) for trace in detection.figure(made).data)
    every = sum(len(trace.x) for trace in detection.figure(MADE).data)
    assert dots == every - (not known)


def test_seeds_are_pooled_and_not_averaged():
    """30 of 30 and 0 of 60: 33 %, not 50 %."""
    one = MADE.detection[0]
    seeds = [counted(one, 30, 30), changed(counted(one, 60, 0), seed=1)]
    made = changed(MADE, detection=seeds)
    ((_, _, share, pairs, _),) = detection.table(made).rows
    assert (share.split()[0].split("\u00a0")[0], pairs) == ("33.3", "90")


def test_what_one_seed_does_not_tell_is_not_told_of_all():
    one = MADE.detection[0]
    earlier = changed(one, seed=1, noticed=None, detected=None, low=None, high=None)
    made = changed(MADE, detection=[counted(one, 60, 30), earlier])
    ((_, _, share, pairs, _),) = detection.table(made).rows
    assert (share, pairs) == ("–", "120")


def test_of_an_earlier_version_only_the_successes_are_told():
    rows = each(MADE.detection, noticed=None, detected=None, low=None, high=None)
    made = changed(MADE, detection=rows)
    assert {row[2] for row in detection.table(made).rows} == {"–"}
    assert "%" not in detection.takeaway(made)
    assert detection.figure(made) is None
    assert first(rows, pairs=1)
