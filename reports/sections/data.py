"""Data: the files that a reader can save from the page."""

from __future__ import annotations

from core.model.results import Results
from reports.sections.blocks import Block, Code, Download, Downloads, said
from reports.sections.section import Section

RESULTS, SUMMARY, ROWS = "results", "summary-csv", "rows"
"""Ids of the blocks of the page that hold the files."""


def body(results: Results) -> tuple[Block, ...]:
    """What the page carries, how it is verified, and a button for each file."""
    return (
        *said(
            "This page carries its own numbers: nothing is loaded from elsewhere, and the files "
            "below are made from the page itself. ",
            Code("python -m reports verify FILE"),
            " says whether this page or its results.json was altered, and whether a ledger holds "
            "the same results. Whoever can write to that ledger could forge both.",
        ),
        Downloads(
            (
                Download(RESULTS, "Save results.json", "results.json", "application/json", True),
                Download(SUMMARY, "Save the summary as CSV", "summary.csv", "text/csv"),
            )
        ),
    )


def carried_rows() -> tuple[Block, ...]:
    """What a page says that carries the row of every single attack."""
    return (
        *said(
            "It also carries the row of every single attack: ",
            Code("python -m reports verify FILE"),
            " recomputes every rate, distance, gain, interval, check and verdict from them.",
        ),
        Downloads(
            (
                Download(
                    ROWS,
                    "Save the row of every attack",
                    "results.parquet",
                    "application/vnd.apache.parquet",
                    binary=True,
                ),
            )
        ),
    )


SECTION = Section("data", "Data", body=body)
