"""The numbers of a study as Markdown: `python -m benchmarks.study_tables results.json [page.md]`.

Printed, or put into a page of docs/studies below its heading "Numbers": tables are never typed.
"""

import json
import sys
from pathlib import Path

from benchmarks.printing import table
from core.attacks import facts

NUMBERS = "## Numbers\n"
UNITS = {"l0": "features", "l1": "L1", "l2": "L2", "linf": "Linf"}


def study_tables(results: dict) -> str:
    """All tables of one results.json."""
    shown = [
        ("Share of attacks that succeed", _success(results)),
        ("Closest example, over the attacks that look for one", _closest(results)),
        ("Share of inputs that stay right under every attack of the run", _within(results)),
    ]
    folded = [
        ("Networks: accuracy, confidence, size of their gradients", _networks(results)),
        ("Noticed by an anomaly detector, at 5 % false alarms", _detection(results)),
        ("Verdicts, by the default criterion", _verdicts(results)),
        ("Checks that fired", _alarms(results)),
    ]
    made = [f"### {title}\n\n{table(rows)}" for title, rows in shown if rows]
    made += [
        f"<details>\n<summary>{title}</summary>\n\n{table(rows)}\n\n</details>"
        for title, rows in folded
        if rows
    ]
    return "\n\n".join([_heading(results), *made])


def renew(page: Path, tables: str) -> None:
    """Put tables below the heading "Numbers" of a page, in place of what stands there."""
    text = page.read_text(encoding="utf-8")
    words, heading, _ = text.partition(NUMBERS)
    if not heading:
        raise SystemExit(f"{page}: has no heading {NUMBERS.strip()!r}")
    page.write_text(f"{words}{heading}\n{tables}\n", encoding="utf-8")


def _heading(results: dict) -> str:
    where = results["provenance"]
    seconds = where["seconds"]
    took = "" if seconds is None else f"; {seconds / 60:.0f} minutes of computing"
    samples = max((row["samples"] for row in results["summary"]), default=0)
    versions = ", ".join(
        f"{name} {where['versions'][name]}" for name in ("keras", where["backend"], "numpy")
    )
    classes = results["spec"].get("attacked_classes")
    of = f" of class {', '.join(map(str, classes))}" if classes else ""
    return (
        f"{where['data']['title']}; {samples} samples{of}; seeds {results['spec']['seeds']};"
        f" {where['device']}, {where['threads']} threads; {versions}{took}."
    )


def _success(results: dict) -> list[dict]:
    rows: dict[str, dict] = {}
    names = dict.fromkeys(_attack(row) for row in results["summary"])
    for row in results["summary"]:
        line = rows.setdefault(
            _network(row), {"network": _network(row), **dict.fromkeys(names, "")}
        )
        line[_attack(row)] = (
            f"{row['success_rate']:.1%} ({row['success_low']:.1%} to {row['success_high']:.1%})"
        )
    return list(rows.values())


def _closest(results: dict) -> list[dict]:
    found = []
    for row in results["closest"]:
        unit = UNITS[row["distance"]]
        digits = 1 if row["distance"] == "l0" else 3
        increase = row["rho_increase"]
        gain = ""
        if increase is not None:
            low, high = row["rho_increase_low"], row["rho_increase_high"]
            span = "" if low is None else f" ({low:+.0%} to {high:+.0%})"
            gain = f"{increase:+.0%}{span}"
        found.append(
            {
                "network": _network(row),
                "distance": unit,
                "mean": f"{row['mean']:.{digits}f} ({row['low']:.{digits}f} to"
                f" {row['high']:.{digits}f})",
                "share of the largest": f"{row['rho']:.2%}",
                "against none": gain,
                "censored": f"{row['censored']:.0%}",
            }
        )
    return found


def _within(results: dict) -> list[dict]:
    return [
        {
            "network": _network(row),
            "within": f"{UNITS[row['distance']]} {row['budget']:g}",
            "stay right": f"{row['robust_accuracy']:.0%} ({row['low']:.0%} to {row['high']:.0%})",
        }
        for row in results["within_budget"]
    ]


def _networks(results: dict) -> list[dict]:
    found = []
    for network in results["provenance"]["networks"]:
        known = network["calibration"]
        sure = {side: known[side]["mean_confidence"] for side in ("right", "wrong")}
        power = network["amplitudes"]["median_power"]
        found.append(
            {
                "network": _network(network),
                "seed": network["seed"],
                "accuracy": f"{network['accuracy']:.1%} ({network['accuracy_low']:.1%} to"
                f" {network['accuracy_high']:.1%})",
                "confidence, right": "" if sure["right"] is None else f"{sure['right']:.3f}",
                "confidence, wrong": "" if sure["wrong"] is None else f"{sure['wrong']:.3f}",
                "calibration error": f"{known['expected_calibration_error']:.3f}",
                "median gradient": "" if power is None else f"1e{power:.0f}",
                "gradient 0 in float32": f"{network['amplitudes']['zero_in_float32']:.0%}",
            }
        )
    return found


def _detection(results: dict) -> list[dict]:
    return [
        {
            "network": _network(row),
            "seed": row["seed"],
            "attack": _attack(row),
            "noticed": f"{row['detected']:.0%} ({row['low']:.0%} to {row['high']:.0%})"
            if row["detected"] is not None
            else "–",
            "of successes": row["pairs"],
        }
        for row in results["detection"]
        if row["seed"] == results["spec"]["seeds"][0]
    ]


def _verdicts(results: dict) -> list[dict]:
    return [
        {"network": _network(row), "verdict": row["verdict"], "reason": row["reason"]}
        for row in results["verdicts"]
    ]


def _alarms(results: dict) -> list[dict]:
    return [
        {
            "check": check["check"],
            "network": _network(check["subject"]),
            "attack": check["subject"]["attack"] or "",
            "what it says": check["sentence"],
        }
        for check in results["diagnostics"]
        if check["result"] == "fail"
    ]


def _network(row: dict) -> str:
    params = row.get("defense_params", row.get("params")) or {}
    told = [f"{key} {value:g}" for key, value in params.items() if isinstance(value, int | float)]
    at = [] if row["temperature"] is None else [f"T = {row['temperature']:g}"]
    return ", ".join([row["defense"], *at, *told])


def _attack(row: dict) -> str:
    params = row["attack_params"]
    told = [str(params[key]) for key in ("loss", "source") if key in params]
    if "eps" in params:
        told.append(f"{UNITS[params.get('norm', 'linf')]} {params['eps']:g}")
    elif "norm" in params:
        told.append(UNITS[params["norm"]])
    if not told and facts(row["attack"]).looks_for_closest:
        return row["attack"]
    return f"{row['attack']} ({', '.join(told)})"


if __name__ == "__main__":
    made = study_tables(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    if len(sys.argv) > 2:
        renew(Path(sys.argv[2]), made)
    else:
        print(made)
