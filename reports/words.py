"""How numbers, defences and attacks are written for people. No figures, no tables, no findings."""

from __future__ import annotations

import json
import math

SPACE = "\u00a0"
"""No-break space, between a number and its unit."""

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
}

ARITHMETIC = {
    "jsma-f": "float32, on probabilities",
    "jsma-f64": "float64, on probabilities",
    "jsma-logf": "log space: no underflow",
    "jsma-z": "logits, exact pair search",
}
"""What tells the members of the JSMA family apart, in the order in which reports show them."""


def percent(fraction: float | None) -> str:
    """A fraction as percent in three significant digits at most, or "–" where there is none."""
    if fraction is None:
        return "–"
    value = fraction * 100
    size = abs(value)
    if size < 1e-12:
        text = "0"
    elif size >= 99.95:
        text = f"{value:.0f}" if math.isclose(size % 1, 0, abs_tol=1e-9) else f"{value:.2f}"
    elif size >= 10:
        text = f"{value:.1f}"
    elif size >= 1:
        text = f"{value:.2f}"
    else:
        text = f"{value:.2g}"
    return f"{text.replace('-', '−')}{SPACE}%"


def published(fraction: float) -> str:
    """A published value with the two decimals of its source: "13.79 %"."""
    return f"{fraction * 100:.2f}{SPACE}%"


def interval(low: float | None, high: float | None) -> str:
    """A 95 % interval as "[1.62, 1.91]" in percent, empty where there is none."""
    if low is None or high is None:
        return ""
    strip = len(SPACE) + 1
    return f"[{percent(low)[:-strip]}, {percent(high)[:-strip]}]"


def robustness(row: dict) -> str:
    """rho in percent; ">=" before it where samples were counted at the cap."""
    if row["rho"] is None:
        return "–"
    bound = f"≥{SPACE}" if row["censored"] else ""
    return bound + percent(row["rho"])


def of_100(fraction: float) -> str:
    """A rate in plain words: "about 94 of 100", "fewer than 1 of 100", "none", "all"."""
    if fraction <= 0:
        return "none"
    if fraction >= 1:
        return "all"
    if fraction < 0.01:
        return "fewer than 1 of 100"
    if fraction > 0.99:
        return "more than 99 of 100"
    return f"about {round(fraction * 100)} of 100"


def times(ratio: float) -> str:
    """A ratio of robustness in plain words: "seven times", "1.4 times"."""
    names = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    nearest = round(ratio)
    if 2 <= nearest <= 10 and abs(ratio - nearest) <= 0.25:
        return f"{names[nearest - 2]} times"
    return f"{ratio:.0f} times" if ratio >= 10 else f"{ratio:.1f} times"


def count(number: int) -> str:
    """A count with thin separators: 70,000."""
    return f"{number:,}"


def temperature(value: float | None) -> str:
    """A temperature without needless zeros; "none" for the undefended network."""
    return "none" if value is None else f"{value:g}"


def _params(params: dict) -> str:
    return ", ".join(
        f"{key.replace('_', ' ')} {value if isinstance(value, str) else json.dumps(value)}"
        for key, value in sorted(params.items())
    )


def defense(name: str, params: dict, hot: float | None) -> str:
    """A defence as a reader meets it: "Distillation, T = 20", "Soft labels (confidence 0.9)"."""
    title = _DEFENSES.get(name, name)
    if params:
        title += f" ({_params(params)})"
    return title if hot is None else f"{title}, {at(hot)}"


def defense_of(row: dict) -> str:
    """The defence of a summary row, a network, a gallery entry or a difference."""
    return defense(
        row["defense"], row.get("defense_params", row.get("params", {})), row["temperature"]
    )


def at(value: float) -> str:
    """A temperature in a sentence: "T = 20"."""
    return f"T{SPACE}={SPACE}{temperature(value)}"


def defense_in_sentence(row: dict) -> str:
    """A defence as the subject of a sentence: "Distillation at T = 20"."""
    params = row.get("defense_params", row.get("params", {}))
    name = defense(row["defense"], params, None)
    return name if row["temperature"] is None else f"{name} at {at(row['temperature'])}"


def attack(name: str, params: dict | None = None) -> tuple[str, str]:
    """An attack as (title, remark): ("The paper's attack", "jsma-f, float32")."""
    title, remark = _ATTACKS.get(name, (name, ""))
    named = f"{name}, {remark}" if remark else ""
    if params:
        named = f"{name}, {_params(params)}" if remark else _params(params)
    return title, named


def attack_name(name: str, params: dict) -> str:
    """An attack by its name alone, with its settings where they are given: for tables."""
    return f"{name} ({_params(params)})" if params else name


def attack_line(name: str, params: dict | None = None) -> str:
    """An attack in one line: "jsma-f: the paper's attack, float32"."""
    extra = f" ({_params(params)})" if params else ""
    if name not in _ATTACKS:
        return name + extra
    title, remark = _ATTACKS[name]
    return f"{name}{extra}: {title[0].lower()}{title[1:]}, {remark}"


def seconds(value: float | None) -> str:
    """A duration: "27 s", "5 min 52 s", "2 h 10 min"."""
    if value is None:
        return "–"
    if value < 60:
        return f"{value:.3g}{SPACE}s"
    minutes, rest = divmod(round(value), 60)
    if minutes < 60:
        return f"{minutes}{SPACE}min {rest}{SPACE}s"
    return f"{minutes // 60}{SPACE}h {minutes % 60}{SPACE}min"


def listing(items: list[str]) -> str:
    """Items as "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"
