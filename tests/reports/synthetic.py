"""Results dicts that look like real runs, built without any network: for the report's tests.

What stands beside the summary (curves, verdicts, ...) is in `full`.
"""

from __future__ import annotations

import copy

import numpy as np

from tests.reports.pieces import data, difference, encode, gallery_entry, network, row

# success rate, rho, censored, share of samples with a gradient of exactly zero
PAPER_LIKE = {
    ("none", None): {"jsma-f": (0.94, 0.0176, 0.0, 0.0), "jsma-logf": (0.94, 0.0176, 0.0, 0.0)},
    ("distillation", 1.0): {
        "jsma-f": (0.931, 0.0186, 0.0, 0.0),
        "jsma-logf": (0.933, 0.0185, 0.0, 0.0),
    },
    ("distillation", 5.0): {
        "jsma-f": (0.731, 0.0311, 0.11, 0.1),
        "jsma-logf": (0.905, 0.0178, 0.0, 0.0),
    },
    ("distillation", 20.0): {
        "jsma-f": (0.031, 0.1216, 0.84, 0.84),
        "jsma-logf": (0.861, 0.0179, 0.0, 0.0),
    },
    ("distillation", 100.0): {
        "jsma-f": (0.014, 0.1352, 0.93, 0.95),
        "jsma-logf": (0.872, 0.0174, 0.0, 0.0),
    },
    ("temperature", 20.0): {
        "jsma-f": (0.011, 0.138, 0.96, 0.95),
        "jsma-logf": (0.874, 0.0171, 0.0, 0.0),
    },
    ("soft-labels", None): {
        "jsma-f": (0.93, 0.0171, 0.0, 0.0),
        "jsma-logf": (0.931, 0.0171, 0.0, 0.0),
    },
}


def build(table=None, networks=None, gallery=None, **data_fields) -> dict:
    """A results dict from a table like `PAPER_LIKE`."""
    table = PAPER_LIKE if table is None else table
    summary, differences, diagnostics = [], [], []
    undefended = table.get(("none", None), {})
    for (defense, temperature), attacks in table.items():
        for attack, numbers in attacks.items():
            base = undefended[attack][1] if attack in undefended else None
            item = row(defense, temperature, attack, numbers, base)
            summary.append(item)
            if defense != "none" and attack in undefended:
                other = row("none", None, attack, undefended[attack])
                differences.append(difference(item, attack, "none", other))
            control = table.get(("temperature", temperature), {}).get(attack)
            if defense == "distillation" and control:
                other = row("temperature", temperature, attack, control)
                differences.append(difference(item, attack, "temperature", other))
            diagnostics.append(
                {
                    "check": "zero_gradients",
                    "subject": {
                        "defense": defense,
                        "params": item["defense_params"],
                        "temperature": temperature,
                        "attack": attack,
                        "seed": None,
                    },
                    "result": "fail" if numbers[3] > 0.05 else "pass",
                    "number": numbers[3],
                    "sentence": f"{numbers[3]:.0%} of samples have a gradient of exactly zero.",
                }
            )
    if networks is None:
        networks = [network(d, t, 0.962 + 0.001 * i) for i, (d, t) in enumerate(table)]
    if gallery is None:
        gallery = [
            gallery_entry(3, "none", None, "jsma-f"),
            gallery_entry(4, "distillation", 20.0, "jsma-f", success=False),
            gallery_entry(4, "distillation", 20.0, "jsma-logf"),
            gallery_entry(5, "distillation", 20.0, "jsma-logf"),
        ]
    return {
        "schema": "thermocline.results/1",
        "run": "2026-11-22-a1b2c3",
        "name": "mnist-distillation",
        "created": "2026-11-22T17:20:12Z",
        "spec": {
            "name": "mnist-distillation",
            "data": {"name": "mnist5k"},
            "architecture": "paper-mnist",
            "training": {"optimizer": "adam", "learning_rate": 0.001, "epochs": 10},
            "defenses": [
                {"name": "none"},
                {"name": "distillation", "temperatures": [1, 5, 20, 100]},
                {"name": "temperature", "temperatures": [20]},
                {"name": "soft-labels", "confidence": 0.9},
            ],
            "attacks": [{"name": "jsma-f"}, {"name": "jsma-logf"}],
            "samples": 100,
            "seeds": [0],
        },
        "provenance": {
            "data": data(**data_fields),
            "architecture": {
                "name": "paper-mnist",
                "requested": "paper-mnist",
                "parameters": 312202,
            },
            "networks": networks,
            "departures": [
                "The paper trains 50 epochs with SGD; this run 10 epochs with Adam.",
                "The paper uses 60,000 training images; this run 4,500.",
            ],
            "notes": ["Padding is 'valid'; the paper does not state it."],
            "backend": "tensorflow",
            "versions": {"python": "3.11.9", "keras": "3.15.0", "thermocline": "0.1.0"},
            "device": "cpu",
            "threads": 2,
            "denormals_flushed": True,
            "cells": {
                "total": 21,
                "done": 21,
                "failed": 0,
                "queued": 0,
                "running": 0,
                "cancelled": 0,
            },
            "incomplete": [],
            "seconds": 352.0,
        },
        "summary": summary,
        "differences": differences,
        "diagnostics": diagnostics,
        "verdicts": [],
        "gallery": gallery,
    }


def paper_like() -> dict:
    """none, distillation at 1, 5, 20, 100, the control at 20 and soft labels; f and logf."""
    return build()


def only(attacks, keep=lambda defense, temperature: True) -> dict:
    """The paper-like case with some attacks and some networks."""
    table = {
        key: {name: numbers for name, numbers in cells.items() if name in attacks}
        for key, cells in PAPER_LIKE.items()
        if keep(*key)
    }
    return build(table)


