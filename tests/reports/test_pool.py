"""The least of three forms of one attack is not called the strongest attack."""

import pytest

from core.attacks import NAMES, approach
from reports.prose.pool import strongest_of


@pytest.mark.parametrize(
    ("attacks", "said"),
    [
        (["jsma-logf"], "jsma-logf"),
        (["pgd", "pgd"], "pgd"),
        (
            ["jsma-f", "jsma-f64", "jsma-logf"],
            "the strongest of 3 forms of one attack (jsma-f, jsma-f64 and jsma-logf)",
        ),
        (
            ["jsma-f", "jsma-logf", "cw-l0"],
            "the strongest of 3 attacks, on each sample of those that ran on it",
        ),
    ],
)
def test_what_the_strongest_is_taken_from_is_said(attacks, said):
    assert strongest_of(attacks) == said


def test_every_form_of_the_papers_attack_is_one_approach():
    family = [name for name in NAMES if name.startswith("jsma")]
    assert len(family) == 4
    assert len({approach(name) for name in family}) == 1
