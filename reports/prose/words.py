"""How numbers, defences and attacks are written for people. No figures, no tables, no findings."""

from __future__ import annotations

import json
import math

from core.spec.attack_spec import looks_for_closest
from core.wording import SPACE, Scale, amount, scale_of
from core.wording import distance as distance_sign

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

_DISTANCES = {
    "l0": "number of features changed",
    "l1": "sum of all changes",
    "l2": "Euclidean length of the change",
    "linf": "largest change of any one feature",
}

ARITHMETIC = {
    "jsma-f": "float32, on probabilities",
    "jsma-f64": "float64, on probabilities",
    "jsma-logf": "log space: no underflow",
    "jsma-z": "logits, exact pair search",
}
"""What tells the members of the JSMA family apart, in the order in which reports show them."""


_UNSEEN = {
    code: f"⟨U+{code:04X}⟩"
    for code in (
        *(c for c in range(0x20) if c not in (0x09, 0x0A)),
        *range(0x7F, 0xA0),
        *(0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)),
    )
}
"""Control characters, and those that turn the direction of the text around them."""


def visible(text: str) -> str:
    """Text in which what no reader could see is written out: a null byte as "⟨U+0000⟩"."""
    return text if text.isprintable() else text.translate(_UNSEEN)


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
    """How far an attack had to go on average: percent of features in L0, else a distance.

    ">=" where samples were counted at the cap; "–" for an attack inside a ball, whose distances
    say only how large the ball was.
    """
    if row["rho"] is None or not measures_robustness(row):
        return "–"
    bound = f"≥{SPACE}" if row["censored"] else ""
    own = in_own_units(row)
    return bound + (percent(row["rho"]) if own is None else f"{number(own[0])} ({unit(row)})")


def nearest(row: dict) -> str:
    """The robustness of an entry of `closest` with its interval: "≥ 1.76 % [1.6, 1.9]"."""
    bound = f"≥{SPACE}" if row["censored"] else ""
    if row["distance"] == "l0":
        return f"{bound}{percent(row['rho'])} {interval(row['rho_low'], row['rho_high'])}".strip()
    return f"{bound}{number(row['mean'])} [{number(row['low'])}, {number(row['high'])}]"


def signed(fraction: float | None) -> str:
    """A relative change in whole percent with its sign: "+12 %", "−6 %"."""
    if fraction is None:
        return "–"
    value = round(fraction * 100)
    return f"{value:+,d}{SPACE}%".replace("-", "−") if value else f"0{SPACE}%"


def effort(row: dict, results: dict) -> str:
    """What an attacker has to do: "change 1.76 % of all features", "move an input by 1.4 (L2)"."""
    own = in_own_units(row)
    if own is None:
        return f"change {robustness(row)} of {all_features(results)}"
    bound = f"≥{SPACE}" if row["censored"] else ""
    told = scale(results)
    if told is None:
        return f"move an input by {robustness(row)}"
    return f"move an input by {bound}{amount(distance_of(row), own[0], told)}"


def all_features(results: dict) -> str:
    """What a share of features is a share of."""
    data = results["provenance"]["data"]
    every = changeable(data) == data["n_features"]
    return "all features" if every else "the features that may change"


def robustness_interval(row: dict) -> str:
    """The 95 % interval of `robustness`, in the same units; empty where there is none."""
    if row["rho"] is None or not measures_robustness(row):
        return ""
    own = in_own_units(row)
    if own is None:
        return interval(row["rho_low"], row["rho_high"])
    return f"[{number(own[1])}, {number(own[2])}]"


def in_own_units(row: dict) -> tuple[float, float, float] | None:
    """Mean distance with its interval in units of the data; None in L0, which counts in percent.

    Also None where an older file holds no such number.
    """
    distance = distance_of(row)
    if distance == "l0" or distance not in row.get("robustness", {}):
        return None
    found = row["robustness"][distance]
    return found["mean"], found["low"], found["high"]


def distance_of(row: dict) -> str:
    """`l0`, `l1`, `l2` or `linf`; older files name none and know only attacks that count."""
    return row.get("distance", "l0")


def measures_robustness(row: dict) -> bool:
    """Whether the attack looks for the closest example; one inside a ball finds just any."""
    return looks_for_closest(row["attack"]) or distance_of(row) == "l0"


def unit(row: dict) -> str:
    """The distance of a row in the field's sign: "L0", "L2", "L∞"."""
    return distance_sign(distance_of(row))


def distance(name: str) -> str:
    """A distance for people: "L2, Euclidean length of the change"."""
    return f"{distance_sign(name)}, {_DISTANCES[name]}"


def budget(row: dict, scale: Scale | None = None) -> str:
    """What an attack was allowed: "112 features", "L∞ 0.25", "any L2"."""
    if row["budget"] is None:
        return f"any {unit(row)}"
    return amount(distance_of(row), row["budget"], scale)


def scale(results: dict) -> Scale | None:
    """What has to be said of fractions of each feature's range; None where they run from 0 to 1."""
    data = results["provenance"]["data"]
    return scale_of(data.get("one_range"), data["low"], data["high"])


def own_units(results: dict) -> str:
    """In what distances other than L0 are counted: "units of the data"."""
    return "units of the data" if scale(results) is None else "fractions of each feature's range"


def changeable(data: dict) -> int:
    """How many features an attacker may change: what shares of features are shares of.

    All of them in results of earlier versions. Args: data: `Dataset.info()`.
    """
    return int(data.get("extent", {}).get("l0", data["n_features"]))


def number(value: float | None) -> str:
    """A plain number in three significant digits, or "–"."""
    return "–" if value is None else f"{value:.3g}".replace("-", "−")


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
    if 2 <= nearest <= 10 and abs(ratio - nearest) <= 0.05 * nearest:
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
        f"{key.replace('_', ' ')} {_plain(value)}" for key, value in sorted(params.items())
    )


def _plain(value: object) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return value if isinstance(value, str) else json.dumps(value)


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
