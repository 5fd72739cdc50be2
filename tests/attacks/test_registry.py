"""The registry is the only list of attacks; what it does not have gets an answer too."""

import subprocess
import sys
from pathlib import Path

import pytest

from core import attacks
from core.attacks import table
from core.errors import UserError
from core.planning import sources

README = Path(__file__).parents[2] / "README.md"


def test_the_readme_lists_every_attack_as_the_registry_has_it():
    text = README.read_text(encoding="utf-8")
    start = text.index(table.HEAD[0])
    assert tuple(text[start : text.index("\n\n", start)].splitlines()) == table.lines()


def test_an_unknown_attack_is_named_where_it_is_asked_for():
    with pytest.raises(UserError, match="'deepfool' is unknown; choose one of jsma-f"):
        attacks.settings("deepfool")


def test_an_attack_of_another_version_is_told_by_its_name_and_trusted_with_nothing():
    facts = attacks.facts("deepfool")
    assert (facts.label, facts.title) == ("deepfool", "")
    assert not facts.white_box
    assert not facts.black_box
    assert not facts.looks_for_closest
    assert not attacks.is_adaptive("deepfool", {"loss": "margin"})
    assert attacks.distance_of("deepfool", {"norm": "l2"}) == "l2"
    assert attacks.distance_of("deepfool", {}) == "l0"
    assert attacks.distance_of("deepfool", {"norm": "<b>"}) == "l0"


@pytest.mark.parametrize("params", [{"norm": "<b>"}, {"_fields_set": 5, "norm": None}])
def test_settings_that_no_version_wrote_do_not_decide_the_distance(params):
    assert attacks.distance_of("pgd", params) == "linf"


@pytest.mark.parametrize(
    ("attack", "params", "distance", "closest"),
    [
        ("jsma-logf", {}, "l0", True),
        ("cw-l0", {}, "l0", True),
        ("cw-l2", {}, "l2", True),
        ("decision", {}, "l2", True),
        ("decision", {"norm": "linf"}, "linf", True),
        ("pgd", {"norm": "l2"}, "l2", False),
        ("genetic", {}, "linf", False),
        ("transfer", {"norm": "linf"}, "linf", False),
    ],
)
def test_each_attack_keeps_one_distance_small(attack, params, distance, closest):
    assert attacks.distance_of(attack, params) == distance
    assert attacks.facts(attack).looks_for_closest is closest


TOLD = """
class Toy(Attack):
    facts: ClassVar = Facts(title="{title}")
    steps: int = {steps}
"""


def test_words_about_an_attack_decide_no_result_so_that_new_ones_recompute_nothing():
    def code(**told):
        return sources._text(TOLD.format(**told), "core.attacks", frozenset())

    assert code(title="old words", steps=3) == code(title="new words", steps=3)
    assert code(title="old words", steps=3) != code(title="old words", steps=4)


def test_the_attacks_are_known_without_importing_what_computes():
    code = (
        "import sys, core.attacks;"
        " sys.exit(any(name in sys.modules for name in ('keras', 'tensorflow', 'scipy')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
