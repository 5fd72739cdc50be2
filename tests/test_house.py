"""The rules of the house, held by its syntax trees: floors, typed parameters, sizes.

What still breaks a rule is listed in tests/floors.py; the lists may only grow shorter.
"""

import pytest

from core import imports
from tests import floors, house
from tests.house import Broken, House

HERE = House()
FLOORS = (("core.ground",), ("core.cellar",), ("core.hall", "app"), ("reports.attic", "core"))
"""Floors of the small houses that are planted below."""


@pytest.fixture
def planted(tmp_path):
    """A house made of these sources by path."""

    def build(sources: dict[str, str]) -> House:
        for file, source in sources.items():
            path = tmp_path / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(source)
        return House(tmp_path, FLOORS)

    return build


def held(found: list[Broken], excepted: frozenset[str]) -> None:
    """Nothing breaks the rule but what is excepted, and no exception outlives its reason."""
    new = [one.sentence for one in found if one.what not in excepted]
    assert not new, "\n" + "\n".join(new)
    mended = excepted - {one.what for one in found}
    assert not mended, f"take these out of tests/floors.py, the rule holds: {sorted(mended)}"


def test_every_module_has_a_floor():
    held(house.without_floor(HERE), frozenset())


def test_no_import_runs_back():
    held(house.running_back(HERE), floors.RUNNING_BACK)


def test_no_modules_import_each_other():
    held(house.circles(HERE), frozenset())


def test_no_rooms_import_each_other():
    held(house.circles(HERE, HERE.room), frozenset())


def test_data_travel_as_typed_values():
    """A parameter is annotated `dict` only at an edge that reads or writes JSON."""
    found = house.dict_parameters(HERE)
    places = "\n".join(one.sentence for one in found)
    assert len(found) <= floors.DICT_PARAMETERS, f"{len(found)} parameters:\n{places}"


def test_no_function_takes_more_than_people_can_hold_in_mind():
    held(house.crowded(HERE), floors.CROWDED)


def test_no_file_is_longer_than_a_room_should_be():
    held(house.long_files(HERE), floors.LONG)


def test_a_floor_is_given_once_and_to_something_that_stands():
    names = [name for floor in floors.FLOORS for name in floor]
    standing = {*HERE.modules, *(HERE.room(name) for name in HERE.modules)}
    assert len(names) == len(set(names))
    assert set(names) <= standing


# That each rule fires.


@pytest.mark.parametrize("file", ["core/loft/bat.py", "core/bat.py", "core/cellar/new/bat.py"])
def test_a_module_in_a_room_that_nobody_placed_has_no_floor(planted, file):
    built = planted({"core/cellar/wine.py": "", "app.py": "", file: ""})
    assert [one.sentence.split(":")[0] for one in house.without_floor(built)] == [file]


@pytest.mark.parametrize(
    ("source", "line", "when"),
    [
        ("from core.hall.door import open", 1, ""),
        ("from core.hall import door", 1, ""),
        ("import os\nimport core.hall.door", 2, ""),
        ("from ..hall import door", 1, ""),
        ("def f():\n    from core.hall import door", 2, " (when running)"),
        ("if TYPE_CHECKING:\n    from core.hall import door", 2, " (when typing)"),
    ],
)
def test_an_import_that_runs_back_is_named_with_its_line_and_both_floors(
    planted, source, line, when
):
    built = planted({"core/cellar/wine.py": source, "core/hall/door.py": ""})
    assert house.running_back(built) == [
        Broken(
            "core.cellar.wine -> core.hall.door",
            f"core/cellar/wine.py:{line}: core.cellar.wine on floor 1 (core.cellar) imports"
            f" core.hall.door on floor 2 (core.hall, app){when}",
        )
    ]


def test_core_that_imports_what_draws_runs_back(planted):
    built = planted(
        {"core/hall/door.py": "from reports.attic import owl", "reports/attic/owl.py": ""}
    )
    assert len(house.running_back(built)) == 1


def test_an_import_downwards_or_within_a_floor_runs_nowhere_back(planted):
    built = planted(
        {
            "core/hall/door.py": "from core.cellar import wine\nfrom core.hall import bell",
            "core/hall/bell.py": "from core import ground",
            "core/cellar/wine.py": "",
            "core/ground.py": "",
            "app.py": "from core.hall import door",
        }
    )
    assert house.running_back(built) == house.without_floor(built) == []


def test_the_floor_of_a_module_goes_before_that_of_its_room(planted):
    built = planted({"core/hall/door.py": "", "core/hall/stone.py": ""})
    lower = House(built.root, (("core.hall.stone",), *FLOORS))
    assert lower.floor("core.hall.stone") == 0
    assert lower.floor("core.hall.door") == 3


