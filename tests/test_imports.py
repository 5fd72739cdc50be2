"""Imports are read from the syntax tree: where they stand, what they mean, and where they lead."""

from pathlib import Path

import pytest

from core import imports
from core.imports import Import, When


@pytest.fixture
def project(tmp_path):
    """Writes sources by dotted name and gives the modules of the project they make."""

    def make(**sources: str) -> dict[str, Path]:
        for name, source in sources.items():
            path = tmp_path / "house" / f"{name.replace('__', '/')}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            (path.parent / "__init__.py").touch()
            path.write_text(source)
        return imports.modules(tmp_path, "house")

    return make


def found(known, name):
    return imports.of_module(name, imports.parsed(known[name]), known)


@pytest.mark.parametrize(
    ("source", "imported", "when"),
    [
        ("from house import cellar", "house.cellar", When.LOADING),
        ("from house.cellar import wine", "house.cellar", When.LOADING),
        ("import house.cellar as below", "house.cellar", When.LOADING),
        ("from . import cellar", "house.cellar", When.LOADING),
        ("from .cellar import wine", "house.cellar", When.LOADING),
        ("from house.attic import owl", "house.attic.owl", When.LOADING),
        ("from house.attic import Beam", "house.attic", When.LOADING),
        ("class A:\n    from house import cellar", "house.cellar", When.LOADING),
        ("def f():\n    from house import cellar", "house.cellar", When.RUNNING),
        ("async def f():\n    import house.cellar", "house.cellar", When.RUNNING),
        ("if TYPE_CHECKING:\n    from house import cellar", "house.cellar", When.TYPING),
        ("if typing.TYPE_CHECKING:\n    import house.cellar", "house.cellar", When.TYPING),
        ("if TYPE_CHECKING:\n  pass\nelse:\n  import house.cellar", "house.cellar", When.LOADING),
        ("ROOMS = {'low': 'house.cellar'}", "house.cellar", When.NAMED),
        ("ROOMS = {'low': 'house.cellar:Wine'}", "house.cellar", When.NAMED),
    ],
)
def test_every_way_to_import_is_seen(project, source, imported, when):
    known = project(door=source, cellar="", attic__owl="")
    assert [(one.imported, one.when) for one in found(known, "house.door")] == [(imported, when)]


def test_an_import_names_its_line(project):
    known = project(door="'''House.'''\n\nimport os\nfrom house import cellar\n", cellar="")
    assert found(known, "house.door") == [Import("house.door", "house.cellar", 4, When.LOADING)]


def test_a_relative_import_of_a_package_starts_in_the_package(project):
    known = project(attic__owl="", door="")
    known["house.attic"].write_text("from . import owl\nfrom .. import door")
    assert [one.imported for one in found(known, "house.attic")] == [
        "house.attic.owl",
        "house.door",
    ]


def test_what_is_not_of_the_project_and_what_only_mentions_a_module_count_as_nothing(project):
    known = project(door="import os\nfrom json import loads\nX = 'the house.cellar'", cellar="")
    assert found(known, "house.door") == []


def test_imports_lead_on_through_functions_and_registries_but_not_through_types(project):
    known = project(
        door="from house import hall",
        hall="def f():\n    from house import stairs\nROOMS = ['house.kitchen']",
        stairs="from house import door",
        kitchen="if TYPE_CHECKING:\n    from house import cellar",
        cellar="",
    )
    assert imports.reachable(["house.door"], known) == [
        *("house.door", "house.hall", "house.kitchen", "house.stairs")
    ]


def test_what_is_left_out_leads_nowhere(project):
    known = project(door="from house import hall", hall="from house import cellar", cellar="")
    reached = imports.reachable(["house.door"], known, lambda name: name == "house.hall")
    assert reached == ["house.door"]


def test_the_modules_of_this_project_are_all_its_files():
    known = imports.modules(imports.ROOT, "core", "reports", "app")
    assert known["app"] == imports.ROOT / "app.py"
    assert known["core.store"] == imports.ROOT / "core" / "store" / "__init__.py"
    assert len(set(known.values())) == len(known) > 200
