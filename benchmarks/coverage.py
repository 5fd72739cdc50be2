"""How often the intervals of core/metrics/intervals cover what they should, by simulation.

    python -m benchmarks.coverage [--repeats 2000] [--out table.md]

Draws samples, seeds and targets from worlds whose true number is known, makes the interval that a
report would print, and counts. 95 % is what each says; 93 % is the least that is accepted. About
ten minutes on one core. The table stands in docs/statistics.md.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np

from benchmarks.coverage_worlds import (
    DISTANCES,
    TARGETS,
    World,
    difference_covered,
    gain_covered,
    mean_covered,
    pigeonhole_covered,
    reports_with_a_detection,
    share_covered,
    share_difference_covered,
)

SHARES = (0.001, 0.01, 0.035, 0.1, 0.5, 0.9, 0.99, 0.999)
SIZES = (10, 20, 100, 1_000)
LIKENESS = (0.1, 0.4, 0.8)

Covered = Callable[[World, int, np.random.Generator], float]


@dataclass(frozen=True)
class Row:
    """A line of the table: what is covered in which world, at each number of samples."""

    what: str
    worlds: str
    measure: Covered
    world: Callable[[int], World]


def rows() -> Iterator[Row]:
    """Every line of the table."""
    single = [(1, 1, 0.0, "one yes or no a sample, 1 seed")]
    several = [(3, 1, 0.0, "one yes or no a sample, 3 seeds")]
    alike = [
        (
            seeds,
            TARGETS,
            like,
            f"{TARGETS} targets alike at {like:g}, {seeds} seed{'s' * (seeds > 1)}",
        )
        for seeds, like in product((1, 3), LIKENESS)
    ]
    for name, measure in (
        ("share", share_covered),
        ("difference of shares", share_difference_covered),
    ):
        for seeds, targets, like, words in single + several + alike:
            for share in SHARES:
                yield Row(
                    f"{name} {share:g}",
                    words,
                    lambda w, r, g, measure=measure, share=share: measure(share, w, r, g),
                    lambda n, s=seeds, t=targets, k=like: World(n, s, t, k),
                )
    for name, measure in (
        ("mean distance", mean_covered),
        ("difference of means", difference_covered),
        ("gain", gain_covered),
    ):
        for kind, seeds in product(DISTANCES, (1, 3)):
            yield Row(
                name,
                f"{kind}, {seeds} seed{'s' * (seeds > 1)}",
                lambda w, r, g, measure=measure, kind=kind: measure(kind, w, r, g),
                lambda n, s=seeds: World(n, s),
            )


def table(repeats: int) -> Iterator[str]:
    """Lines of Markdown; where fewer than 93 % are covered the number is bold."""
    yield "| interval of | samples, seeds | " + " | ".join(f"n = {n:,}" for n in SIZES) + " |"
    yield "| --- | --- | " + " | ".join("---:" for _ in SIZES) + " |"
    rng = np.random.default_rng(16)
    for row in rows():
        found = []
        for n in SIZES:
            world = row.world(n)
            size = max(100, min(repeats, 4_000_000 // world.pairs))
            parts = [row.measure(world, size, rng) for _ in range(-(-repeats // size))]
            share = 100 * float(np.mean(parts))
            found.append(f"{share:.1f}" if share >= 93 else f"**{share:.1f}**")
        yield f"| {row.what} | {row.worlds} | {' | '.join(found)} |"
    for kind in DISTANCES:
        found = [
            f"{100 * pigeonhole_covered(kind, World(n, 3), min(repeats, 400), rng):.1f}"
            for n in SIZES
        ]
        words = f"{kind}, 3 seeds: pigeonhole bootstrap, not used"
        yield f"| mean distance | {words} | {' | '.join(found)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--repeats", type=int, default=2_000)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    start, lines = time.perf_counter(), []
    for line in table(asked.repeats):
        print(line, flush=True)
        lines.append(line)
    for n, seeds in product((20, 100), (1, 3)):
        world, rng = World(n, seeds, TARGETS, 0.4), np.random.default_rng(17)
        parts = [reports_with_a_detection(world, 200, rng) for _ in range(asked.repeats // 200)]
        lines.append(
            f"\nOf {len(parts) * 200:,} reports without any effect ({n} samples, {seeds} seed"
            f"{'s' * (seeds > 1)}), {100 * np.mean(parts):.1f} % hold a “detected”."
        )
        print(lines[-1], flush=True)
    print(f"\n{time.perf_counter() - start:.0f} s")
    if asked.out:
        asked.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
