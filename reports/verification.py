"""Is a report.html or results.json still what was exported, and does the ledger know it?"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from core.errors import UserError
from core.experiment import results as ledger_results
from core.spec import canonical
from reports import document, integrity, source

MATCHES = "matches the ledger"
CONSISTENT = "consistent with itself, origin not proven"
ALTERED = "altered"

_BLOCK = re.compile(r'<script type="application/json" id="results">(.*?)</script>', re.DOTALL)
_END = re.compile(rb"<!-- sha256 of all before: ([0-9a-f]{64}) -->\n\Z")


def verify(path: Path, home: Path | None = None) -> tuple[str, str]:
    """Whether a report.html or results.json is what was exported.

    Returns: `MATCHES`, `CONSISTENT` or `ALTERED`, and the reason in a sentence.
    Raises: UserError when the file is neither, or cannot be read.
    """
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
    if not integrity.seal_fits(results):
        return ALTERED, "the results do not have the content_sha256 that stands beside them"
    if "content_sha256" not in results and not integrity.beside(path).exists():
        answer, reason = _against_ledger(results, home, proven=True)
        if answer == CONSISTENT:
            reason += ", and the file carries no content_sha256, so a change would not show"
        return answer, reason
    ours = results.get("renderer") == integrity.renderer()
    if (
        html
        and ours
        and document.render(integrity.unsealed(results, path.name)).encode("utf-8") != raw
    ):
        return ALTERED, "its results give another page"
    return _against_ledger(results, home, proven=ours or not html)


def _beside_differs(path: Path, raw: bytes) -> str | None:
    """Why the `.sha256` file beside a file speaks against it, or None."""
    try:
        said = integrity.beside(path).read_text("utf-8").split()
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        return f"{integrity.beside(path).name} cannot be read"
    if said[:1] != [hashlib.sha256(raw).hexdigest()]:
        return f"its bytes are not those that {integrity.beside(path).name} names"
    return None


def _against_ledger(results: dict, home: Path | None, proven: bool) -> tuple[str, str]:
    run = results["run"]
    try:
        held, _ = ledger_results.load(run, home)
    except UserError:
        return CONSISTENT, f"this ledger has no readable run {run}"
    if held["run"] != run:
        return CONSISTENT, f"this ledger has no run {run}"
    if canonical(integrity.content(_as_json(held))) != canonical(integrity.content(results)):
        return ALTERED, f"the ledger holds other results for run {run}, or it went on since"
    if not proven:
        return CONSISTENT, "its results match the ledger; the page is another version's"
    return MATCHES, f"run {run}"


def _as_json(results: dict) -> dict:
    return json.loads(json.dumps(results, allow_nan=False))
