"""Tables of what was measured as plain rows: strings, ready to be escaped by the template.

Where the numbers come from is `origins`'s.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.spec.attack_spec import looks_for_closest
from core.spec.catalog import OBTAINED, published_for
from reports.prose import chosen, reading, words


@dataclass(frozen=True)
class Table:
    """A caption, column titles (those in `numeric` are right-aligned) and rows of strings.

    `strong` holds the indices of the rows that matter; in a `grouped` table neighbours with the
    same first cell show it once.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int]
    strong: frozenset[int] = frozenset()
    grouped: bool = False


def measured(row: dict, measure: str) -> str:
    """A success rate or robustness with its interval: "≥ 13.5 % [13.1, 13.9]"."""
    if measure == "rho":
        return f"{words.robustness(row)} {words.robustness_interval(row)}".strip()
    if row[measure] is None:
        return "not measured"
    return f"{words.percent(row[measure])} {words.interval(*reading.bounds(row, measure))}".strip()


def _held(row: dict) -> str:
    value, low, high = reading.held(row)
    return f"{words.percent(value)} {words.interval(low, high)}".strip()


def named(attack: str, params: dict, among: list[dict]) -> str:
    """An attack by its name, with the settings that tell it from others of its name in a list."""
    row = {"attack": attack, "attack_params": params}
    return words.attack_name(attack, reading.telling_among(among, row))


def _attack(results: dict, row: dict) -> str:
    return words.attack_name(row["attack"], reading.telling_params(results, row))


def _first(line: reading.Series) -> dict:
    return next(iter(line.points.values()))


def _increase(row: dict) -> str:
    increase = row["rho_increase"]
    if increase is None or row["defense"] == "none" or not words.measures_robustness(row):
        return "–"
    bound = f"≥{words.SPACE}" if row["censored"] else ""
    return bound + words.signed(increase)


def overview(results: dict) -> Table:
    """Every network under every attack; the strongest attack on each network is in bold."""
    scale = words.scale(results)
    budgets = {words.budget(row, scale) for row in results["summary"]}
    varies = len(budgets) > 1
    rows, strong = [], []
    for group in reading.rows_by_network(results):
        hardest = reading.strongest(group)
        for row in group:
            if row is hardest and len(group) > 1:
                strong.append(len(rows))
            rows.append(
                (
                    words.defense_of(row),
                    _attack(results, row),
                    *([words.budget(row, scale)] if varies else []),
                    measured(row, "success_rate"),
                    _held(row),
                    measured(row, "rho"),
                    _increase(row),
                    words.percent(row["zero_gradient_samples"]),
                    words.percent(row["accuracy"]),
                )
            )
    return Table(
        _caption(
            results,
            "95 % intervals in brackets; in bold the attack that needs the fewest features, or "
            "succeeds most often. Samples never moved are the robust accuracy under that attack. "
            "Robustness is given for attacks that look for the closest example, in percent of "
            f"features (L0) or in {words.own_units(results)}"
            + ("" if varies or not budgets else f". Budget of every attack: {budgets.pop()}"),
        ),
        (
            "Network",
            "Attack",
            *(["Budget"] if varies else []),
            "Attacks that succeed",
            "Samples never moved",
            "Robustness (rho)",
            "Against undefended",
            "Zero gradient",
            "Accuracy",
        ),
        tuple(rows),
        frozenset(range(3, 9) if varies else range(2, 8)),
        frozenset(strong),
        grouped=True,
    )


def _caption(results: dict, remark: str) -> str:
    rows = results["summary"]
    if not rows:
        return remark
    samples, pairs = (
        " or ".join(words.count(n) for n in sorted({row[key] for row in rows}))
        for key in ("samples", "pairs")
    )
    return f"n = {samples} samples, {pairs} attacks for each network and attack. {remark}."


