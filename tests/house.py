"""The house in numbers, read from the syntax trees of core/, reports/ and app.py.

`python -m tests.house` prints a table, `--markdown` the floors with their rooms, as docs show them;
`--root PATH` measures another checkout, `--moves FILE` says by lines `OLD moves to NEW` under which
path the floors know a file that stood elsewhere then. Modules are read, never imported.
"""

from __future__ import annotations

import argparse
import ast
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from core import imports
from core.imports import Import, When
from tests.floors import FLOORS

PACKAGES = ("core", "reports")
MOST_PARAMETERS = 8
MOST_LINES = 300


@dataclass(frozen=True)
class House:
    """The modules of a checkout.

    Attributes:
        root: its folder. floors: names of rooms and modules, the lowest floor first.
        moved: the name under which the floors know a module, where it is another one.
    """

    root: Path = imports.ROOT
    floors: tuple[tuple[str, ...], ...] = FLOORS
    moved: dict[str, str] = field(default_factory=dict)

    @cached_property
    def modules(self) -> dict[str, Path]:
        """Files by dotted name."""
        return imports.modules(self.root, *PACKAGES, "app")

    @cached_property
    def imports(self) -> list[Import]:
        """All imports of one module of the house by another; what is only named is none."""
        found = [
            one
            for name, path in self.modules.items()
            for one in imports.of_module(name, imports.parsed(path), self.modules)
        ]
        return [one for one in found if one.when != When.NAMED]

    def room(self, module: str) -> str:
        """The folder that a module lies in; a file beside the rooms is a room of its own."""
        folder = module.rpartition(".")[0]
        package = self.modules[module].name == "__init__.py"
        return module if package or folder in ("", *PACKAGES) else folder

    def floor(self, module: str) -> int | None:
        """The floor of a module, by its own name or its room's: 0 is the lowest, None: none."""
        heights = {name: height for height, floor in enumerate(self.floors) for name in floor}
        known = self.moved.get(module, module)
        room = known.rpartition(".")[0]
        own = None if room in ("", *PACKAGES) else heights.get(room)
        return heights.get(known, own)

    def named(self, floor: int) -> str:
        """A floor in words."""
        return f"floor {floor} ({', '.join(self.floors[floor])})"

    def place(self, module: str, line: int) -> str:
        """File and line, as an editor opens them."""
        return f"{self.modules[module].relative_to(self.root)}:{line}"


@dataclass(frozen=True)
class Broken:
    """A place that breaks a rule: its name, by which it may be excepted, and a sentence."""

    what: str
    sentence: str


def without_floor(house: House) -> list[Broken]:
    """Modules that stand on no floor."""
    return [
        Broken(name, f"{house.place(name, 1)}: {name} has no floor; give it one in tests/floors.py")
        for name in house.modules
        if house.floor(name) is None
    ]


def running_back(house: House) -> list[Broken]:
    """Imports from a floor above the importer's own, those of functions and types included."""
    found = []
    for one in house.imports:
        low, high = house.floor(one.importer), house.floor(one.imported)
        if low is not None and high is not None and low < high:
            where = "" if one.when == When.LOADING else f" (when {one.when})"
            said = (
                f"{house.place(one.importer, one.line)}: {one.importer} on {house.named(low)}"
                f" imports {one.imported} on {house.named(high)}{where}"
            )
            found.append(Broken(f"{one.importer} -> {one.imported}", said))
    return found


def circles(house: House, of: Callable[[str], str] = str) -> list[Broken]:
    """Groups of modules that import each other in the end, or of what `of` says they belong to."""
    leads: dict[str, set[str]] = defaultdict(set)
    for one in house.imports:
        if of(one.importer) != of(one.imported):
            leads[of(one.importer)].add(of(one.imported))
    reached = {name: _reached(name, leads) for name in sorted(leads)}
    found = {
        tuple(sorted(other for other in there if name in reached.get(other, ())))
        for name, there in reached.items()
        if name in there
    }
    return [Broken(" ".join(group), f"import each other: {group}") for group in sorted(found)]


