"""A fingerprint of the code that computes a cell, so that a changed attack is computed anew."""

from __future__ import annotations

import ast
import hashlib
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
LEFT_OUT = {
    *("core", "core.spec.spec", "core.errors", "core.settings"),
    *("core.store.artifacts", "core.attacks", "core.attacks.attack", "core.attacks.facts"),
}
"""Modules whose part in a result stands in the key itself, or that have none.

`core.attacks` finds an attack's module by its name, and that module is asked for by itself.
"""


@lru_cache(maxsize=64)
def fingerprint(*modules: str) -> str:
    """sha256 of the given modules and of all of core that they import; comments do not count.

    Args: modules: dotted names such as `core.attacks.jsma.jsma`; a package means all its modules.
    """
    seen: dict[str, str] = {}
    waiting = list(modules)
    while waiting:
        name = waiting.pop()
        if name in seen or name in LEFT_OUT:
            continue
        path = _path(name)
        if path is None:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        seen[name] = ast.dump(_without_docstrings(tree))
        waiting += _imports(tree)
        if path.name == "__init__.py" and name in modules:
            waiting += [f"{name}.{p.stem}" for p in path.parent.glob("*.py") if p.stem[0] != "_"]
    text = "\n".join(f"{name} {seen[name]}" for name in sorted(seen))
    return hashlib.sha256(text.encode()).hexdigest()


def _path(name: str) -> Path | None:
    base = ROOT.joinpath(*name.split("."))
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if path.is_file():
            return path
    return None


def _imports(tree: ast.AST) -> list[str]:
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("core"):
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names if alias.name.startswith("core.")]
    return names


def _without_docstrings(tree: ast.Module) -> ast.Module:
    """The code alone: without what documents it, and without what an attack says about itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            node.body = [each for each in node.body if not _is_facts(each)] or [ast.Pass()]
        documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
        if not isinstance(node, documented) or not node.body:
            continue
        first = node.body[0]
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
            node.body = node.body[1:] or [ast.Pass()]
    return tree


def _is_facts(node: ast.stmt) -> bool:
    """Whether this is `facts = ...`, titles and the like, which change no result."""
    return (
        isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and node.target.id == "facts"
    )