def against_temperature(results: dict, measure: str) -> Table:
    """The numbers of a figure against temperature, published values beside them."""
    lines = reading.series(results, measure)
    published = published_for(results["provenance"]["data"]["name"])
    points = {p.temperature: p for p in published[measure]} if published else {}
    seen = {at for line in lines for at in line.points} | set(points)
    order = sorted(seen, key=lambda at: -1.0 if at is None else at)
    rows = []
    for at in order:
        cells = [words.temperature(at)]
        cells += [
            measured(line.points[at], measure) if at in line.points else "–" for line in lines
        ]
        if points:
            point = points.get(at)
            cells += (
                [words.published(point.value), OBTAINED[point.obtained]] if point else ["–", "–"]
            )
        rows.append(tuple(cells))
    names = [
        words.attack_name(line.attack, reading.telling_params(results, _first(line)))
        for line in lines
    ]
    columns = ["T", *names] + (["Published", "How it was obtained"] if points else [])
    numeric = frozenset(range(1, len(names) + (2 if points else 1)))
    return Table(
        _caption(results, "95 % intervals in brackets"), tuple(columns), tuple(rows), numeric
    )


def arithmetic(results: dict) -> Table:
    """The JSMA family, network by network."""
    rows = []
    for group in reading.rows_by_network(results):
        for row in group:
            if row["attack"] in reading.JSMA_FAMILY:
                numbers = (measured(row, "success_rate"), measured(row, "rho"))
                kind = words.ARITHMETIC[row["attack"]]
                rows.append((words.defense_of(row), _attack(results, row), kind, *numbers))
    columns = ("Network", "Attack", "Arithmetic", "Attacks that succeed", "Robustness (rho)")
    caption = _caption(results, "95 % intervals in brackets")
    return Table(caption, columns, tuple(rows), frozenset({3, 4}), grouped=True)


def zero_gradients(results: dict) -> Table:
    """Share of samples without any slope to follow."""
    rows = tuple(
        (words.defense_of(row), _attack(results, row), words.percent(row["zero_gradient_samples"]))
        for group in reading.rows_by_network(results)
        for row in group
        if row["zero_gradient_samples"] is not None and chosen.follows_a_gradient(row)
    )
    columns = ("Network", "Attack", "Samples with a gradient of exactly zero")
    return Table(
        _caption(results, "Unperturbed samples"), columns, rows, frozenset({2}), grouped=True
    )


def differences(results: dict) -> Table:
    """Paired differences: each defence minus the undefended network, or minus its control."""
    rows, strong = [], []
    for item in results["differences"]:
        if item["metric"] == "rho" and not looks_for_closest(item["attack"]):
            continue
        against = {"none": "undefended", "temperature": "control at the same T"}
        measure = "robustness" if item["metric"] == "rho" else "attacks that succeed"
        points = item["difference"] * 100
        between = words.interval(item["low"], item["high"])
        if item["detected"]:
            strong.append(len(rows))
        rows.append(
            (
                words.defense_of(item),
                against.get(item["against"], item["against"]),
                _attack(results, item),
                measure,
                f"{points:+.2f} {between}".replace("-", "−").strip(),
                "yes" if item["detected"] else "no",
            )
        )
    n = sorted({item["n"] for item in results["differences"]})
    caption = (
        f"Paired by sample, n = {words.listing([words.count(i) for i in n])}; percentage points "
        "with 95 % intervals. Where the last column says no: no difference detected."
    )
    columns = ("Network", "Minus", "Attack", "Measure", "Difference, points", "Detected")
    return Table(caption, columns, tuple(rows), frozenset({4}), frozenset(strong), grouped=True)


def seeds(results: dict) -> Table | None:
    """Each seed by itself, one column a seed; None when there is only one."""
    every = sorted({one["seed"] for row in results["summary"] for one in row["per_seed"]})
    if len(every) < 2:
        return None
    rows = []
    for row in (row for group in reading.rows_by_network(results) for row in group):
        by_seed = {one["seed"]: one for one in row["per_seed"]}
        cells = []
        for seed in every:
            one = by_seed.get(seed)
            rate = "–" if one is None else words.percent(one["success_rate"])
            counted = one is not None and words.distance_of(row) == "l0"
            cells.append(f"{rate} / {words.percent(one['rho'])}" if counted else rate)
        rows.append((words.defense_of(row), _attack(results, row), *cells))
    columns = ("Network", "Attack", *(f"Seed {seed}" for seed in every))
    caption = (
        "Every seed by itself: attacks that succeed, and where the attack counts features the "
        "robustness (rho) after the stroke."
    )
    numeric = frozenset(range(2, 2 + len(every)))
    return Table(caption, columns, tuple(rows), numeric, grouped=True)
