"""A mutant whose line has moved changes nothing, and would only be seen when somebody runs it."""

from collections import Counter

import pytest

from core import imports
from tests.mutants.every import MUTANTS


@pytest.mark.parametrize("file", sorted({one.file for one in MUTANTS}))
def test_every_mutant_names_one_place_of_its_file(file):
    source = (imports.ROOT / file).read_text("utf-8")
    for one in MUTANTS:
        if one.file == file:
            assert source.count(one.old) == 1, one.old
            assert one.new != one.old


def test_no_mutant_is_there_twice():
    twice = [one for one, count in Counter(MUTANTS).items() if count > 1]
    assert not twice


def test_the_tests_near_each_are_there():
    assert not [
        name for one in MUTANTS for name in one.tests if not (imports.ROOT / name).is_file()
    ]
