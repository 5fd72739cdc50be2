"""Runs that never happened: every sample has a true smallest distance, every attack its skill.

An attack finds each goal at its true distance times `1 + skill * (something random)`, and
succeeds within its budget where that is small enough. Nothing else is assumed.
"""

from __future__ import annotations

import json

import numpy as np
import pandas as pd

from core.attacks import distance_of
from core.canonical import canonical
from core.evaluation.evaluation import Evaluation
from core.evaluation.summary import summary
from core.judgement.diagnostics import run_checks
from core.model.judged import Check, Subject
from tests import model

CLASSES, FEATURES = 10, 784
EXTENT = model.extent(FEATURES)
TYPICAL = {"l0": 15.0, "l2": 1.6, "linf": 0.12}
"""True distances around which the samples of an undefended network lie."""

PGD = {
    "targeted": False, "norm": "linf", "eps": 0.25, "loss": "margin", "attack_temperature": 1,
    "steps": 40, "step_size": 0.016, "restarts": 1,
}  # fmt: skip
BIM = {key: value for key, value in PGD.items() if key != "restarts"}
FGSM = {key: value for key, value in BIM.items() if key not in ("steps", "step_size")}
NOISE = {"targeted": False, "norm": "linf", "eps": 0.25, "draws": 100}
TRANSFER = {"targeted": False, "norm": "linf", "eps": 0.25, "source": "none", "steps": 40}
GENETIC = {"targeted": False, "eps": 0.25, "population": 6, "queries": 5000}
DECISION = {"targeted": False, "norm": "l2", "queries": 5000}
CW = {
    "targeted": True, "kappa": 0, "steps": 1000, "searches": 5, "learning_rate": 0.01,
    "initial_c": 0.01,
}  # fmt: skip
LBFGS = {"targeted": True, "steps": 100, "searches": 8, "initial_c": 1}
JSMA = {"theta": 1, "budget": 112}


def attack(
    name, params, *, defense=("none", {}, None), samples=60, skill=0.1, hard=1.0, seed=0,
    fails=0.0, seeds=(0,), masked=False, wrong_from_start=2, world=0,
) -> pd.DataFrame:  # fmt: skip
    """Rows of one attack on one network, as results.parquet holds them.

    Args: skill: how far beyond the true distance it lands, on average. hard: factor on all true
    distances (a robust network). fails: share of goals that it never reaches. masked: its
    gradient is zero everywhere.
    """
    distance = distance_of(name, params)
    targeted = params.get("targeted", True)
    budget = params.get("eps", params.get("budget"))
    draw = np.random.default_rng([seed, sum(map(ord, canonical([name, params])))])
    made = []
    for network_seed in seeds:
        truth = np.random.default_rng([world, network_seed])
        nearest = TYPICAL[distance] * hard * truth.lognormal(0, 0.35, samples)
        farther = truth.uniform(1, 1.6, (samples, CLASSES))
        for i in range(samples):
            label, clean = i % CLASSES, i % CLASSES
            if i < wrong_from_start:
                clean = (label + 1) % CLASSES
            goals = [t for t in range(CLASSES) if t != label] if targeted else [-1]
            for t in goals:
                already = clean == t if targeted else clean != label
                far = nearest[i] * (farther[i, t] if targeted else 1)
                far *= 1 + skill * draw.exponential()
                if distance == "l0":
                    far = 2 * np.ceil(far / 2)
                won = already or not (
                    masked or draw.random() < fails or (budget is not None and far > budget)
                )
                if already:
                    far = 0.0
                elif not won:
                    far = 0.0 if masked else (budget or far)
                ended = t if targeted else (label + 3) % CLASSES
                made.append(
                    {
                        "seed": network_seed,
                        "sample": i,
                        "label": label,
                        "target": t,
                        "predicted_clean": clean,
                        "predicted": (clean if already else ended) if won else clean,
                        "success": won,
                        "status": "already" if already else "success" if won
                        else "zero_gradient" if masked else "cap",
                        "iterations": 0 if already or masked else 5,
                        **_norms(distance, far),
                    }
                )  # fmt: skip
    frame = pd.DataFrame(made)
    title, settings, temperature = defense
    return frame.assign(
        network_id=canonical(defense),
        dataset="mnist5k",
        defense=title,
        defense_params=canonical(settings),
        temperature=np.nan if temperature is None else float(temperature),
        attack_id=canonical([name, params]),
        attack=name,
        attack_params=canonical(params),
        budget=np.nan if budget is None else float(budget),
    )


def run(*tables):
    """A run of these attacks; a test may change a part of it before `checks`.

    Returns: `rows`, `complete`, and `networks`, `data`, `closest`: fields beside the defaults of
    tests.model.
    """
    rows = pd.concat(tables, ignore_index=True)
    networks = {}
    for _, group in rows.groupby(["network_id", "seed"], sort=False):
        identity = group.iloc[0]
        at = identity["temperature"]
        networks[identity["network_id"], int(identity["seed"])] = {
            "defense": identity["defense"],
            "params": json.loads(identity["defense_params"]),
            "temperature": None if pd.isna(at) else float(at),
            "seed": int(identity["seed"]),
        }
    made = {"rows": rows, "networks": list(networks.values()), "data": {}, "closest": []}
    return {**made, "complete": True}


def checks(made) -> list[tuple[Subject, Check]]:
    """All checks of a run, each with what it is about. Args: made: as `run` gives it."""
    facts = model.data(**made["data"])
    evaluation = Evaluation.of(made["rows"], facts.extent)
    networks = [model.network(**fields) for fields in made["networks"]]
    closest = [model.closest(**fields) for fields in made["closest"]]
    rows = summary(evaluation, networks)
    planted = [model.planted(row, found=100) for row in rows] if made.get("planted") else []
    found = run_checks(evaluation, rows, closest, networks, facts, made["complete"], planted)
    return [(check.subject, check) for check in found]


def found(made, name, attack=None, result="fail"):
    """The checks of that name and result; of one attack, or of the whole network (None)."""
    return [
        (subject, check)
        for subject, check in checks(made)
        if (check.check, check.result, subject.attack) == (name, result, attack)
    ]


def results(made, name):
    return {check.result for _, check in checks(made) if check.check == name}


def _norms(distance: str, far: float) -> dict:
    """All four norms of a perturbation with this distance; the others only need to be possible."""
    l0 = far if distance == "l0" else (FEATURES if far else 0)
    linf = far if distance == "linf" else min(1.0, far)
    l2 = far if distance == "l2" else linf * np.sqrt(l0)
    return {"l0": int(l0), "l1": float(linf * l0), "l2": float(l2), "linf": float(linf)}
