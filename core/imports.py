"""Which modules of this project import which, read from their syntax trees; nothing is imported.

Fingerprints of code (of a cell, of the page) and the test of the floors follow the same imports.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
"""The folder of this checkout, in which `core` and `reports` lie."""


class When(StrEnum):
    """When an import happens."""

    LOADING = "loading"
    """With the module that holds it."""
    RUNNING = "running"
    """When a function that holds it is called."""
    TYPING = "typing"
    """Never, but for the type checker: it stands below `if TYPE_CHECKING`."""
    NAMED = "named"
    """By a string that is a module's name, as a registry holds to import it when it is needed."""


@dataclass(frozen=True)
class Import:
    """One module of the project that another one imports, the line, and when it happens."""

    importer: str
    imported: str
    line: int
    when: When


def modules(root: Path, *folders: str) -> dict[str, Path]:
    """Files of the modules in these packages below `root`, by dotted name, in order of names.

    Args: folders: names of packages such as `core`, or of one module such as `app`.
    """
    found = {}
    for folder in folders:
        files = [root / f"{folder}.py", *(root / folder).rglob("*.py")]
        found |= {dotted(path.relative_to(root)): path for path in files if path.is_file()}
    return dict(sorted(found.items()))


def dotted(path: Path) -> str:
    """The name of the module in a file, whose path starts at the folder of the checkout."""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def of_module(name: str, tree: ast.Module, known: Mapping[str, Path]) -> list[Import]:
    """What a module imports of the project, in the order of its lines.

    `from a.b import c` imports the module `a.b.c` where there is one, else the package `a.b`. The
    packages that a dotted name passes through do not count.

    Args:
        name: its dotted name. tree: its syntax. known: the modules of the project (`modules`).
    """
    package = known[name].name == "__init__.py" if name in known else False
    found = [
        Import(name, imported, line, when)
        for node, when in _statements(tree, When.LOADING)
        for imported, line in _imported(node, name, package, known)
        if imported != name
    ]
    return sorted(set(found), key=lambda one: (one.line, one.imported))


def reachable(
    start: Iterable[str],
    known: Mapping[str, Path],
    leave_out: Callable[[str], bool] = lambda name: False,
) -> list[str]:
    """Names of these modules and of all that they import in the end, sorted.

    Imports for the type checker alone are not followed.

    Args: leave_out: tells of a name that neither it nor what it imports counts.
    """
    seen: set[str] = set()
    waiting = list(start)
    while waiting:
        name = waiting.pop()
        if name in seen or name not in known or leave_out(name):
            continue
        seen.add(name)
        found = of_module(name, parsed(known[name]), known)
        waiting += [one.imported for one in found if one.when != When.TYPING]
    return sorted(seen)


def parsed(path: Path) -> ast.Module:
    """The syntax of a source file; do not change it."""
    return _parsed(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=512)
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


def _statements(node: ast.AST, when: When) -> Iterator[tuple[ast.AST, When]]:
    """Every import and string below a node, and when it happens."""
    if isinstance(node, ast.If) and _for_types(node.test):
        for child in node.body:
            yield from _statements(child, When.TYPING)
        for child in node.orelse:
            yield from _statements(child, when)
        return
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        when = When.RUNNING if when == When.LOADING else when
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield node, when
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node, When.NAMED
    for child in ast.iter_child_nodes(node):
        yield from _statements(child, when)


def _for_types(test: ast.expr) -> bool:
    name = test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", "")
    return name == "TYPE_CHECKING"


def _imported(
    node: ast.AST, name: str, package: bool, known: Mapping[str, Path]
) -> Iterator[tuple[str, int]]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            if alias.name in known:
                yield alias.name, node.lineno
    elif isinstance(node, ast.ImportFrom):
        source = _source(node, name, package)
        for alias in node.names:
            found = f"{source}.{alias.name}"
            if found in known or source in known:
                yield found if found in known else source, node.lineno
    elif isinstance(node, ast.Constant):
        named = str(node.value).partition(":")[0]
        if "." in named and named in known:
            yield named, node.lineno


def _source(node: ast.ImportFrom, name: str, package: bool) -> str:
    """The dotted name after `from`, with leading dots resolved."""
    if not node.level:
        return node.module or ""
    parts = name.split(".")
    up = node.level - 1 if package else node.level
    return ".".join([*parts[: len(parts) - up], *([node.module] if node.module else [])])
