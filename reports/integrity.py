"""Seals: the hash of what a report says, and whether a file still says what was exported.

`content_sha256` covers the results without reviews, and the renderer's version. A page also ends
with the hash of all its bytes before. Whoever can write the ledger can forge all of this: a seal
shows change, the ledger shows origin.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from importlib.metadata import version
from pathlib import Path

from core.errors import UserError
from core.experiment import results as ledger_results
from core.spec import canonical

MATCHES = "matches the ledger"
CONSISTENT = "consistent with itself, origin not proven"
ALTERED = "altered"

SEAL = ("content_sha256", "renderer")
_APART = (*SEAL, "reviews")
_HERE = Path(__file__).parent
_BLOCK = re.compile(r'<script type="application/json" id="results">(.*?)</script>', re.DOTALL)
_END = re.compile(rb"<!-- sha256 of all before: ([0-9a-f]{64}) -->\n\Z")


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
    """The renderer's version: a hash of its sources and of the libraries that draw."""
    digest = hashlib.sha256()
    files = [*_HERE.glob("*.py"), *(_HERE / "templates").iterdir(), *(_HERE / "static").iterdir()]
    for path in sorted(path for path in files if path.is_file()):
        digest.update(f"{path.name}\0".encode() + path.read_bytes() + b"\0")
    for library in ("plotly", "jinja2"):
        digest.update(f"{library} {version(library)}\0".encode())
    return digest.hexdigest()[:16]


def sealed(results: dict) -> dict:
    """The results with their hash and the renderer's version at the end."""
    bare = {key: value for key, value in results.items() if key not in SEAL}
    return {**bare, "content_sha256": content_sha256(bare), "renderer": renderer()}


def unsealed(results: dict, name: str) -> dict:
    """The results without their seal, which must fit where there is one.

    Raises: UserError when the content is not what was sealed.
    """
    if not seal_fits(results):
        raise UserError(f"{name}: altered since it was exported: its content_sha256 does not fit")
    return {key: value for key, value in results.items() if key not in SEAL}


def seal_fits(results: dict) -> bool:
    """Whether the content has the hash that it names; True where it names none."""
    if "content_sha256" not in results:
        return "renderer" not in results
    return results["content_sha256"] == content_sha256(results, str(results.get("renderer")))


def closed(page: str) -> str:
    """A page with the hash of its bytes as its last line."""
    digest = hashlib.sha256(page.encode("utf-8")).hexdigest()
    return f"{page}<!-- sha256 of all before: {digest} -->\n"


def beside(path: Path) -> Path:
    """The file that holds the hash of an export."""
    return path.with_name(path.name + ".sha256")


def sum_line(path: Path, raw: bytes) -> str:
    """A line as `sha256sum` writes and checks it."""
    return f"{hashlib.sha256(raw).hexdigest()}  {path.name}\n"


def verify(path: Path, home: Path | None = None) -> tuple[str, str]:
    """Whether a report.html or results.json is what was exported.

    Returns: `MATCHES`, `CONSISTENT` or `ALTERED`, and the reason in a sentence.
    Raises: UserError when the file is neither, or cannot be read.
    """
    from reports import document, source  # the page embeds a seal, so it imports this room

    raw = source.raw_bytes(path)
    if (found := _beside_differs(path, raw)) is not None:
        return ALTERED, found
    html = raw.lstrip()[:1] == b"<"
    if html:
        end = _END.search(raw)
        if end is None or end[1].decode() != hashlib.sha256(raw[: end.start()]).hexdigest():
            return ALTERED, "the bytes of the page are not those that its last line names"
        block = _BLOCK.search(raw.decode("utf-8", "replace"))
        if block is None:
            return ALTERED, "the page holds no results"
        text = block[1]
    else:
        text = source.decoded(path, raw)
    results = source.parsed(path, text)
    if not seal_fits(results):
        return ALTERED, "the results do not have the content_sha256 that stands beside them"
    if "content_sha256" not in results and not beside(path).exists():
        return CONSISTENT, "the file carries no content_sha256, so a change would not show"
    ours = results.get("renderer") == renderer()
    if html and ours and document.render(unsealed(results, path.name)).encode("utf-8") != raw:
        return ALTERED, "its results give another page"
    return _against_ledger(results, home, proven=ours or not html)


def _beside_differs(path: Path, raw: bytes) -> str | None:
    """Why the `.sha256` file beside a file speaks against it, or None."""
    try:
        said = beside(path).read_text("utf-8").split()
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        return f"{beside(path).name} cannot be read"
    if said[:1] != [hashlib.sha256(raw).hexdigest()]:
        return f"its bytes are not those that {beside(path).name} names"
    return None


def _against_ledger(results: dict, home: Path | None, proven: bool) -> tuple[str, str]:
    run = results["run"]
    try:
        held, _ = ledger_results.load(run, home)
    except UserError:
        return CONSISTENT, f"this ledger has no readable run {run}"
    if held["run"] != run:
        return CONSISTENT, f"this ledger has no run {run}"
    if canonical(content(_as_json(held))) != canonical(content(results)):
        return ALTERED, f"the ledger holds other results for run {run}, or it went on since"
    if not proven:
        return CONSISTENT, "its results match the ledger; the page is another version's"
    return MATCHES, f"run {run}"


def _as_json(results: dict) -> dict:
    return json.loads(json.dumps(results, allow_nan=False))
