"""Adding an attack is one new file and one line; everything else knows it without a change."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.attacks.toy import REGISTRY_LINE

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """A copy of the project with one file and one line more, and what it then knows."""
    home = tmp_path_factory.mktemp("house")
    for folder in ("core", "reports"):
        shutil.copytree(ROOT / folder, home / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "tests/attacks/toy.py", home / "core/attacks/toy.py")
    registry = home / "core/attacks/__init__.py"
    before = '    "core.attacks.bim:Bim",\n'
    text = registry.read_text(encoding="utf-8")
    assert before in text
    registry.write_text(text.replace(before, REGISTRY_LINE + before), encoding="utf-8")
    paths = os.pathsep.join([str(home), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-m", "tests.attacks.what_knows_the_toy"],
        cwd=home, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": paths, "THERMOCLINE_HOME": str(home / "workspace")},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_a_spec_and_the_shell_take_it(said):
    assert said["parsed"] == "Toy"
    assert said["shell"] == 0.1


def test_a_plan_attacks_with_it_and_gives_no_seed_to_what_draws_nothing(said):
    assert said["label"].startswith("toy on none")
    assert not said["seeded"]


def test_the_form_offers_it_with_its_help_and_its_settings(said):
    assert not said["raised"]
    assert said["options"]
    assert said["help"] == ["**toy**: two half steps along the gradient"]
    assert said["settings"] == [
        "targets=, targeted=False, norm=linf, eps=, loss=margin, attack_temperature=1.0"
    ]


def test_the_checks_of_a_gradient_attack_are_made_of_it(said):
    assert {"zero_gradients", "success_grows"} <= set(said["checks"])
    assert said["adaptive"] == ["pass"]
    assert said["listed"] == ["pass"]


def test_the_report_has_words_for_it_and_counts_it_in_the_threat_model(said):
    assert said["words"] == [
        "Toy attack", "toy, two half steps", "toy: toy attack, two half steps",
    ]  # fmt: skip
    assert said["follows"]
    assert said["knows"] == "the network and its weights (white box)"


def test_the_readme_gets_its_row(said):
    assert said["readme"] == ["| `toy` | two half steps along the gradient | Linf or L2 |"]
