"""How defences and attacks are called in front of people."""

from __future__ import annotations

import json

from core.model.base import Settings
from core.model.subject import OfNetwork
from reports.prose.numbers import at

_DEFENSES = {
    "none": "Undefended",
    "distillation": "Distillation",
    "temperature": "Temperature control",
    "soft-labels": "Soft labels",
    "label-smoothing": "Label smoothing",
    "dropout": "Dropout",
    "weight-decay": "Weight decay",
    "adversarial-training": "Adversarial training",
    "given": "Network as given",
    "scaled-logits": "Scaled logits (broken on purpose)",
}


_ATTACKS = {
    "jsma-f": ("The paper's attack", "float32"),
    "jsma-f64": ("The same attack", "float64"),
    "jsma-logf": ("The same attack", "no underflow"),
    "jsma-z": ("JSMA on logits", "exact pairs"),
    "fgsm": ("Fast gradient sign", "one step"),
    "bim": ("Basic iterative method", "many small steps"),
    "pgd": ("Projected gradient descent", "random starts"),
    "lbfgs": ("L-BFGS", "closest example"),
    "cw-l2": ("Carlini and Wagner", "closest example"),
    "cw-l0": ("Carlini and Wagner", "fewest features"),
    "genetic": ("Genetic algorithm", "scores only, no gradient"),
    "decision": ("HopSkipJump", "predicted class only"),
    "noise": ("Random noise", "uniform draws"),
    "transfer": ("Transfer", "examples made on another network"),
}


ARITHMETIC = {
    "jsma-f": "float32, on probabilities",
    "jsma-f64": "float64, on probabilities",
    "jsma-logf": "log space: no underflow",
    "jsma-z": "logits, exact pair search",
}
"""What tells the members of the JSMA family apart, in the order in which reports show them."""


def defense(name: str, params: Settings, hot: float | None) -> str:
    """A defence as a reader meets it: "Distillation, T = 20", "Soft labels (confidence 0.9)"."""
    title = _DEFENSES.get(name, name)
    if params:
        title += f" ({_params(params)})"
    return title if hot is None else f"{title}, {at(hot)}"


def defense_of(row: OfNetwork) -> str:
    """The defence of a summary row, a network, a picture of the gallery or a difference."""
    return defense(row.defense, row.defense_params, row.temperature)


def defense_in_sentence(row: OfNetwork) -> str:
    """A defence as the subject of a sentence: "Distillation at T = 20"."""
    name = defense(row.defense, row.defense_params, None)
    return name if row.temperature is None else f"{name} at {at(row.temperature)}"


def attack(name: str, params: Settings | None = None) -> tuple[str, str]:
    """An attack as (title, remark): ("The paper's attack", "jsma-f, float32")."""
    title, remark = _ATTACKS.get(name, (name, ""))
    named = f"{name}, {remark}" if remark else ""
    if params:
        named = f"{name}, {_params(params)}" if remark else _params(params)
    return title, named


def attack_name(name: str, params: Settings) -> str:
    """An attack by its name alone, with its settings where they are given: for tables."""
    return f"{name} ({_params(params)})" if params else name


def attack_line(name: str, params: Settings | None = None) -> str:
    """An attack in one line: "jsma-f: the paper's attack, float32"."""
    extra = f" ({_params(params)})" if params else ""
    if name not in _ATTACKS:
        return name + extra
    title, remark = _ATTACKS[name]
    return f"{name}{extra}: {title[0].lower()}{title[1:]}, {remark}"


def _params(params: Settings) -> str:
    return ", ".join(
        f"{key.replace('_', ' ')} {_plain(value)}" for key, value in sorted(params.items())
    )


def _plain(value: object) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return value if isinstance(value, str) else json.dumps(value)
