"""What a child process loads beyond `import keras` before it can compute its first cell.

Fresh interpreters in turn; nothing is computed.
"""

import subprocess
import sys

from benchmarks.printing import main

RUNS = 3
LIMIT = 1.5
LOADED = {
    "import keras": "import keras",
    "a child": "import core.execution.child, core.cells.cells",
}


def benchmark() -> list[dict]:
    taken = {name: [] for name in LOADED}
    for run in range(RUNS + 1):
        for name, code in LOADED.items():
            timed = f"import time; s = time.perf_counter(); {code}; print(time.perf_counter() - s)"
            done = subprocess.run(
                [sys.executable, "-c", timed], check=True, stdout=subprocess.PIPE, text=True
            )
            if run:  # the first fills the file system's cache
                taken[name].append(float(done.stdout.splitlines()[-1]))
    above = [child - keras for keras, child in zip(*taken.values(), strict=True)]
    middle = {name: sorted(values)[RUNS // 2] for name, values in taken.items()}
    return [
        {
            "process": "a child",
            "s above import keras (median)": round(sorted(above)[RUNS // 2], 2),
            "each run": " ".join(f"{value:.2f}" for value in above),
            "limit": LIMIT,
            "s of import keras": round(middle["import keras"], 2),
            "s of a child": round(middle["a child"], 2),
        }
    ]


if __name__ == "__main__":
    main(benchmark, __doc__, "s above import keras (median)", "limit")
