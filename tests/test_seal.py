"""The renderer's version changes with whatever decides a page, and with nothing else."""

import shutil

import pytest

from core import imports, seal


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of the sources, to be touched."""
    root = tmp_path_factory.mktemp("checkout")
    for package in ("core", "reports"):
        away = shutil.ignore_patterns("__pycache__")
        shutil.copytree(imports.ROOT / package, root / package, ignore=away)
    return root


def changes(checkout, file):
    """Whether a line more in this file makes another renderer."""
    path = checkout / file
    before, version = path.read_text("utf-8"), seal.renderer_in(checkout)
    path.write_text(before + "\n# another line\n", "utf-8")
    try:
        return seal.renderer_in(checkout) != version
    finally:
        path.write_text(before, "utf-8")


@pytest.mark.parametrize(
    "file",
    [
        "core/wording.py",
        "core/seal.py",
        "core/reviews/reading.py",
        "reports/prose/numbers.py",
        "reports/document/document.py",
        "reports/compare/side_by_side.py",
        "reports/document/templates/report.html.j2",
        "reports/document/static/report.css",
    ],
)
def test_what_decides_a_page_makes_another_renderer(checkout, file):
    assert changes(checkout, file)


@pytest.mark.parametrize(
    "file",
    [
        "reports/views/run.py",
        "reports/commands/record_command.py",
        "core/store/ledger.py",
        "core/attacks/engine/ascent.py",
        "core/cells/attack_cell.py",
    ],
)
def test_what_decides_no_page_makes_no_other_renderer(checkout, file):
    assert not changes(checkout, file)


def test_a_module_that_a_page_begins_to_use_counts_from_then_on(checkout):
    words = checkout / "core" / "wording.py"
    (checkout / "core" / "new_words.py").write_text("WORD = 'robust'\n")
    assert not changes(checkout, "core/new_words.py")
    before = words.read_text("utf-8")
    words.write_text(before + "\nfrom core import new_words\n", "utf-8")
    assert changes(checkout, "core/new_words.py")
    words.write_text(before, "utf-8")


def test_the_renderer_of_this_checkout_does_not_depend_on_where_it_lies(checkout):
    assert seal.renderer_in(checkout) == seal.renderer()
