"""`make bench`: each benchmark in a process of its own, one after another.

Tables and plots go to workspace/benchmarks. `--all` adds those that no speed claim rests on.
"""

import os
import subprocess
import sys
import tempfile
import time

BENCHMARKS = (
    *("start_up", "jsma_overhead", "jsma_against_art", "jsma_against_torchattacks"),
    *("jsma_rho_alone", "backends", "growth", "training_rate"),
)
OTHERS = ("evaluate_against_art", "sigmoid_against_art", "jsma_memory", "lbfgs_batching")
WITHOUT_FILES = ("gradient_attacks_against_peers",)

QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"}

everything = "--all" in sys.argv
failed = []
with tempfile.TemporaryDirectory() as networks:
    for name in (*BENCHMARKS, *((*OTHERS, *WITHOUT_FILES) if everything else ())):
        print(f"\n## {name}\n", flush=True)
        files = [] if name in WITHOUT_FILES else ["--out", "workspace/benchmarks"]
        command = [sys.executable, "-m", f"benchmarks.{name}", *files]
        start = time.monotonic()
        ended = subprocess.run(
            command, check=False, env={**os.environ, **QUIET, "BENCHMARK_NETWORKS": networks}
        )
        print(f"\n{time.monotonic() - start:.0f} s", flush=True)
        if ended.returncode:
            failed.append(name)
if failed:
    sys.exit(f"error: not measured: {', '.join(failed)}; what went wrong stands above")