def no_gap() -> dict:
    """A defence that helps against both: jsma-logf finds what jsma-f finds."""
    table = copy.deepcopy(PAPER_LIKE)
    for cells in table.values():
        cells["jsma-logf"] = (*cells["jsma-f"][:3], 0.0)
    return build(table)


def no_gain() -> dict:
    """Nothing happens: every network like the undefended one."""
    table = {key: dict(PAPER_LIKE[("none", None)]) for key in PAPER_LIKE}
    return build(table)


def given() -> dict:
    """One network from a file, no temperature, no baseline."""
    made = build({("given", None): {"jsma-logf": (0.94, 0.0176, 0.0, 0.0)}})
    made["provenance"]["networks"][0]["history"] = None
    return made


def table_data() -> dict:
    """Breast cancer: two classes, 30 features, null intervals."""
    fields = {
        "name": "breast_cancer",
        "title": "Breast cancer Wisconsin",
        "kind": "table",
        "shape": [30],
        "n_features": 30,
        "classes": 2,
        "class_names": ["malignant", "benign"],
        "feature_names": [f"mean radius {i}" for i in range(30)],
    }
    numbers = {("none", None): {"jsma-logf": (0.8, 0.09, 0.2, 0.0)}}
    numbers[("label-smoothing", None)] = {"jsma-logf": (0.79, 0.091, 0.21, 0.0)}
    original = np.linspace(0, 0.9, 30)
    changed = original.copy()
    changed[[2, 7]] = 1.0
    entry = gallery_entry(1, "none", None, "jsma-logf")
    entry |= {"shape": [30], "original": encode(original), "adversarial": encode(changed)}
    entry |= {"label": 0, "target": 1, "predicted_clean": 0, "predicted": 1, "l0": 2}
    made = build(numbers, gallery=[entry], **fields)
    for item in made["summary"]:
        item |= {"budget": 4, "pairs": item["samples"], "dataset": "breast_cancer"}
        item |= {"rho_low": None, "rho_high": None, "success_low": None, "success_high": None}
    return made


def incomplete() -> dict:
    """A run with a failed cell and a network that did not train."""
    made = paper_like()
    made["summary"] = [
        r for r in made["summary"] if (r["temperature"], r["attack"]) != (100.0, "jsma-logf")
    ]
    made["provenance"]["incomplete"] = [
        "jsma-logf on distillation, T = 100, seed 0: failed: out of memory"
    ]
    made["provenance"]["cells"] |= {"done": 20, "failed": 1}
    made["provenance"]["networks"][4] |= {"trained": False, "accuracy": 0.11}
    return made


HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}"


def hostile() -> dict:
    """Every free string of a results file tries to become markup."""
    made = paper_like()
    made["name"] = made["spec"]["name"] = HOSTILE
    provenance = made["provenance"]
    provenance["data"] |= {"title": HOSTILE, "note": HOSTILE, "source": HOSTILE}
    provenance["data"]["class_names"] = [HOSTILE] * 10
    provenance["departures"] = provenance["notes"] = provenance["incomplete"] = [HOSTILE]
    provenance["device"] = provenance["versions"]["keras"] = HOSTILE
    for item in [*made["summary"], *provenance["networks"], *made["differences"]]:
        if item["defense"] == "soft-labels":
            item["defense"] = HOSTILE
        if item.get("attack") == "jsma-logf" and item["temperature"] == 5.0:
            item["attack"] = HOSTILE
    for check in made["diagnostics"]:
        check["sentence"] = HOSTILE
    return made


def empty() -> dict:
    """A run in which nothing has finished."""
    made = build({}, networks=[], gallery=[])
    made["provenance"]["incomplete"] = ["every cell is queued"]
    return made


def many_attacks() -> dict:
    """Five attacks, two of them outside the JSMA family, three seeds of one network."""
    table = copy.deepcopy(PAPER_LIKE)
    for key, cells in table.items():
        cells["jsma-f64"] = (0.86, 0.0172, 0.0, 0.0) if key[1] != 100 else (0.3, 0.09, 0.5, 0.4)
        cells["jsma-z"] = (0.98, 0.0121, 0.0, 0.0)
        cells["pgd"] = (0.9, 0.05, 0.1, 0.0)
    made = build(table)
    for item in made["summary"]:
        if item["attack"] == "pgd":
            item |= {"attack_params": {"eps": 0.2, "norm": "linf", "loss": "margin"}}
            item |= {"budget": 0.2, "distance": "linf", "rho_cap": 0.2, "targeted": False}
    return made


def two_budgets() -> dict:
    """jsma-f and jsma-logf at 112 features, and jsma-f at 40 as well."""
    made = paper_like()
    for item in [one for one in made["summary"] if one["attack"] == "jsma-f"]:
        smaller = copy.deepcopy(item)
        smaller |= {"budget": 40, "attack_params": {"budget": 40, "theta": 1.0}}
        smaller |= {"rho": item["rho"] * 0.37, "rho_high": item["rho_high"] * 0.37}
        smaller |= {"rho_low": item["rho_low"] * 0.37}
        made["summary"].append(smaller)
    return made


CASES = {
    "paper_like": paper_like,
    "jsma_f_only": lambda: only({"jsma-f"}),
    "no_baseline": lambda: only({"jsma-f", "jsma-logf"}, lambda d, t: d != "none"),
    "one_temperature": lambda: only(
        {"jsma-f", "jsma-logf"}, lambda d, t: d == "none" or (d == "distillation" and t == 20)
    ),
    "no_gap": no_gap,
    "no_gain": no_gain,
    "given": given,
    "table_data": table_data,
    "incomplete": incomplete,
    "hostile": hostile,
    "empty": empty,
    "many_attacks": many_attacks,
    "two_budgets": two_budgets,
}
