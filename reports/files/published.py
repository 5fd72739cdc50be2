"""The one real report in docs/, made again from its results: `python -m reports.files.published`.

Without RUN, docs/report/results.json is read and the rows beside it are held against it; with one,
both are replaced first. Equal results give equal bytes, so a page that differs says that the
renderer went on since.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from core import seal
from core.errors import UserError
from core.model.results import Results
from core.results import table
from reports.document import document
from reports.files import exports, recomputation, source
from reports.files import saved as files

FOLDER = Path(__file__).parents[2] / "docs" / "report"
RESULTS, PAGE = "results.json", "report.html"


def made(results: Results, rows: pd.DataFrame | None = None) -> dict[str, bytes]:
    """The files of docs/report by name; the table of single attacks where there is one."""
    files = {
        RESULTS: exports.results_json(results).encode("utf-8"),
        PAGE: document.render(results).encode("utf-8"),
    }
    return files if rows is None else files | {table.NAME: table.packed(rows)}


def main(arguments: list[str]) -> None:
    """Write the files, each with its sha256 beside it."""
    if len(arguments) > 1:
        raise UserError("give one run, or none to render docs/report again", exit_code=2)
    results, rows = source.load(arguments[0] if arguments else str(FOLDER / RESULTS))
    if arguments and rows is None:  # a results.json from elsewhere: the rows are another run's
        for path in (FOLDER / table.NAME, seal.beside(FOLDER / table.NAME)):
            path.unlink(missing_ok=True)
    elif rows is None:
        _follows(results)
    for name, content in made(results, rows).items():
        files.write(FOLDER / name, content)
        files.write(seal.beside(FOLDER / name), seal.sum_line(FOLDER / name, content).encode())
        print(FOLDER / name)


def _follows(results: Results) -> None:
    """The rows that lie there must give the numbers. Raises: UserError."""
    try:
        print(recomputation.told(results, recomputation.beside(FOLDER / RESULTS)))
    except recomputation.Disagrees as disagrees:
        raise UserError(f"{FOLDER / table.NAME}: {disagrees}") from None


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
