"""The one real report in docs/, made again from its results: `python -m reports.files.published`.

Without RUN, docs/report/results.json is read; with one, it is replaced first. Equal results give
equal bytes, so a page that differs says that the renderer went on since.
"""

from __future__ import annotations

import sys
from pathlib import Path

from core import seal
from core.errors import UserError
from core.model.results import Results
from reports.document import document
from reports.files import exports, source
from reports.files import saved as files

FOLDER = Path(__file__).parents[2] / "docs" / "report"
RESULTS, PAGE = "results.json", "report.html"


def made(results: Results) -> dict[str, bytes]:
    """The files of docs/report by name."""
    return {
        RESULTS: exports.results_json(results).encode("utf-8"),
        PAGE: document.render(results).encode("utf-8"),
    }


def main(arguments: list[str]) -> None:
    """Write the files, each with its sha256 beside it."""
    if len(arguments) > 1:
        raise UserError("give one run, or none to render docs/report again", exit_code=2)
    results, _ = source.load(arguments[0] if arguments else str(FOLDER / RESULTS))
    for name, content in made(results).items():
        files.write(FOLDER / name, content)
        files.write(seal.beside(FOLDER / name), seal.sum_line(FOLDER / name, content).encode())
        print(FOLDER / name)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
