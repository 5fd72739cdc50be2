"""The two walls: core never imports what draws, and what draws never imports what trains."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def modules(folder: str) -> list[str]:
    found = []
    for path in sorted((ROOT / folder).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return found


def loaded_by(imports: list[str]) -> set[str]:
    """Top-level packages in `sys.modules` of a new process after these imports."""
    code = (
        "import importlib, sys\n"
        f"for name in {imports!r}: importlib.import_module(name)\n"
        "print(' '.join({m.partition('.')[0] for m in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_core_never_imports_what_draws():
    optional = ("jax", "torch")
    names = [n for n in modules("core") if n.rpartition(".")[2] not in (*optional, "__main__")]
    assert loaded_by(names).isdisjoint({"streamlit", "plotly", "reports"})


@pytest.mark.parametrize(
    "names",
    [
        ["core.cli.cli", "core.store.ledger", "core.planning.prepare", "core.results.collecting"],
        ["core.execution.worker"],
        [n for n in modules("reports") if not n.endswith("__main__")],
    ],
    ids=["cli", "worker", "reports"],
)
def test_what_people_use_never_imports_what_trains(names):
    assert names
    assert loaded_by(names).isdisjoint({"keras", "tensorflow", "jax", "torch"})


def test_floors_are_never_climbed():
    """No module imports one from a floor above its own."""
    floors = [
        {"errors", "settings", "canonical", "model", "environment"},
        {"networks"},
        {"attacks"},
        {"spec", "metrics"},
        {"data", "defenses", "store", "judgement"},
        {"execution"},
        {"cli", "watch", "doctor"},
    ]
    height = {name: index for index, floor in enumerate(floors) for name in floor}
    for path in (ROOT / "core").rglob("*.py"):
        place = path.relative_to(ROOT / "core").with_suffix("").parts[0]
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("from core."):
                other = line.split()[1].split(".")[1]
                if place in height and other in height:
                    assert height[other] <= height[place], f"{path.name}: {line}"
