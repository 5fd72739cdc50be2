"""Time and memory of the largest report: 9 temperatures, 12 attacks, 5 seeds. No Keras.

`python -m benchmarks.render`, from the root of the repository with nothing else running. Each
render is a process of its own, as `reports render` is: imports count, and so does its memory.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.printing import table
from tests.reports import full

REPEATS = 5


def rendered(source: Path, out: Path) -> float:
    """Seconds of one `reports render` in a process of its own."""
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "reports", "render", str(source), "-o", str(out)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return time.perf_counter() - start


def benchmark() -> list[dict]:
    """One row: seconds (median, most), peak memory of a render, size of the page."""
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder, "results.json"), Path(folder, "report.html")
        source.write_text(json.dumps(full.largest()))
        seconds = [rendered(source, out) for _ in range(REPEATS)]
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        return [
            {
                "report": "9 temperatures, 12 attacks, 5 seeds",
                "seconds (median)": f"{statistics.median(seconds):.2f}",
                "seconds (most)": f"{max(seconds):.2f}",
                "peak memory, MiB": f"{peak:.0f}",
                "page, MB": f"{out.stat().st_size / 1e6:.2f}",
            }
        ]


def main() -> None:
    """Print the table; `--json FILE` also writes its rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the rows here")
    arguments = parser.parse_args()
    rows = benchmark()
    print(table(rows))
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
