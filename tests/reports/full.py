"""A results dict with every part that a run can hold, of any size; numbers follow from names."""

from __future__ import annotations

import copy

from core.attacks import distance_of, facts
from core.canonical import canonical
from core.judgement.verdicts import verdicts
from core.model.results import Results
from tests.reports import synthetic
from tests.reports.pieces import gallery_entry, hash_of, network, row

EXTENT = {"l0": 784.0, "l1": 784.0, "l2": 28.0, "linf": 1.0}
_BALL = {"norm": "linf", "eps": 0.25, "targeted": False}
ATTACKS = {
    "jsma-f": {"budget": 112, "theta": 1},
    "jsma-f64": {"budget": 112, "theta": 1},
    "jsma-logf": {"budget": 112, "theta": 1},
    "jsma-z": {"budget": 112, "theta": 1},
    "fgsm": {**_BALL, "loss": "margin", "attack_temperature": 1},
    "bim": {**_BALL, "loss": "margin", "attack_temperature": 1, "steps": 20},
    "pgd": {**_BALL, "loss": "margin", "attack_temperature": 1, "steps": 40, "restarts": 2},
    "cw-l2": {"targeted": True, "kappa": 0, "steps": 1000, "searches": 5},
    "cw-l0": {"targeted": True, "kappa": 0, "steps": 200},
    "genetic": {"eps": 0.25, "targeted": False, "queries": 5000, "population": 6},
    "decision": {"targeted": False, "norm": "l2", "queries": 5000},
    "noise": {**_BALL, "draws": 100},
}
TEMPERATURES = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 40.0, 50.0, 100.0)
NETWORKS = (
    ("none", {}, None),
    *(("distillation", {}, at) for at in TEMPERATURES),
    ("temperature", {}, 20.0),
    ("adversarial-training", {"eps": 0.2, "steps": 7}, None),
)
CRITERION = {
    "metric": "rho_increase",
    "at_least": 0.5,
    "at_most": None,
    "attack": "strongest",
    "set_by": "default",
}


def share(*parts) -> float:
    """A fraction that follows from the parts alone."""
    return (hash_of(*parts) % 997) / 997


def build(networks=NETWORKS, attacks=ATTACKS, seeds=(0,), criteria=(CRITERION,)) -> dict:
    """Results of every attack on every network."""
    made = synthetic.build({}, networks=[], gallery=[])
    made["spec"] |= {"criteria": copy.deepcopy(list(criteria)), "seeds": list(seeds)}
    made["provenance"]["networks"] = [
        _network(name, params, at, seed) for name, params, at in networks for seed in seeds
    ]
    rows = [
        _row(defense, params, at, attack, settings, seeds)
        for defense, params, at in networks
        for attack, settings in attacks.items()
    ]
    made["summary"] = rows
    made["gallery"] = [
        gallery_entry(i, *networks[min(i, len(networks) - 1)][::2], next(iter(attacks)))
        for i in range(4)
    ]
    made["closest"] = [entry for one in networks for entry in _closest(one, rows, seeds)]
    made["within_budget"] = [entry for one in networks for entry in _within(one, rows, seeds)]
    made["curves"] = [_curve(row) for row in rows]
    made["matrices"] = [_matrices(row) for row in rows]
    made["detection"] = [_detection(row, seed) for row in rows for seed in seeds]
    made["differences"] = [_difference(row) for row in rows if row["defense"] != "none"]
    made["diagnostics"] = [_check(row) for row in rows]
    judged = verdicts(Results.from_json({**made, "verdicts": []}))
    made["verdicts"] = [one.model_dump(mode="json") for one in judged]
    return made


def everything() -> dict:
    """Every attack on a handful of networks."""
    few = [one for one in NETWORKS if one[2] in (None, 5.0, 20.0)]
    return build(few)


def largest() -> dict:
    """The largest report that has to render in time: 9 temperatures, 12 attacks, 5 seeds."""
    return build(seeds=(0, 1, 2, 3, 4))


