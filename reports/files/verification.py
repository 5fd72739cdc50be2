"""Is a file still what was exported? Held against itself, the ledger, and an earlier export."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core import seal
from core.canonical import canonical
from core.errors import UserError
from core.model.migration import migrated
from core.model.results import Results
from core.reviews import chain
from core.reviews.schema import Reviews
from core.store.ledger import Ledger
from core.store.records import Exported
from reports.compare import comparison
from reports.document import document
from reports.document.record import short
from reports.files import recomputation, source
from reports.files.recomputation import Table
from reports.prose import phrases

MATCHES = "matches the ledger"
EARLIER = "matches the ledger, an earlier edition of this run"
CONSISTENT = "consistent with itself, origin not proven"
ALTERED = "altered"
DISAGREES = "its numbers do not follow from its rows"

_BLOCK = re.compile(r'<script type="application/json" id="results">(.*?)</script>', re.DOTALL)
_COMPARED = re.compile(
    rb'<script type="application/json" id="comparison">(.*?)</script>', re.DOTALL
)
_END = re.compile(rb"<!-- sha256 of all before: ([0-9a-f]{64}) -->\n\Z")
_PAGES = (".html", ".htm", ".json")


class _Altered(Exception):
    """Why a file is not what was exported."""


@dataclass(frozen=True)
class Held:
    """What the ledger holds of a run: its results now, and what was exported before."""

    results: Results
    exports: list[Exported]


@dataclass(frozen=True)
class _Opened:
    """The results in a file, whole in themselves.

    Attributes:
        content: as the file has it, JSON values; hashes are of this.
        remade: whether all of the file follows from its results; of a page that another version
            made, that cannot be said here.
        rows: of single attacks, carried in the page or lying beside the file.
    """

    results: Results
    content: Any
    remade: bool
    rows: Table | None


def held(run: str, home: Path | None) -> Held | None:
    """What the ledger holds of a run; None where it has none that can be read."""
    try:
        ledger = Ledger(home)
        results, _ = source.load(run, home)
        return Held(results, ledger.exports(run)) if results.run == run else None
    except UserError:
        return None


def verify(path: Path, home: Path | None = None, against: Path | None = None) -> tuple[str, str]:
    """Whether a file is what was exported.

    Args:
        path: a report.html or results.json; any other export is known by its bytes alone.
        home: the workspace. against: an earlier export of the same run, whose comments and
            sign-offs this one must continue.

    Returns: `MATCHES`, `EARLIER`, `CONSISTENT`, `ALTERED` or `DISAGREES`, and the reason in a
        sentence, which says whether the numbers were recomputed from rows.
    Raises: UserError when the file is no export, or cannot be read.
    """
    raw = source.raw_bytes(path)
    try:
        _beside(path, raw)
        noted = _noted(hashlib.sha256(raw).hexdigest(), home)
        if against is None and noted is not None and path.suffix.lower() not in _PAGES:
            return _other_file(noted, home)
        if (compared := _COMPARED.search(raw)) is not None:
            return _comparison(raw, compared[1].decode("utf-8", "replace"), home)
        opened = _opened(path, raw)
        added = "" if against is None else f"; {_continues(opened.results, against)}"
        answer, reason = _against_ledger(opened, home, noted is not None)
        if answer == CONSISTENT and _unsealed(path, opened.results):
            reason += ", and the file carries no content_sha256, so a change would not show"
        told = recomputation.told(opened.results, opened.rows)
        return answer, f"{reason}{added}; {told}"
    except _Altered as altered:
        return ALTERED, str(altered)
    except recomputation.Disagrees as disagrees:
        return DISAGREES, str(disagrees)


def _opened(path: Path, raw: bytes) -> _Opened:
    html = raw.lstrip()[:1] == b"<"
    if html:
        _ends_well(raw)
        block = _BLOCK.search(raw.decode("utf-8", "replace"))
        if block is None:
            raise _Altered("the page holds no results")
        text = block[1]
    else:
        text = source.decoded(path, raw)
    content = source.content(path, text)
    results = source.checked(path, content)
    if not seal.seal_fits(content):
        raise _Altered("the results do not have the content_sha256 that stands beside them")
    if results.reviews is not None and (fault := chain.fault(results.run, results.reviews)):
        raise _Altered(f"in its comments and sign-offs {fault}")
    ours = results.renderer == seal.renderer()
    inside = recomputation.carried(raw.decode("utf-8", "replace")) if html else None
    if html and ours and document.render(results, inside).encode("utf-8") != raw:
        raise _Altered("its results give another page")
    rows = recomputation.beside(path) if inside is None else Table("the page", inside)
    return _Opened(results, content, ours or not html, rows)


def _ends_well(raw: bytes) -> None:
    """The last line of a page names the hash of all before."""
    end = _END.search(raw)
    if end is None or end[1].decode() != hashlib.sha256(raw[: end.start()]).hexdigest():
        raise _Altered("the bytes of the page are not those that its last line names")


def _comparison(raw: bytes, block: str, home: Path | None) -> tuple[str, str]:
    """Whether a page that compares runs is what was made, and the ledger holds the same runs."""
    _ends_well(raw)
    try:
        opened = comparison.opened(block)
    except ValueError as error:
        raise _Altered(str(error)) from None
    runs = opened.runs
    ours = all(one.renderer == seal.renderer() for one in runs)
    if ours and comparison.render(runs, opened.found).encode("utf-8") != raw:
        raise _Altered("its results give another page")
    for one, content in zip(runs, opened.contents, strict=True):
        there = held(one.run, home)
        if there is None:
            return CONSISTENT, f"this ledger has no readable run {one.run}"
        if not _same(there, content):
            raise _Altered(f"the ledger holds other results for run {one.run}")
    if not ours:
        return CONSISTENT, "its results match the ledger; the page is another version's"
    names = phrases.listing([one.run for one in runs])
    return MATCHES, f"a comparison of {names}; its differences are as the page was made with"


def _beside(path: Path, raw: bytes) -> None:
    """The `.sha256` file beside a file must not speak against it."""
    try:
        said = seal.beside(path).read_text("utf-8").split()
    except FileNotFoundError:
        return
    except (OSError, ValueError):
        raise _Altered(f"{seal.beside(path).name} cannot be read") from None
    if said[:1] != [hashlib.sha256(raw).hexdigest()]:
        raise _Altered(f"its bytes are not those that {seal.beside(path).name} names")


def _unsealed(path: Path, results: Results) -> bool:
    return results.content_sha256 is None and not seal.beside(path).exists()


def _noted(sha256: str, home: Path | None) -> Exported | None:
    """What the ledger noted when exactly this file was made."""
    try:
        found = Ledger(home).exported(sha256)
    except UserError:  # without a ledger that can be read, a file is still held against itself
        return None
    return found[0] if found else None


def _other_file(noted: Exported, home: Path | None) -> tuple[str, str]:
    ledgers, _ = source.load(noted.run, home)
    now = seal.content_sha256(ledgers.as_json(), rendered_by=noted.renderer)
    answer = MATCHES if now == noted.content_sha256 else EARLIER
    return answer, f"run {noted.run}, exported as .{noted.format} with these very bytes"


def _continues(results: Results, against: Path) -> str:
    """That the chain continues the one in an earlier export, in words."""
    try:
        before = _opened(against, source.raw_bytes(against)).results
    except _Altered as altered:
        raise UserError(f"{against} proves nothing, it was altered itself: {altered}") from None
    if before.run != results.run:
        raise UserError(f"{against} is an export of run {before.run}, not of {results.run}")
    earlier, now = _reviews(before), _reviews(results)
    if (departs := chain.departure(earlier, now)) is not None:
        record, missing = departs
        how = f"lack the last {missing} of" if missing else f"differ from record {record} on from"
        raise _Altered(f"its comments and sign-offs {how} those in {against.name}")
    more = now["length"] - earlier["length"]
    return f"its chain continues that of {against.name}, {_many(more)} added"


def _against_ledger(opened: _Opened, home: Path | None, noted: bool) -> tuple[str, str]:
    """Hold results against the ledger; `noted`: it knows exactly this file."""
    run = opened.results.run
    there = held(run, home)
    if there is None:
        return CONSISTENT, f"this ledger has no readable run {run}"
    same = _same(there, opened.content)
    if not same and not _made_before(opened.content, there.exports):
        raise _Altered(
            f"the ledger holds other results for run {run}, and noted no export with these"
        )
    gone_on = _chain_against_ledger(opened.results, there, noted)
    if not opened.remade and not noted:
        return CONSISTENT, "its results match the ledger; the page is another version's"
    reason = f"run {run}{gone_on}"
    return (MATCHES, reason) if same else (EARLIER, f"{reason}; the run went on since")


def _same(there: Held, content: Any) -> bool:
    """Whether the ledger holds these results, in whatever form their version wrote them.

    What this version does not read counts too: the ledger would not have written it.
    """
    ledgers = seal.content(there.results.as_json())
    return canonical(ledgers) == canonical(seal.content(migrated(content)))


def _made_before(content: Any, exports: list[Exported]) -> bool:
    """Whether an export with these results was noted, whatever renderer made the file."""
    made = {(export.renderer, export.content_sha256) for export in exports}
    by = {renderer for renderer, _ in made}
    return any((one, seal.content_sha256(content, rendered_by=one)) in made for one in by)


def _chain_against_ledger(results: Results, there: Held, noted: bool) -> str:
    """What the ledger's chain holds beyond that of the file, in words to append."""
    mine, ledgers = _reviews(results), _reviews(there.results)
    if fault := chain.fault(there.results.run, ledgers):
        raise _Altered(f"the ledger's own comments and sign-offs are not whole: {fault}")
    if (departs := chain.departure(mine, ledgers)) is not None:
        raise _Altered(
            f"from record {departs[0]} on its comments and sign-offs are not those of the ledger"
        )
    more = ledgers["length"] - mine["length"]
    if more and not noted and mine["head"] not in {export.head for export in there.exports}:
        raise _Altered(
            f"{_many(more)} missing at the end of its comments and sign-offs: the ledger never"
            f" made an export that ended with {short(mine['head'])}"
        )
    if not mine["length"] and not more:
        return ""
    since = f", {_many(more)} added since" if more else ""
    return f", comments and sign-offs up to record {mine['length']}{since}"


def _reviews(results: Results) -> Reviews:
    return results.reviews or chain.exported(results.run, [])


def _many(records: int) -> str:
    return {0: "no record was", 1: "1 record was"}.get(records, f"{records} records were")
