"""Seals: the hash of what results say, and of the version that makes pages of them.

`content_sha256` covers the results without reviews, and the renderer's version. Whoever can write
the ledger can forge all of this: a seal shows change, the ledger shows origin.
"""

from __future__ import annotations

import hashlib
import zlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

from core import imports
from core.canonical import canonical
from core.imports import ROOT

SEAL = ("content_sha256", "renderer")
_APART = (*SEAL, "reviews")

PAGES = ("reports.document.document", "reports.compare.comparison")
"""The modules that make a page; whatever they import decides its bytes too."""
_COMPUTING = ("core.attacks.engine.", "core.networks.", "core.cells.")
"""Rooms that make results and decide no byte of a page, though a registry may lead to them."""


def content(results: dict) -> dict:
    """The results that a hash covers: no reviews, no seal."""
    return {key: value for key, value in results.items() if key not in _APART}


def content_sha256(results: dict, rendered_by: str | None = None) -> str:
    """Hash of the canonical results without reviews, and of the renderer's version.

    Args: rendered_by: the renderer that a file names; None: this one.
    """
    text = canonical([content(results), rendered_by or renderer()])
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


@cache
def renderer() -> str:
    """The renderer's version: a hash of all that decides the bytes of a page but its results."""
    return renderer_in(ROOT)


def renderer_in(root: Path) -> str:
    """The renderer's version of a checkout, whose sources are read and not imported.

    These are the modules that make a page and all that they import, templates and what is inlined
    in the page, and libraries.
    """
    known = imports.modules(root, "core", "reports")
    files = [known[name] for name in imports.reachable(PAGES, known, _computes)]
    document = root / "reports" / "document"
    files += [*(document / "templates").rglob("*"), *(document / "static").rglob("*")]
    digest = hashlib.sha256()
    for path in sorted(path for path in files if path.is_file()):
        digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
        digest.update(path.read_bytes() + b"\0")
    for library in ("plotly", "jinja2", "pyyaml", "numpy"):
        digest.update(f"{library} {version(library)}\0".encode())
    digest.update(zlib.ZLIB_RUNTIME_VERSION.encode())
    return digest.hexdigest()[:16]


def _computes(module: str) -> bool:
    return module.startswith(_COMPUTING)


def sealed(results: dict) -> dict:
    """The results with their hash and the renderer's version at the end."""
    bare = {key: value for key, value in results.items() if key not in SEAL}
    return {**bare, "content_sha256": content_sha256(bare), "renderer": renderer()}


def seal_fits(results: dict) -> bool:
    """Whether the content has the hash that it names; True where it names none."""
    if "content_sha256" not in results:
        return "renderer" not in results
    return results["content_sha256"] == content_sha256(results, str(results.get("renderer")))


def beside(path: Path) -> Path:
    """The file that holds the hash of an export."""
    return path.with_name(path.name + ".sha256")


def sum_line(path: Path, raw: bytes) -> str:
    """A line as `sha256sum` writes and checks it."""
    return f"{hashlib.sha256(raw).hexdigest()}  {path.name}\n"