def _network(defense: str, params: dict, at: float | None, seed: int) -> dict:
    accuracy = 0.95 + 0.03 * share(defense, at, seed)
    made = network(defense, at, accuracy, seed)
    made["params"] = params
    bins = [
        {
            "low": i / 15,
            "high": (i + 1) / 15,
            "count": 3 + i,
            "mean_confidence": (i + 0.5) / 15,
            "accuracy": share(defense, at, seed, i),
        }
        for i in range(5, 15)
    ]
    answers = {"count": 480, "mean_confidence": 0.98, "low": 0.97, "high": 0.985}
    wrong = {"count": 20, "mean_confidence": 0.71, "low": 0.6, "high": 0.8}
    made["calibration"] = {
        "samples": 500,
        "expected_calibration_error": 0.031,
        "accuracy": accuracy,
        "right": answers,
        "wrong": wrong,
        "bins": bins,
    }
    lost = 0.84 if (at or 1) >= 20 else 0.0
    middle = -40 if lost else -3
    made["amplitudes"] = {
        "samples": 100,
        "median_power": middle + 0.4,
        "zero_in_float32": lost,
        "bins": [{"power": None, "share": lost / 2}]
        + [{"power": middle + i, "share": (1 - lost / 2) / 4} for i in range(4)],
    }
    return made


def _row(
    defense: str, params: dict, at: float | None, attack: str, settings: dict, seeds: tuple
) -> dict:
    distance = distance_of(attack, settings)
    blind = 0.9 if attack == "jsma-f" and (at or 1) >= 20 else 0.0
    success = 0.03 if blind else 0.7 + 0.25 * share(defense, at, attack)
    closest = facts(attack).looks_for_closest
    budget = settings.get("budget", settings.get("eps"))
    cap = 1.0 if budget is None else budget / EXTENT[distance]
    rho = min(cap, 0.13 if blind else 0.02 + 0.004 * share(defense, at))
    numbers = (success, rho, 1 - success if not settings.get("targeted", True) else blind, blind)
    made = row(defense, at, attack, numbers, 0.02)
    pairs = 100 * (9 if settings.get("targeted", True) else 1)
    mean = rho * EXTENT[distance]
    return made | {
        "defense_params": params,
        "attack_params": dict(settings),
        "budget": budget,
        "distance": distance,
        "rho_cap": cap,
        "rho_high": min(made["rho_high"], 1.0),
        "rho_increase": rho / 0.02 - 1 if closest else None,
        "rho_increase_low": rho / 0.02 - 1.2 if closest else None,
        "rho_increase_high": rho / 0.02 - 0.8 if closest else None,
        "robustness": {distance: {"mean": mean, "low": 0.9 * mean, "high": 1.1 * mean}},
        "seeds": list(seeds),
        "pairs": pairs * len(seeds),
        "per_seed": [
            {"seed": seed, "accuracy": 0.96, "success_rate": success, "rho": rho} for seed in seeds
        ],
    }


def _identity(row: dict, *more: str) -> dict:
    keys = ("dataset", "defense", "defense_params", "temperature", *more)
    return {key: row[key] for key in keys}


def _of(one: tuple, rows: list[dict]) -> list[dict]:
    defense, params, at = one
    return [
        row
        for row in rows
        if (row["defense"], row["defense_params"], row["temperature"]) == (defense, params, at)
    ]


def _closest(one: tuple, rows: list[dict], seeds: tuple) -> list[dict]:
    found = []
    for distance in ("l0", "l2"):
        mine = [r for r in _of(one, rows) if r["distance"] == distance]
        mine = [row for row in mine if facts(row["attack"]).looks_for_closest]
        if not mine:
            continue
        best = min(mine, key=lambda row: row["rho"])
        mean = best["rho"] * EXTENT[distance]
        increase = best["rho"] / 0.021 - 1
        found.append(
            {
                **_identity(best),
                "distance": distance,
                "seeds": list(seeds),
                "samples": 100,
                "rho": best["rho"],
                "rho_low": 0.9 * best["rho"],
                "rho_high": min(1.0, 1.1 * best["rho"]),
                "rho_cap": best["rho_cap"],
                "rho_increase": increase,
                "rho_increase_low": increase - 0.1,
                "rho_increase_high": increase + 0.1,
                "mean": mean,
                "low": 0.9 * mean,
                "high": 1.1 * mean,
                "cap": best["rho_cap"] * EXTENT[distance],
                "censored": 0.0,
                "attacks": [
                    {
                        "attack_id": f"{hash_of(row['attack']):012x}"[:12],
                        "attack": row["attack"],
                        "attack_params": canonical(row["attack_params"]),
                        "samples": 100,
                        "mean": row["rho"] * EXTENT[distance],
                        "strongest": 1.0 if row is best else 0.0,
                    }
                    for row in mine
                ],
            }
        )
    return found


