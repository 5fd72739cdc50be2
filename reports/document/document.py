"""The report as one self-contained HTML page: equal results give equal bytes."""

from __future__ import annotations

import base64
from dataclasses import replace

from core import seal
from core.model.results import Results
from reports.document import page, record, record_section
from reports.document.layout import laid_out
from reports.document.model import Banner, Remark, ReportPage, ShownSection
from reports.document.spreadsheet import summary_csv
from reports.prose import findings, numbers, ruled
from reports.sections import data, verdict
from reports.sections.statement import statement

_MOST_HOLES = 12


def render(results: Results, rows: bytes | None = None) -> str:
    """The page of a run.

    Args: rows: the tidy table as Parquet, for a page that carries it.
    Returns: HTML that needs no other file and no network; bytes depend on the arguments alone.
    """
    return page.made("report.html.j2", _page(results, rows))


def _page(results: Results, rows: bytes | None) -> ReportPage:
    sealed = seal.sealed(results.as_json())
    found, judged = findings.find(results), verdict.groups(results)
    signed = record.read(results, sealed["content_sha256"])
    sections, drawings = laid_out(results)
    carried = {data.RESULTS: sealed, data.SUMMARY: summary_csv(results)}
    if rows is not None:
        carried[data.ROWS] = base64.b64encode(rows).decode()
        sections = tuple(_with_rows(one) for one in sections)
    return ReportPage(
        title=f"{found.headline} – {results.name}",
        runs=(results.run,),
        content_sha256=sealed["content_sha256"],
        renderer=sealed["renderer"],
        above=_above(results),
        headline=found.headline,
        lead=found.evidence,
        closing=f"Run {results.run} ({results.name}), {results.created}. Made with Thermocline.",
        banner=_banner(results),
        sections=(*sections, record_section.of(signed, sealed["content_sha256"])),
        drawings=drawings,
        carried=carried,
        statement=statement(results),
        answer=verdict.answer(results),
        judged=judged,
        remarks=(*(_remarks(results) if judged else ()), *_changed(results)),
        content=signed.content,
        signed=f"{signed.statement} {signed.published}".strip(),
        lines=tuple(line for line in found.lines if not judged or line.about == "training"),
    )


def _with_rows(one: ShownSection) -> ShownSection:
    if one.id != data.SECTION.id:
        return one
    return replace(one, body=(*one.body, *data.carried_rows()))


def _above(results: Results) -> str:
    what = ruled.samples(results)
    samples = [f"{numbers.count(row.samples)} {what}" for row in results.summary[:1]]
    return " · ".join(["Thermocline", results.data.title, *samples])


def _banner(results: Results) -> Banner | None:
    holes = results.provenance.incomplete
    if not holes:
        return None
    more = len(holes) - _MOST_HOLES
    rest = (f"and {more} more, listed under Provenance",) if more > 0 else ()
    return Banner(
        "This report is incomplete.",
        "What is missing is left out, and nothing is averaged over it:",
        (*holes[:_MOST_HOLES], *rest),
    )


def _remarks(results: Results) -> tuple[Remark, ...]:
    """What stands below the verdicts: what they rest on."""
    misled, needed = verdict.misled(results), verdict.seeds_to_pass(results)
    return (
        *([Remark("Not reliable:", misled)] if misled else []),
        *(Remark("Asked:", sentence) for sentence in verdict.asked(results)),
        *([Remark("Seeds:", needed)] if needed else []),
    )


def _changed(results: Results) -> tuple[Remark, ...]:
    return tuple(
        Remark("Criteria changed after results:", sentence, marked=True)
        for sentence in record.criteria_changed(results)
    )
