"""A fingerprint is of what code says: not of where it stands, its name, or its comments."""

import pytest

from core import imports
from core.planning import keys, sources
from core.planning.sources import fingerprint

FILES = {
    "core/__init__.py": "",
    "core/cell.py": "from core.rooms import fitting\nfrom core.rooms.loss import loss\n"
    "def run(x):\n    return fitting.fit(x, loss)\n",
    "core/rooms/__init__.py": "",
    "core/rooms/fitting.py": "from core.rooms.gradients import gradient\n"
    "def fit(x, loss):\n    return loss(gradient(x))\n",
    "core/rooms/loss.py": "def loss(x):\n    return x + 1\n",
    "core/rooms/gradients/__init__.py": "import importlib\nimport keras\n"
    "def gradient(x):\n"
    "    name = f'.{keras.backend.backend()}'\n"
    "    return importlib.import_module(f'.{keras.backend.backend()}', __package__).of(x)\n",
    "core/rooms/gradients/jax.py": "def of(x):\n    return x * 2\n",
    "core/rooms/gradients/tensorflow.py": "def of(x):\n    return 2 * x\n",
    "core/apart.py": "y = 1\n",
}


@pytest.fixture
def house(tmp_path, monkeypatch):
    """Writes a small project and tells the fingerprint of its cell."""

    class House:
        def __init__(self):
            for path, text in FILES.items():
                self.write(path, text)

        def write(self, path, text):
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)

        def read(self, path):
            return (tmp_path / path).read_text()

        def replace(self, path, old, new):
            assert old in self.read(path)
            self.write(path, self.read(path).replace(old, new))

        def move(self, old, new):
            self.write(new, self.read(old))
            (tmp_path / old).unlink()

        def print(self, backend="tensorflow", start="core.cell"):
            fingerprint.cache_clear()
            return fingerprint(start, backend=backend)

    monkeypatch.setattr(sources, "ROOT", tmp_path)
    yield House()
    fingerprint.cache_clear()


def test_comments_and_docstrings_do_not_count(house):
    first = house.print()
    house.replace("core/rooms/loss.py", "    return", '    """One more."""\n    # why\n    return')
    house.write("core/rooms/fitting.py", '"""Fit."""\n\n' + house.read("core/rooms/fitting.py"))
    assert house.print() == first


@pytest.mark.parametrize("path", ["core/cell.py", "core/rooms/fitting.py", "core/rooms/loss.py"])
def test_one_line_of_what_is_reached_counts(house, path):
    first = house.print()
    house.replace(path, "    return ", "    return 1 + ")
    assert house.print() != first


def test_what_is_not_reached_does_not_count(house):
    first = house.print()
    house.replace("core/apart.py", "1", "2")
    assert house.print() == first


def test_a_moved_module_keeps_the_fingerprint(house):
    first = house.print()
    house.move("core/rooms/loss.py", "core/elsewhere/below/loss.py")
    house.replace("core/cell.py", "core.rooms.loss", "core.elsewhere.below.loss")
    assert house.print() == first


def test_a_renamed_module_keeps_the_fingerprint(house):
    first = house.print()
    house.move("core/rooms/fitting.py", "core/rooms/training.py")
    house.replace("core/cell.py", "import fitting", "import training")
    house.replace("core/cell.py", "fitting.fit", "training.fit")
    assert house.print() == first


def test_the_cell_itself_may_move(house):
    first = house.print()
    house.move("core/cell.py", "core/cells/train.py")
    assert house.print(start="core.cells.train") == first


def test_the_room_with_one_file_a_backend_may_move(house):
    first = house.print()
    for name in ("__init__", "jax", "tensorflow"):
        house.move(f"core/rooms/gradients/{name}.py", f"core/slopes/{name}.py")
    house.replace("core/rooms/fitting.py", "core.rooms.gradients", "core.slopes")
    assert house.print() == first
    house.replace("core/slopes/tensorflow.py", "2 * x", "3 * x")
    assert house.print() != first


def test_the_same_name_from_another_module_is_other_code(house):
    """Both are reached before and after: what changes is which of them is called."""
    house.write("core/rooms/other.py", "def loss(x):\n    return x - 1\n")
    house.replace("core/cell.py", "def run", "from core.rooms import other as unused\ndef run")
    first = house.print()
    house.replace("core/cell.py", "core.rooms.loss import", "core.rooms.other import")
    house.replace("core/cell.py", "import other as unused", "import loss as unused")
    assert house.print() != first


def test_a_module_named_by_a_string_is_followed_and_its_name_does_not_count(house):
    house.write("core/cell.py", "PLACES = ['core.rooms.loss:loss']\n")
    first = house.print()
    house.move("core/rooms/loss.py", "core/losses.py")
    house.replace("core/cell.py", "core.rooms.loss:", "core.losses:")
    assert house.print() == first
    house.replace("core/losses.py", "x + 1", "x + 2")
    assert house.print() != first


def test_of_several_backends_only_the_one_that_runs_counts(house):
    before = {name: house.print(name) for name in ("tensorflow", "jax")}
    assert before["tensorflow"] != before["jax"]
    house.replace("core/rooms/gradients/jax.py", "x * 2", "x * 3")
    assert house.print("tensorflow") == before["tensorflow"]
    assert house.print("jax") != before["jax"]


def test_what_loads_the_library_of_another_backend_never_runs(house):
    house.write("core/fast.py", "import tensorflow as tf\ndef fast(x):\n    return x\n")
    house.replace("core/rooms/fitting.py", "def fit", "from core.fast import fast\ndef fit")
    before = {name: house.print(name) for name in ("tensorflow", "jax")}
    house.replace("core/fast.py", "return x", "return -x")
    assert house.print("tensorflow") != before["tensorflow"]
    assert house.print("jax") == before["jax"]


@pytest.mark.parametrize("backend", ["tensorflow", "jax", "torch"])
@pytest.mark.parametrize("start", [*keys.TRAIN_CODE[:1], "core.attacks.pgd", "core.attacks.cw_l2"])
def test_a_cell_of_this_project_reaches_the_gradients_of_its_backend(start, backend):
    known = imports.modules(sources.ROOT, "core")
    found = sources._reached((start,), known, backend)
    files = {f"core.networks.gradients.{name}" for name in ("tensorflow", "jax", "torch")}
    assert files & set(found) == {f"core.networks.gradients.{backend}"}


def test_training_does_not_depend_on_any_attack_nor_on_the_plan():
    known = imports.modules(sources.ROOT, "core")
    found = sources._reached(keys.TRAIN_CODE, known, "tensorflow")
    strange = ("core.attacks", "core.defenses", "core.planning", "core.spec", "core.results")
    assert not [name for name in found if name.startswith(strange)]


def test_what_is_left_out_exists():
    """A left-out module that moves must be left out under its new name, or all keys change."""
    known = imports.modules(sources.ROOT, "core")
    assert {*sources.LEFT_OUT, *sources.LEFT_OUT_ROOMS} <= set(known)