def _within(one: tuple, rows: list[dict], seeds: tuple) -> list[dict]:
    mine = [row for row in _of(one, rows) if row["budget"] is not None]
    kept = 0.71 if one[0] == "adversarial-training" else 0.02
    sizes = sorted({(row["distance"], row["budget"]) for row in mine})
    return [
        {
            **_identity(mine[0]),
            "distance": distance,
            "budget": budget,
            "attacks": sorted({row["attack"] for row in mine}),
            "seeds": list(seeds),
            "samples": 100,
            "robust_accuracy": kept if distance == "linf" else 0.0,
            "low": max(0.0, kept - 0.05) if distance == "linf" else 0.0,
            "high": kept + 0.05 if distance == "linf" else 0.037,
        }
        for distance, budget in sizes
    ]


def _curve(row: dict) -> dict:
    top = row["budget"] or EXTENT[row["distance"]] * 0.2
    steps = 40
    rates = [round(row["success_rate"] * (i / steps) ** 0.5, 6) for i in range(steps + 1)]
    return {
        **_identity(row, "attack"),
        "attack_params": {
            k: v for k, v in row["attack_params"].items() if k not in ("eps", "budget")
        },
        "distance": row["distance"],
        "budget": [top * i / steps for i in range(steps + 1)],
        "success_rate": rates,
        "low": [max(0.0, rate - 0.05) for rate in rates],
        "high": [min(1.0, rate + 0.05) for rate in rates],
    }


def _matrices(row: dict) -> dict:
    def rate(source: int, target: int) -> float | None:
        if source == target:
            return None
        return round(share(row["defense"], row["attack"], source, target), 6)

    rates = [[rate(i, j) for j in range(10)] for i in range(10)]
    far = [[None if r is None or r == 0 else round(3 + 40 * r, 6) for r in line] for line in rates]
    keys = ("attack", "attack_params", "distance")
    return {**_identity(row, *keys), "success_rate": rates, "distortion": far}


def _detection(row: dict, seed: int) -> dict:
    noticed = share(row["defense"], row["attack"], seed)
    counted = {"pairs": 60, "samples": 30, "detected": noticed}
    counted |= {"low": 0.8 * noticed, "high": min(1.0, 0.1 + noticed)}
    return {
        **{key: row[key] for key in ("defense", "defense_params", "temperature")},
        "seed": seed,
        **{key: row[key] for key in ("attack", "attack_params", "distance")},
        **counted,
        "false_alarms": 0.05,
        "bins": [
            {"low_edge": low, "high_edge": high, **counted}
            for low, high in ((0.0, 0.02), (0.02, 0.05), (0.05, 0.1))
        ],
    }


def _difference(row: dict) -> dict:
    gain = row["rho"] - 0.02
    return {
        **_identity(row, "attack", "attack_params"),
        "against": "none",
        "metric": "rho",
        "difference": gain,
        "low": gain - 0.006,
        "high": gain + 0.006,
        "n": 100,
        "detected": abs(gain) > 0.006,
    }


def _check(row: dict) -> dict:
    number = row["zero_gradient_samples"]
    return {
        "check": "zero_gradients",
        "subject": {
            "defense": row["defense"],
            "params": row["defense_params"],
            "temperature": row["temperature"],
            "seed": None,
            "attack": row["attack"],
            "attack_params": row["attack_params"],
        },
        "result": "fail" if number > 0.05 else "pass",
        "number": number,
        "sentence": f"{number:.0%} of the samples gave the attack a gradient of exactly zero.",
    }