def test_modules_that_import_each_other_are_found_however_long_the_way(planted):
    built = planted(
        {
            "core/hall/door.py": "from core.hall import bell",
            "core/hall/bell.py": "def ring():\n    from core.hall import wire",
            "core/hall/wire.py": "if TYPE_CHECKING:\n    from core.hall.door import Door",
            "core/hall/mat.py": "from core.hall import door",
        }
    )
    assert [one.what for one in house.circles(built)] == [
        "core.hall.bell core.hall.door core.hall.wire"
    ]


@pytest.mark.parametrize(
    "annotation",
    ["dict", "list[dict]", "dict[str, int]", "dict | None", "'list[dict]'", "Sequence[dict]"],
)
def test_a_dict_as_annotation_of_a_parameter_counts(planted, annotation):
    forms = "def f(a: {0}): ...\nclass A:\n    async def g(self, *, b: {0} = None): ...\n"
    built = planted({"core/hall/door.py": forms.format(annotation)})
    assert [one.what for one in house.dict_parameters(built)] == [
        *("core.hall.door f a", "core.hall.door g b")
    ]


def test_a_dict_that_is_returned_or_held_is_no_parameter(planted):
    source = (
        "a: dict = {}\ndef f(b, c: int, d: list[str]) -> dict: ...\ndef dict_of(e: 'Dicts'): ..."
    )
    assert house.dict_parameters(planted({"core/hall/door.py": source})) == []


@pytest.mark.parametrize(
    ("parameters", "crowded"),
    [
        ("a, b, c, d, e, f, g, h", False),
        ("a, b, c, d, e, f, g, h, i", True),
        ("a, /, b, c, d, e, f, *, g, h, i", True),
        ("a, b, c, d, e, f, g, *h, **i", True),
        ("self, a, b, c, d, e, f, g, h", False),
    ],
)
def test_a_function_of_more_than_eight_parameters_counts(planted, parameters, crowded):
    built = planted({"core/hall/door.py": f"class A:\n    def f({parameters}): ..."})
    assert [one.what for one in house.crowded(built)] == ["core.hall.door f"] * crowded


@pytest.mark.parametrize(("lines", "long"), [(300, False), (301, True)])
def test_a_file_of_more_than_three_hundred_lines_counts(planted, lines, long):
    built = planted({"core/hall/door.py": "# a line\n" * lines})
    assert [one.what for one in house.long_files(built)] == ["core.hall.door"] * long


@pytest.mark.parametrize("folder", ["tests", "benchmarks"])
def test_no_file_beside_the_product_is_longer_either(folder):
    files = (imports.ROOT / folder).rglob("*.py")
    lines = {file.name: len(file.read_text("utf-8").splitlines()) for file in files}
    assert not {name for name, count in lines.items() if count > house.MOST_LINES}


def test_an_exception_that_nothing_needs_any_more_is_refused():
    broken = [Broken("a", "a is too long")]
    held(broken, frozenset({"a"}))
    with pytest.raises(AssertionError, match="a is too long"):
        held(broken, frozenset())
    with pytest.raises(AssertionError, match="take these out"):
        held(broken, frozenset({"a", "b"}))


def test_the_table_counts_rooms_and_imports_by_package(planted):
    built = planted(
        {
            "core/hall/door.py": "from core.cellar import wine\nfrom core.cellar import beer",
            "core/cellar/wine.py": "from core.cellar import beer",
            "core/cellar/beer.py": "",
            "reports/attic/owl.py": "from core.hall import door",
        }
    )
    lines = {line[:44].strip(): line[44:].split() for line in house.table(built).splitlines()}
    assert lines["modules"] == ["3", "1", "4"]
    assert lines["rooms"] == ["2", "1", "3"]
    assert lines["imports between modules"] == ["3", "0", "4"]
    assert lines["imports between rooms"] == ["2", "0", "3"]
    assert lines["pairs of rooms that they join"] == ["1", "0", "2"]
    assert lines["imports that run back"] == ["0", "0", "0"]


def test_the_picture_shows_every_room_that_stands_with_what_it_uses(planted):
    built = planted(
        {
            "core/hall/__init__.py": '"""Where people come in."""',
            "core/hall/door.py": "from core.cellar import wine",
            "core/cellar/wine.py": "",
        }
    )
    assert house.markdown(built).splitlines()[2] == (
        "| 2 | `core.hall` | 2 | Where people come in. | `core.cellar` |"
    )
