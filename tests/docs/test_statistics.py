"""The table of docs/statistics.md: what covers as often as it says, and what falls short."""

import re

import pytest

from benchmarks import coverage
from core import imports

PAGE = (imports.ROOT / "docs" / "statistics.md").read_text("utf-8")
LINES = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if re.match(r"\| (share|difference|mean|gain)\b.*\| \**\d", line)
]


def covered(line):
    return [float(cell.strip("*")) for cell in line[2:]]


def test_every_world_of_the_simulation_has_its_line():
    there = [tuple(line[:2]) for line in LINES if "not used" not in line[1]]
    assert there == [(row.what, row.worlds) for row in coverage.rows()]
    assert all(len(covered(line)) == len(coverage.SIZES) for line in LINES)


@pytest.mark.parametrize("what", ["share", "difference of shares", "difference of means", "gain"])
def test_shares_differences_and_gains_cover_at_least_93_percent_everywhere(what):
    mine = [line for line in LINES if re.fullmatch(rf"{what}( [\d.]+)?", line[0])]
    assert len(mine) in (6, 64)
    assert min(min(covered(line)) for line in mine) >= 93


def test_what_falls_short_is_in_bold_and_nothing_else():
    for line in LINES:
        for cell in line[2:]:
            if "not used" not in line[1]:
                assert cell.startswith("**") == (float(cell.strip("*")) < 93)


def test_of_reports_without_an_effect_at_most_5_percent_hold_a_detection():
    shares = [float(one) for one in re.findall(r"without any effect .*, ([\d.]+) % hold", PAGE)]
    assert len(shares) == 4
    assert max(shares) <= 5
