"""A fingerprint of the code that computes a cell, so that a changed attack is computed anew.

It is of content: comments, docstrings, and the names and places of modules do not count, so that a
moved file recomputes nothing. What is imported counts by what stands in it.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.util import resolve_name
from pathlib import Path

from core import imports
from core.environment import BACKENDS

ROOT = imports.ROOT
PACKAGE = "core"
LEFT_OUT = (
    *("core", "core.spec.spec", "core.errors", "core.settings"),
    *("core.attacks", "core.attacks.attack", "core.attacks.facts"),
)
"""Modules whose part in a result stands in the key itself, or that have none.

`core.attacks` finds an attack's module by its name, and that module is asked for by itself.
"""
LEFT_OUT_ROOMS = ("core.model", "core.store")
"""Rooms of which nothing counts: plain types, whose values stand in the key, and files."""

_NAMED = re.compile("⟪([^⟫]*)⟫")


@lru_cache(maxsize=64)
def fingerprint(*modules: str, backend: str | None = None) -> str:
    """sha256 of the content of these modules and of all of core that they import.

    Args:
        modules: dotted names such as `core.attacks.pgd`.
        backend: what `import_module(f".{...}")` finds: of several files, one a backend, the one
            that runs. What loads the library of another backend never runs. None: not known.
    """
    known = imports.modules(ROOT, PACKAGE)
    names = frozenset(known)
    texts = {
        name: _text(known[name].read_text(encoding="utf-8"), _package(name, known), names)
        for name in _reached(modules, known, backend)
    }
    own = {name: _digest(_NAMED.sub("", text)) for name, text in texts.items()}
    whole = [_NAMED.sub(lambda found: own.get(found[1], ""), text) for text in texts.values()]
    return _digest("\n".join(sorted(whole)))


def left_out(name: str) -> bool:
    """Whether neither a module nor what it imports counts."""
    return name in LEFT_OUT or f"{name}.".startswith(tuple(f"{room}." for room in LEFT_OUT_ROOMS))


def _reached(start: tuple[str, ...], known: Mapping[str, Path], backend: str | None) -> list[str]:
    seen: set[str] = set()

    def apart(name: str) -> bool:
        return name in seen or left_out(name) or _of_another(backend, imports.parsed(known[name]))

    waiting = list(start)
    while waiting:
        name = waiting.pop()
        if name not in known:
            continue
        here = imports.reachable([name], known, apart)
        seen.update(here)
        waiting += [found for one in here for found in _chosen(one, known, backend)]
    return sorted(seen)


def _of_another(backend: str | None, tree: ast.Module) -> bool:
    """Whether a module loads the library of another backend than the one that runs."""
    loaded = set()
    for node in tree.body:
        if isinstance(node, ast.Import):
            loaded |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            loaded.add(node.module.partition(".")[0])
    return backend is not None and bool(loaded & set(BACKENDS) - {backend})


def _chosen(name: str, known: Mapping[str, Path], backend: str | None) -> Iterator[str]:
    """Modules that are imported by a name put together when the program runs."""
    for written in _put_together(known[name].read_text(encoding="utf-8"), backend or ""):
        yield resolve_name(written, _package(name, known))


@lru_cache(maxsize=512)
def _put_together(source: str, backend: str) -> tuple[str, ...]:
    """Names of modules as written in calls of `import_module`, the backend filled in."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    names = (call.args[0] for call in calls if _called(call.func) == "import_module")
    written = ("".join(_pieces(name, backend)) for name in names)
    return tuple(name for name in written if name.strip("."))


def _called(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _pieces(name: ast.expr, backend: str) -> Iterator[str]:
    """The name of a module as written, the backend where something is filled in."""
    for part in name.values if isinstance(name, ast.JoinedStr) else [name]:
        if isinstance(part, ast.Constant):
            yield str(part.value)
        elif isinstance(part, ast.FormattedValue):
            yield backend


@lru_cache(maxsize=512)
def _text(source: str, package: str, known: frozenset[str]) -> str:
    """The code of a module, in which every module of the project is named as `_NAMED` finds it."""
    tree = ast.parse(source)
    return ast.dump(_Content(dict(_bound(tree, package, known)), known).visit(tree))


def _bound(tree: ast.Module, package: str, known: frozenset[str]) -> Iterator[tuple[str, str]]:
    """What a name that is imported from this project stands for: a module, or a thing in one."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom):
            continue
        source = resolve_name("." * node.level + (node.module or ""), package)
        for alias in node.names:
            if f"{source}.{alias.name}" in known:
                yield alias.asname or alias.name, f"⟪{source}.{alias.name}⟫"
            elif source in known:
                yield alias.asname or alias.name, f"⟪{source}⟫.{alias.name}"


def _package(name: str, known: Mapping[str, Path]) -> str:
    return name if known[name].name == "__init__.py" else name.rpartition(".")[0]


class _Content(ast.NodeTransformer):
    """Code without what documents it and without where its imports stand."""

    def __init__(self, bound: Mapping[str, str], known: frozenset[str]):
        self.bound, self.known = bound, known

    def visit(self, node: ast.AST) -> ast.AST:
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                setattr(node, name, [one for one in block if not self._idle(one)])
        return super().visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Name(self.bound.get(node.id, node.id), node.ctx)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if not isinstance(node.value, str):
            return node
        module, colon, rest = node.value.partition(":")
        if "." not in module or module not in self.known:
            return node
        return ast.Constant(f"⟪{module}⟫{colon}{rest}")

    def _idle(self, node: ast.stmt) -> bool:
        """Whether a statement changes no result: a docstring, an import, facts about an attack."""
        if isinstance(node, ast.Expr):
            return isinstance(node.value, ast.Constant)
        if isinstance(node, ast.ImportFrom):
            return all((alias.asname or alias.name) in self.bound for alias in node.names)
        return isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "facts"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
