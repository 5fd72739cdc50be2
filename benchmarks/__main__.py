"""`make bench`: each benchmark in a process of its own, one after another."""

import subprocess
import sys

BENCHMARKS = (
    *("jsma_overhead", "jsma_against_art", "evaluate_against_art", "jsma_memory"),
    *("gradient_attacks_against_peers", "lbfgs_batching"),
)

for name in BENCHMARKS:
    print(f"\n## {name}\n", flush=True)
    subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=True)
