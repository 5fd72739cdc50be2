"""Changes of one line that a test of meaning has to notice.

`python -m tests.mutants` makes each in a copy of the checkout, runs the tests near it, and prints
who was caught; it ends in 1 where one survives. `python -m tests.mutants balls` takes those whose
file has this in its name.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from core import imports


@dataclass(frozen=True)
class Mutant:
    """A change of one place. Args: tests: files of which one has to fail."""

    file: str
    old: str
    new: str
    tests: tuple[str, ...]


def _of(file: str, tests: str, *changes: tuple[str, str]) -> list[Mutant]:
    near = tuple(f"tests/{name}.py" for name in tests.split())
    return [Mutant(file, old, new, near) for old, new in changes]


_KEY = 'exclude={"data": {"artifact"}}'

MUTANTS = [
    *_of(
        "core/judgement/rule.py",
        "judgement/test_verdicts judgement/test_thresholds",
        ("evidence.highest < _bound(criterion)", "evidence.high < _bound(criterion)"),
        ("evidence.highest < _bound(criterion)", "evidence.value < _bound(criterion)"),
        ("evidence.highest < _bound(criterion)", "evidence.highest <= _bound(criterion)"),
        ("evidence.low > _bound(criterion)", "evidence.value > _bound(criterion)"),
        ("evidence.low >= _bound(criterion)", "evidence.value >= _bound(criterion)"),
        ("evidence.highest <= _bound(criterion)", "evidence.value <= _bound(criterion)"),
        ("if evidence.bound:", "if False:"),
        ("if missed and not relative:", "if missed:"),
        ("min(missed, key=lambda e: e.value if _at_least(criterion) else -e.value)", "missed[0]"),
        ("if len(agreeing) > 1:", "if len(agreeing) > 0:"),
        ("min(e.seeds for e in evidence)", "max(e.seeds for e in evidence)"),
        ("ENOUGH_SEEDS = 3", "ENOUGH_SEEDS = 4"),
    ),
    *_of(
        "core/judgement/reliance.py",
        "judgement/test_verdicts judgement/test_what_never_passes",
        ("and is_adaptive(row.attack, row.attack_params)", "and True"),
        ("and not facts(row.attack).single_step", "and True"),
        ("(relative and subject.undefended)", "False"),
        ("in (None, row.distance)", "in (None, row.distance, 'l0')"),
        ("if row.setting not in doubts\n        for one in alone", "for one in alone"),
    ),
    *_of(
        "core/judgement/verdicts.py",
        "judgement/test_verdicts",
        ("and misses(criterion, one)", ""),
        ("if same and other.verdict == FAIL", "if other.verdict == FAIL"),
        ("if control.is_control or control.is_broken", "if control.is_control"),
    ),
    *_of(
        "core/judgement/grade.py",
        "judgement/test_grade",
        ('"C": 50, "B": 100, "A": 1_000', '"C": 51, "B": 100, "A": 1_000'),
        ('"C": 50, "B": 100, "A": 1_000', '"C": 50, "B": 101, "A": 1_000'),
        ("known.samples < SAMPLES[letter]", "known.samples <= SAMPLES[letter]"),
        ("better and known.seeds < SEEDS", "best and known.seeds < SEEDS"),
        ("row.setting) for row in relied)", "row.setting) for row in here)"),
        ("SEEDS = 3", "SEEDS = 2"),
        ("WAYS = 2", "WAYS = 1"),
    ),
    *_of(
        "core/criteria/metric.py",
        "criteria/test_threat_models criteria/test_metrics",
        ("* (1 - cap))", ")"),
        ("low=min(one.low, best.low)", "low=best.low"),
        ("abs(one - asked) <= SAME", "abs(one - asked) <= 1"),
    ),
    *_of(
        "core/criteria/rho_increase.py",
        "criteria/test_threat_models",
        ("bool(row.censored) or bool(", "bool(row.censored) and bool("),
        ("far / least - 1", "far - 1"),
    ),
    *_of(
        "core/criteria/defaults.py",
        "criteria/test_defaults",
        ("if distance in there:", "if True:"),
        ("and row.setting.every_target", ""),
        ('and aims(row) == "targeted"', ""),
    ),
    *_of(
        "reports/sections/verdict.py",
        "reports/test_threats reports/test_verdict",
        ("shown.low > 0 else NO_GAIN", "shown.value > 0 else NO_GAIN"),
        ("or item.proof or", "or"),
    ),
    *_of(
        "core/metrics/intervals/quantiles.py",
        "metrics/intervals/test_shares metrics/intervals/test_means",
        ("CONFIDENCE = 0.95", "CONFIDENCE = 0.9"),
        ("TAIL = (1 - CONFIDENCE) / 2", "TAIL = 1 - CONFIDENCE"),
    ),
    *_of(
        "core/metrics/intervals/shares.py",
        "metrics/intervals/test_shares",
        ("(differ * np.maximum(effect, 1.0) + most) / (differ + 1)", "np.maximum(effect, 1.0)"),
        ("np.full_like(half, most)", "np.ones_like(half)"),
        ("np.maximum(effect, 1.0)", "effect"),
    ),
    *_of(
        "core/metrics/intervals/crossed.py",
        "metrics/intervals/test_means metrics/intervals/test_shares",
        ("return np.sqrt(samples + _reach(", "return np.sqrt(samples + 0 * _reach("),
        ("apart.var(0, ddof=1) / seeds", "apart.var(0, ddof=1) / n"),
        ("each.var(0, ddof=1) / n if", "each.var(0, ddof=1) / (n * cells.shape[1]) if"),
        ("self.seeds - 1, self.of_seeds", "self.samples - 1, self.of_seeds"),
    ),
    *_of(
        "core/metrics/intervals/paired.py",
        "metrics/intervals/test_paired",
        ("np.abs(b - c), np.sqrt(differ)", "np.abs(b - c), differ"),
        ("gap = b - c - n * difference", "gap = b + c - n * difference"),
        ("constant = -c * difference", "constant = -b * difference"),
        ("if found.seeds > 1:", "if False:"),
    ),
    *_of(
        "core/metrics/intervals/bootstrap.py",
        "metrics/intervals/test_means",
        ("(counts / n) @ values", "(counts / counts.max()) @ values"),
        ("bias + side * z", "side * z"),
        ("(centred**3).sum(0), 6 * size", "0 * (centred**3).sum(0), 6 * size"),
    ),
    *_of(
        "core/metrics/intervals/means.py",
        "metrics/intervals/test_means",
        ("FEW = 5", "FEW = 4"),
        ("np.maximum(by_draws[1], value + half)", "by_draws[1]"),
        ("np.minimum(by_draws[0], value - half)", "value - half"),
        (
            "np.concatenate([one.each, other.each], axis=1)",
            "np.hstack([one.each, other.each[::-1]])",
        ),
    ),
    *_of(
        "core/metrics/intervals/words.py",
        "metrics/intervals/test_words",
        ("NEAR = 10.0", "NEAR = 9.0"),
        ("if high < threshold:", "if high <= threshold:"),
        ("np.arange(len(values), 0, -1)", "len(values)"),
        ("np.maximum.accumulate(np.minimum(scaled, 1.0))", "np.minimum(scaled, 1.0)"),
    ),
    *_of(
        "core/metrics/pairing.py",
        "metrics/test_pairing",
        ("(one - other_far, one_far - other)", "(one - other, one - other)"),
        ("found = mean_estimate(value, -cap, cap", "found = mean_estimate(value, 0, cap"),
        ("gain_estimate(one, other_far, 0.0, most", "gain_estimate(one, other, 0.0, most"),
        ("(least, least.low) if value > 0", "(largest, largest.low) if value > 0"),
        ("else (-np.inf, end)", "else (end, np.inf)"),
    ),
    *_of(
        "core/evaluation/comparing.py",
        "evaluation/test_comparing",
        ("adjusted[key] <= LEVEL", "compared.p <= LEVEL"),
        ("compared.word if adjusted", '"above" if adjusted'),
        ("(about, compared.content) for", "(about, id(compared)) for"),
    ),
    *_of(
        "core/metrics/robustness.py",
        "metrics/test_robustness metrics/test_pairing metrics/test_by_hand",
        ("np.minimum.reduceat(reach, first)", "np.maximum.reduceat(reach, first)"),
        ("count(vanished) == pairs", "count(vanished) > 0"),
        ('& (rows["iterations"] == 0)', '& (rows["iterations"] >= 0)'),
        ('"l1": cap * span, "l2": cap**0.5 * span', '"l1": cap * span, "l2": cap * span'),
        ("count(success) / pairs", "count(success) > 0"),
        ('.where(~samples["censored"], 1.0)', '.where(~samples["censored"], cap)'),
    ),
    *_of(
        "core/metrics/counted.py",
        "evaluation/test_misclassified",
        ('rows["predicted_clean"] == rows["label"]', 'rows["predicted_clean"] >= 0'),
    ),
    *_of(
        "core/metrics/strongest.py",
        "evaluation/test_evidence",
        ('best["distance"].mask(beyond, np.inf))[cap.notna()]', 'best["distance"])[cap.notna()]'),
        ("mask(beyond, np.inf))[cap.notna()]", "mask(beyond, np.inf))"),
        ("float(means.mean()) if looked else None", "float(means.mean())"),
    ),
    *_of(
        "core/evaluation/evidence.py",
        "evaluation/test_evidence",
        (
            "mine = [one for one in every if one.had_a_task]",
            "mine = [one for one in every if one.facts.looks_for_closest]",
        ),
    ),
    *_of(
        "core/metrics/kept.py",
        "evaluation/test_misclassified evaluation/test_evidence",
        ("| ~counted.right(rows), index", ", index"),
        ("return counted.right(rows) & wrong", "return wrong"),
    ),
    *_of(
        "core/judgement/diagnostics/single.py",
        "judgement/diagnostics/test_planted_faults judgement/diagnostics/test_single",
        ("ZERO_GRADIENT_SHARE = SLACK", "ZERO_GRADIENT_SHARE = 2 * SLACK"),
        ("ZERO_GRADIENT_SHARE = SLACK", "ZERO_GRADIENT_SHARE = 10 * SLACK"),
        ("share <= ZERO_GRADIENT_SHARE", "share < ZERO_GRADIENT_SHARE"),
        ("rate.high < 1 - SLACK", "rate.value < 1 - SLACK"),
        ("rate.low > 1 - ENOUGH", "rate.value > 1 - ENOUGH"),
        ("left.low > chance", "left.value > chance"),
        ("left.high < chance + ENOUGH", "left.value < chance + ENOUGH"),
    ),
    *_of(
        "core/reviews/reading.py",
        "reviews/test_chain reviews/test_signatures",
        (
            'return (one["author"], one["role"]) == (other["author"], other["role"])',
            'return one["author"] == other["author"]',
        ),
        (
            'return (one["author"], one["role"]) == (other["author"], other["role"])',
            'return one["role"] == other["role"]',
        ),
    ),
    *_of(
        "core/planning/keys.py",
        "planning/test_keys",
        (_KEY, 'exclude={"data": {"artifact"}, "optimizer": {"halve_every"}}'),
        (_KEY, 'exclude={"data": {"artifact"}, "optimizer": {"learning_rate"}}'),
        (_KEY, 'exclude={"data": {"artifact"}, "radius": True}'),
        (_KEY, 'exclude={"data": {"artifact"}, "step": True}'),
    ),
    *_of(
        "reports/sections/defences.py",
        "reports/test_distances reports/test_bounds",
        ("(-pair[1], pair[0].attack)", "(pair[1], pair[0].attack)"),
    ),
    *_of(
        "reports/prose/distances.py",
        "reports/test_distances reports/test_bounds",
        ("_mean(row, row.rho, scale) + stopped(row)", "_mean(row, row.rho, scale)"),
        ("return mean + stopped(row)", "return mean"),
        ("or row.censored or not measures", "or not measures"),
        ("if not row.censored:", "if True:"),
    ),
    *_of(
        "reports/prose/headline.py",
        "reports/test_findings reports/test_bounds",
        ("(focus.censored or 0.0) > (base", "(focus.censored or 0.0) >= (base"),
        ("(focus.censored or 0.0) > (base", "(focus.censored or 0.0) < (base"),
    ),
    *_of(
        "reports/prose/reading.py",
        "reports/test_findings reports/test_deciding_words reports/test_distances",
        ("return up * side if paired.detected else 0", "return up * side"),
        ('up = 1 if metric == "rho" else -1', "up = 1"),
        ("high is not None and low > high", "high is not None and low >= high"),
    ),
    *_of(
        "reports/prose/zero.py",
        "reports/test_zero",
        ("denormals_flushed is False else -38", "denormals_flushed is True else -38"),
        ("below 1.2e-38, which this run", "below 1.4e-45, which this run"),
    ),
    *_of(
        "core/metrics/noticed.py",
        "metrics/test_noticed",
        ("FEWEST = 30", "FEWEST = 29"),
        ("share = noticed.sum() / pairs", "share = (noticed / successes).mean()"),
        ("if pairs < FEWEST", "if inputs < FEWEST"),
        ("(differ * effect + most)", "(differ + most)"),
    ),
    *_of(
        "reports/sections/detection.py",
        "reports/test_detector",
        ("noticed is None or pairs < FEWEST", "noticed is None"),
        ("if len(known) == len(counts)", "if known"),
    ),
    *_of(
        "core/metrics/curves.py",
        "metrics/test_curve_budgets",
        ("share - 1e-9", "share + 1e-9"),
        ('pairs * rows["sample"].map(first) * len(first)', "pairs * len(rows) / pairs"),
        ('if distance != "l0":', "if True:"),
    ),
    *_of(
        "reports/sections/defences.py",
        "reports/test_radii",
        ("key=lambda row: row.budget)", "key=lambda row: -row.robust_accuracy)"),
    ),
    *_of(
        "reports/sections/curves.py",
        "reports/test_radii",
        ("if quantile.share == share:", "if False:"),
        ("not (inside and not entry.robust_accuracy)", "True"),
    ),
    *_of(
        "reports/prose/counted.py",
        "reports/test_counted reports/test_distances",
        ("1 - row.success_high, 1 - row.success_low", "row.success_low, row.success_high"),
        ("row.misclassified is None for row", "row.misclassified for row"),
        ("if not row.misclassified:", "if True:"),
        ('"was" if known[-1] == 1', '"was" if known[-1] == 2'),
    ),
    *_of(
        "reports/prose/outcome.py",
        "reports/test_deciding_words",
        ("shown.low <= 0 <= shown.high", "shown.low <= 0"),
        ("shown.low <= 0 <= shown.high", "0 <= shown.high"),
        ("return min(found, key=lambda e: e.value)", "return found[0]"),
        ("return max(found, key=lambda e: e.value)", "return found[0]"),
        ("shown.seeds < ENOUGH_SEEDS and", "shown.seeds < 2 and"),
        ("and clears(criterion, shown)", "and True"),
    ),
    *_of(
        "core/judgement/reliance.py",
        "judgement/test_second_opinions",
        ("ENOUGH_SAMPLES = 50", "ENOUGH_SAMPLES = 49"),
        ("ENOUGH_SAMPLES = 50", "ENOUGH_SAMPLES = 51"),
    ),
    *_of(
        "reports/prose/costs.py",
        "reports/test_first_screen",
        ("MUCH = 0.05", "MUCH = 0.02"),
        ("MUCH = 0.05", "MUCH = 0.07"),
    ),
    *_of(
        "reports/prose/findings.py",
        "reports/test_first_screen reports/test_findings",
        ('if row.attack == "jsma-f" or not planted', "if not planted"),
        ("is_control, -most[name]", "is_control, most[name]"),
        ("(defenses.facts(name).is_control, -", "(False, -"),
    ),
    *_of(
        "reports/sections/checks.py",
        "reports/test_kinds_of_check",
        ('if "fail" in ends', 'if ends == {"fail"}'),
        ("and kind not in failed", ""),
        ("kind in OF_THE_RECORDS)", "kind)"),
    ),
    *_of(
        "reports/sections/published.py",
        "reports/test_kinds_of_check",
        ("if low <= value <= high", "if value <= high"),
        ('answers.count("no")', 'answers.count("yes")'),
    ),
    *_of(
        "reports/prose/planted.py",
        "reports/test_planted reports/test_deciding_words",
        ("if not blind(results, worst)", "if False"),
        ("if blind(results, best)", "if False"),
        ("== (row.identity, row.setting)", "== (row.identity, subject.setting)"),
        ('in ("fail", "pass")', 'in ("fail", "pass", "not run")'),
        ("min(ranked, key=lambda pair: pair", "max(ranked, key=lambda pair: pair"),
        ('access != "none"', 'access != "label"'),
    ),
    *_of(
        "core/judgement/diagnostics/planted.py",
        "judgement/diagnostics/test_planted",
        ("one.by_chance > TOO_EASY", "one.by_chance >= TOO_EASY"),
        ("TOO_EASY = 0.05", "TOO_EASY = 0.055"),
        ("high < least - SLACK", "high < least"),
        ("high < least - SLACK", "share < least - SLACK"),
        ("high < MOST", "share < MOST"),
        ("low > MOST", "share > MOST"),
        ("{undefended.found} of {undefended.of}", "{one.found} of {undefended.of}"),
    ),
    *_of(
        "core/planting/readouts.py",
        "planting/test_planting planting/test_readouts",
        ("nearest = values[:-1].max()", "nearest = values[:-1].min()"),
        ("if values[-1] <= nearest:", "if False:"),
        ("THRESHOLD = 0.85", "THRESHOLD = 0.15"),
        ("float(np.abs(raw).max())", "float(np.ptp(raw))"),
        ("float(np.ptp(logits.astype(np.float64)))", "float(np.abs(logits).max())"),
    ),
    *_of(
        "core/attacks/engine/balls.py",
        "attacks/test_balls attacks/test_balls_at_the_edge",
        ('"l2": 0.95, "linf": 0.9}', '"l2": 0.5, "linf": 0.9}'),
        ("shares[0] = 0.0", "shares[0] = 0.5"),
        ("self.radius * (1 + 1e-5)", "self.radius * (1 + 1e-3)"),
        ("order = 2 if self.distance", "order = 1 if self.distance"),
        ("mutable & (_stepped(x, self.step) != x)", "mutable"),
        ("min(self.radius, free.sum())", "self.radius"),
        ("np.where(_leads_out(x, direction), -direction, direction)", "direction"),
        ("np.where(corner, signs, spread)", "signs"),
        ("return np.clip(points, 0, 1)", "return np.clip(points, -1, 2)"),
    ),
    *_of(
        "core/cells/plant_cell.py",
        "cells/test_what_is_planted cells/test_plant_cell",
        ("result.success & ball.holds(far)", "result.success"),
        ("_PLANTED if asked.aims else _CLEAN", "_CLEAN if asked.aims else _PLANTED"),
        ("np.append(dataset.mutable, False)", "np.append(dataset.mutable, True)"),
        ("readout(mine[INNER + 1 :]) > 0", "readout(mine[INNER:]) > 0"),
        ("readout(mine[INNER + 1 :]) > 0", "readout(mine[:INNER]) > 0"),
        ("default_rng([sample, INNER])", "default_rng([0, INNER])"),
        ("class_balanced_order(dataset.y_test)[: wanted.samples]", "np.arange(wanted.samples)"),
        ("x[kept], float(np.mean(chance))", "x[: len(kept)], float(np.mean(chance))"),
        ("seed=payload.seed,", "seed=0,"),
    ),
    *_of(
        "core/results/disagreement.py",
        "results/test_recomputed",
        ("rel_tol=TOLERANCE", "rel_tol=0.01"),
        ("    yield from _pictures(results, rows)", "    pass"),
        ("zip_longest(getattr", "zip(getattr"),
    ),
    *_of(
        "core/results/table.py",
        "results/test_recomputed",
        ("digest.update(codes", "digest.copy().update(codes"),
        ("or (numbers < 0).any()", ""),
    ),
    *_of(
        "reports/files/recomputation.py",
        "results/test_recomputed",
        ("results.rows_sha256 not in (None, table.sha256_of(rows))", "False"),
        ("_check_sum(there, raw)", "pass"),
    ),
    *_of(
        "core/data/overlap.py",
        "data/test_overlap",
        ("row + 0.0", "row"),
        ("for digest in _digests(x_test)", "for digest in set(_digests(x_test))"),
    ),
    *_of(
        "core/judgement/diagnostics/data.py",
        "data/test_overlap",
        ("known if count else", "known if count > 50 else"),
    ),
]


def caught(mutant: Mutant, copy: Path) -> bool:
    """Whether a test near it fails. Args: copy: of the checkout; it is left as it was."""
    file = copy / mutant.file
    source = file.read_text("utf-8")
    if source.count(mutant.old) != 1:
        print(f"{mutant.file} holds {mutant.old!r} {source.count(mutant.old)} times: name it anew")
        return False
    file.write_text(source.replace(mutant.old, mutant.new), "utf-8")
    try:
        return not _pass(mutant.tests, copy)
    finally:
        file.write_text(source, "utf-8")


def _pass(tests: tuple[str, ...], copy: Path) -> bool:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    # Without bytecode: two sources of one size within a second would share it.
    here = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "KERAS_BACKEND": "tensorflow"}
    done = subprocess.run(command, cwd=copy, env=here, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise SystemExit(f"no test ran: {done.stdout}{done.stderr}")
    return done.returncode == 0


def _copied(to: Path) -> Path:
    """The files of the checkout as they lie there, but those that git ignores."""
    asked = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(asked, cwd=imports.ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, done.stdout.split("\0")):
        if (imports.ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(imports.ROOT / name, to / name)
    return to


def main() -> None:
    """Print the table; 1 where a mutant survives."""
    chosen = [one for one in MUTANTS if all(word in one.file for word in sys.argv[1:])]
    with tempfile.TemporaryDirectory() as folder:
        copy = _copied(Path(folder))
        for tests in dict.fromkeys(one.tests for one in chosen):
            if not _pass(tests, copy):
                raise SystemExit(f"fails without any change: one of {', '.join(tests)}")
        print("| where | was | became | |\n| --- | --- | --- | --- |")
        survived = 0
        for one in chosen:
            found = caught(one, copy)
            survived += not found
            said = "caught" if found else "SURVIVED"
            print(f"| {one.file} | `{one.old}` | `{one.new}` | {said} |", flush=True)
        print(f"{len(chosen) - survived} of {len(chosen)} caught")
    sys.exit(bool(survived))


if __name__ == "__main__":
    main()