def _reached(start: str, leads: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = [*leads[start]]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += leads.get(name, ())
    return seen


def dict_parameters(house: House) -> list[Broken]:
    """Parameters whose annotation holds `dict`: plain, in a list, with types or with None."""
    return [
        Broken(f"{name} {function.name} {one.arg}", f"{house.place(name, one.lineno)}: {one.arg}")
        for name, function in _functions(house)
        for one in _parameters(function)
        if one.annotation is not None and _holds_dict(one.annotation)
    ]


def crowded(house: House) -> list[Broken]:
    """Functions with more than `MOST_PARAMETERS` parameters; self and cls do not count."""
    found = []
    for name, function in _functions(house):
        count = len([one for one in _parameters(function) if one.arg not in ("self", "cls")])
        if count > MOST_PARAMETERS:
            said = f"{house.place(name, function.lineno)}: {function.name} has {count} parameters"
            found.append(Broken(f"{name} {function.name}", said))
    return found


def long_files(house: House) -> list[Broken]:
    """Files of more than `MOST_LINES` lines."""
    counts = {n: len(p.read_text("utf-8").splitlines()) for n, p in house.modules.items()}
    return [
        Broken(name, f"{house.place(name, count)}: {count} lines")
        for name, count in counts.items()
        if count > MOST_LINES
    ]


def _functions(house: House) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for name, path in house.modules.items():
        for node in ast.walk(imports.parsed(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield name, node


def _parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.arg]:
    given = function.args
    rest = [one for one in (given.vararg, given.kwarg) if one is not None]
    return [*given.posonlyargs, *given.args, *given.kwonlyargs, *rest]


def _holds_dict(annotation: ast.expr) -> bool:
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return _holds_dict(ast.parse(annotation.value, mode="eval").body)
    names = (getattr(node, "id", None) for node in ast.walk(annotation))
    return any(name in ("dict", "Dict") for name in names)


def table(house: House) -> str:
    """The house in numbers, by package and as a whole."""
    columns = (*PACKAGES, "all")
    lines = [f"{'':44}" + "".join(f"{column:>9}" for column in columns)]
    for title, names in _counted(house).items():
        counts = [sum(1 for name in names if column in (name, "all")) for column in columns]
        lines.append(f"{title:44}" + "".join(f"{count:9}" for count in counts))
    return "\n".join(lines)


def _counted(house: House) -> dict[str, list[str]]:
    """By the title of a line: the package of each thing counted, "" where it lies between two."""

    def packages(names: Iterable[str]) -> list[str]:
        return [name.partition(".")[0] for name in names]

    def both(pairs: Iterable[tuple[str, str]]) -> list[str]:
        split = [packages(pair) for pair in pairs]
        return [one if one == other else "" for one, other in split]

    pairs = [(one.importer, one.imported) for one in house.imports]
    between = [
        (room, other)
        for room, other in ((house.room(one), house.room(other)) for one, other in pairs)
        if room != other
    ]
    dicts = packages(one.what for one in dict_parameters(house))
    when = {kind: [one for one in house.imports if one.when == kind] for kind in When}
    groups = circles(house), circles(house, house.room)
    return {
        "modules": packages(house.modules),
        "rooms": packages({house.room(name) for name in house.modules}),
        "imports between modules": both(pairs),
        "  of them in functions": both((one.importer, one.imported) for one in when[When.RUNNING]),
        "  of them for the type checker": both(
            (one.importer, one.imported) for one in when[When.TYPING]
        ),
        "imports between rooms": both(between),
        "pairs of rooms that they join": both(set(between)),
        "imports that run back": packages(one.what for one in running_back(house)),
        "modules without a floor": packages(one.what for one in without_floor(house)),
        "modules that import each other in a circle": packages(
            name for group in groups[0] for name in group.what.split()
        ),
        "rooms that import each other in a circle": packages(
            name for group in groups[1] for name in group.what.split()
        ),
        "parameters annotated dict": dicts,
        "files that have them": packages(
            {one.what.partition(" ")[0] for one in dict_parameters(house)}
        ),
        f"functions of more than {MOST_PARAMETERS} parameters": packages(
            one.what for one in crowded(house)
        ),
        f"files of more than {MOST_LINES} lines": packages(one.what for one in long_files(house)),
    }


def markdown(house: House) -> str:
    """The floors from the top down: each room, what lives there, and the rooms that it uses."""
    lines = [
        "| floor | room | modules | what lives there | uses |",
        "| --: | --- | --: | --- | --- |",
    ]
    for height in reversed(range(len(house.floors))):
        for room in sorted({house.room(n) for n in house.modules if house.floor(n) == height}):
            own = [n for n in house.modules if house.room(n) == room and house.floor(n) == height]
            uses = {house.room(one.imported) for one in house.imports if one.importer in own}
            used = ", ".join(f"`{other}`" for other in sorted(uses - {room}))
            named = f"`{room}`" if room in own or len(own) > 1 else f"`{own[0]}`"
            first = room if room in own else own[0]
            said = (ast.get_docstring(imports.parsed(house.modules[first])) or "").split("\n")[0]
            lines.append(f"| {height} | {named} | {len(own)} | {said} | {used} |")
    return "\n".join(lines)


def _moves(file: Path | None) -> dict[str, str]:
    """Names of modules after the moves, by the name before."""
    lines = [] if file is None else file.read_text("utf-8").splitlines()
    pairs = (line.strip().split(" moves to ") for line in lines if " moves to " in line)
    dotted = ([imports.dotted(Path(one)) for one in pair] for pair in pairs)
    return dict(dotted)


def main() -> None:
    """Print the numbers, or the picture."""
    parser = argparse.ArgumentParser(prog="python -m tests.house", description=__doc__)
    parser.add_argument("--root", type=Path, default=imports.ROOT)
    parser.add_argument("--moves", type=Path)
    parser.add_argument("--markdown", action="store_true")
    given = parser.parse_args()
    house = House(given.root.resolve(), moved=_moves(given.moves))
    print(markdown(house) if given.markdown else table(house))


if __name__ == "__main__":
    main()
