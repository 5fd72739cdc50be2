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

from core.canonical import canonical

SEAL = ("content_sha256", "renderer")
_APART = (*SEAL, "reviews")
_CORE = Path(__file__).parent
_REPORTS = _CORE.parent / "reports"
_PAGE = _REPORTS / "document"
_FROM_CORE = (
    *("seal.py", "wording.py", "judgement/verdicts.py", "spec/*.py"),
    *("attacks/*.py", "attacks/jsma/jsma.py"),
)


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
    """The renderer's version: a hash of all that decides the bytes of a page but its results.

    These are the sources in reports/, read and not imported, those of core that supply words and
    rules, and libraries.
    """
    digest = hashlib.sha256()
    files = [path for path in _REPORTS.rglob("*.py") if "views" not in path.parts]
    files += [*(_CORE / "reviews").glob("*.py")]
    files += [*(_PAGE / "templates").rglob("*"), *(_PAGE / "static").rglob("*")]
    files += [path for pattern in _FROM_CORE for path in _CORE.glob(pattern)]
    for path in sorted(path for path in files if path.is_file()):
        digest.update(f"{path.name}\0".encode() + path.read_bytes() + b"\0")
    for library in ("plotly", "jinja2", "pyyaml", "numpy"):
        digest.update(f"{library} {version(library)}\0".encode())
    digest.update(zlib.ZLIB_RUNTIME_VERSION.encode())
    return digest.hexdigest()[:16]


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
