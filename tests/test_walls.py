"""The two walls: core never imports what draws, and what draws never imports what trains.

Each opens the modules in a new process and looks at what was loaded; the floors, read from the
syntax tree, are in test_house.py.
"""

import subprocess
import sys

import pytest

from core import imports

DRAW = {"streamlit", "plotly", "reports"}
TRAIN = {"keras", "tensorflow", "jax", "torch"}
TRAINING = ("core.attacks.", "core.cells.", "core.defenses.", "core.networks.", "core.planting.")
"""Rooms whose files import Keras; their packages import none, a registry only names its files."""


def modules(package: str) -> list[str]:
    """Names of the modules that can be imported anywhere and that do nothing by being imported."""
    known = imports.modules(imports.ROOT, package)
    return [name for name in known if name.rpartition(".")[2] not in ("jax", "torch", "__main__")]


def loaded_by(names: list[str]) -> set[str]:
    """Top-level packages in `sys.modules` of a new process after these imports."""
    code = (
        "import importlib, sys\n"
        f"for name in {names!r}: importlib.import_module(name)\n"
        "print(' '.join({m.partition('.')[0] for m in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=imports.ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_core_never_imports_what_draws():
    assert loaded_by(modules("core")).isdisjoint(DRAW)


@pytest.mark.parametrize("package", ["core", "reports"])
def test_what_people_use_never_imports_what_trains(package):
    names = [name for name in modules(package) if not name.startswith(TRAINING)]
    assert len(names) > 50
    assert loaded_by(names).isdisjoint(TRAIN)


@pytest.mark.parametrize(
    ("name", "library"), [("reports.plots.look", "plotly"), ("core.networks.training", "keras")]
)
def test_what_is_loaded_is_seen(name, library):
    assert library in loaded_by([name])
