"""How well the remaining time is foretold: a real run, watched from its launch to its end.

A workspace of its own in which only `--after` (by default `digits`) has run before. Row by row:
how far the run was, what was foretold for its whole duration then, and how wrong that was. The
goal is half-time within 30 %.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path

from benchmarks.printing import table
from core.execution import launch
from core.planning import prepare
from core.planning.remaining import seconds_left
from core.spec import spec_files
from core.spec.spec import parse
from core.store.ledger import Ledger

MOMENTS = (0.1, 0.25, 0.5, 0.75, 0.9)
LOOK_SECONDS = 1.0


def run(
    preset: str, ledger: Ledger
) -> tuple[float, float | None, list[tuple[float, float | None]]]:
    """Run a preset to its end.

    Returns: its duration, the estimate before the launch, and (elapsed, left) as time went by.
    """
    prepared = prepare.prepare(parse(spec_files.preset(preset), preset), ledger)
    identity = prepare.submit(prepared, ledger)
    launch.ensure_worker(ledger.home)
    started = time.monotonic()
    seen = []
    while ledger.run(identity).active:
        left = seconds_left(ledger.cells(identity), ledger.speeds())
        seen.append((time.monotonic() - started, left))
        time.sleep(LOOK_SECONDS)
    state = ledger.run(identity).state
    if state != "done":
        raise RuntimeError(f"{preset} ended as {state}; an estimate of it would mean nothing")
    return time.monotonic() - started, prepared.seconds, seen


def rows(duration: float, before: float | None, seen: list[tuple[float, float | None]]) -> list:
    """What was foretold at each moment, against what came."""
    moments = [("before the launch", before)]
    for part in MOMENTS:
        elapsed, left = min(seen, key=lambda one: abs(one[0] - part * duration))
        moments.append((f"at {part:.0%}", None if left is None else elapsed + left))
    return [
        {
            "moment": name,
            "foretold, s": "nothing yet" if whole is None else f"{whole:.0f}",
            "came, s": f"{duration:.0f}",
            "error": "" if whole is None else f"{whole / duration - 1:+.0%}",
        }
        for name, whole in moments
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", default="quick", choices=spec_files.preset_names())
    parser.add_argument("--after", default="digits", help="presets that ran before, or nothing")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write every look here")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        ledger = Ledger(Path(folder) / "workspace")
        try:
            for preset in filter(None, arguments.after.split(",")):
                run(preset, ledger)
            duration, before, seen = run(arguments.preset, ledger)
        finally:
            launch.stop_worker(ledger.home)
        print(f"{arguments.preset} after {arguments.after or 'nothing'}\n")
        print(table(rows(duration, before, seen)))
        if arguments.json:
            arguments.json.write_text(json.dumps({"duration": duration, "seen": seen}))


if __name__ == "__main__":
    main()
