"""One sentence under each figure: what it shows, from its numbers. Drawing is elsewhere."""

from __future__ import annotations

from reports.prose import chosen, reading, words


def robustness_against_temperature(results: dict) -> str:
    """What Figure 10 shows in this run."""
    said = _gap_said(results)
    return f"{said} Bars are 95 % intervals.{_lines_left_out(results, 'rho')}"


def _gap_said(results: dict) -> str:
    gap = reading.gap_at(results)
    ran = {row["attack"] for row in results["summary"]}
    if gap:
        at = words.listing([words.temperature(t) for t in gap])
        upper, lower = _pair(results, gap[-1])
        return (
            f"At T{words.SPACE}={words.SPACE}{at} the paper's attack reports more robustness than "
            f"the same attack without underflow: {words.robustness(upper)} against "
            f"{words.robustness(lower)} at {words.at(gap[-1])}."
        )
    if {"jsma-f", "jsma-logf"} <= ran:
        return (
            "No difference detected between the paper's attack and the same attack without "
            "underflow."
        )
    return "How many features an attacker must change, at each temperature that ran."


def _lines_left_out(results: dict, measure: str) -> str:
    every = reading.series(results, measure)
    return chosen.remark(len(chosen.lines(every)), len(every), "attacks")


def success_against_temperature(results: dict) -> str:
    """What Figure 7 shows in this run."""
    lines = chosen.lines(reading.series(results, "success_rate"))
    parts = []
    for line in lines:
        rows = [row for at, row in line.points.items() if at is not None]
        last = rows[-1]
        start = line.points.get(None, rows[0])
        if start is last:
            continue
        parts.append(
            f"{line.attack} from {words.percent(start['success_rate'])} to "
            f"{words.percent(last['success_rate'])}"
        )
    last_at = max((at for line in lines for at in line.points if at is not None), default=0.0)
    if not parts:
        return "Share of attacks that reach their target within the budget."
    return (
        f"Share of attacks that reach their target within the budget, from the left end to "
        f"{words.at(last_at)}: {'; '.join(parts)}.{_lines_left_out(results, 'success_rate')}"
    )


def comparison(results: dict) -> str:
    """Which network withstands its strongest attack longest."""
    rows = [reading.strongest(rows) for rows in reading.rows_by_network(results)]
    known = [row for row in rows if row is not None and words.distance_of(row) == "l0"]
    counted = [row for row in results["summary"] if words.distance_of(row) == "l0"]
    drawn, every = chosen.attacks(counted), {reading.attack_key(row) for row in counted}
    remark = chosen.remark(len(drawn), len(every), "attacks")
    if len(known) < 2:
        return f"One network, with 95 % intervals.{remark}"
    ends = list(
        dict.fromkeys(words.percent(end(row["rho"] for row in known)) for end in (min, max))
    )
    lies = f"lies between {ends[0]} and {ends[1]}" if len(ends) > 1 else f"is {ends[0]} for all"
    return (
        f"Under the strongest attack on each network, robustness {lies}. Bars are 95 % "
        f"intervals.{remark}"
    )


def arithmetic(results: dict) -> str:
    """Where float32 and log space part."""
    gap = reading.gap_at(results)
    ran = {row["attack"] for row in results["summary"]}
    if not {"jsma-f", "jsma-logf"} <= ran:
        return "The same attack in the arithmetics that ran, network by network."
    if not gap:
        return "No difference detected between float32 and log space on any network."
    upper, lower = _pair(results, gap[-1])
    if upper["success_rate"] is None or lower["success_rate"] is None:
        return (
            f"Same network, same attack, other arithmetic: at {words.at(gap[-1])} robustness is "
            f"{words.robustness(upper)} in float32 and {words.robustness(lower)} in log space."
        )
    return (
        f"Same network, same attack, other arithmetic: at {words.at(gap[-1])} "
        f"{words.percent(upper['success_rate'])} succeed in float32 and "
        f"{words.percent(lower['success_rate'])} in log space."
    )


def zero_gradients(results: dict) -> str:
    """Where an attack had nothing to follow."""
    rows = [row for row in results["summary"] if row["zero_gradient_samples"] is not None]
    rows = [row for row in rows if chosen.follows_a_gradient(row)]
    worst = max(rows, key=lambda row: (row["zero_gradient_samples"], reading.network_key(row)))
    if worst["zero_gradient_samples"] == 0:
        return "No sample had a gradient of exactly zero: no attack was blind."
    remark = chosen.remark(
        len(chosen.attacks(rows)), len({reading.attack_key(row) for row in rows}), "attacks"
    )
    return (
        f"{worst['attack']} is blind on {words.percent(worst['zero_gradient_samples'])} of the "
        f"{words.count(worst['samples'])} attacked samples "
        f"of the network “{words.defense_of(worst)}”: every slope is exactly zero there, so it "
        f"stops.{remark}"
    )


def accuracy(results: dict) -> str:
    """The cost of the defences on unperturbed data."""
    known = [n["accuracy"] for n in results["provenance"]["networks"] if n["accuracy"] is not None]
    if len(known) == 1:
        return f"The network is right in {words.percent(known[0])} of unperturbed test samples."
    points = (max(known) - min(known)) * 100
    return (
        f"Between the best and the worst network lie {points:.2g} points on unperturbed test data. "
        "Bars are 95 % intervals."
    )


def training_curves(results: dict) -> str:
    """Whether every network trained."""
    networks = results["provenance"]["networks"]
    failed = [words.defense_of(network) for network in networks if not network["trained"]]
    if failed:
        return f"Did not train: {words.listing(failed)}."
    return "Every network trained: accuracy on the test set after each epoch."


def _pair(results: dict, at: float) -> tuple[dict, dict]:
    """jsma-f and jsma-logf on the temperature family at a temperature of the gap."""
    family = reading.temperature_family(results) or ""
    upper = next(
        row
        for row in results["summary"]
        if (row["attack"], row["defense"], row["temperature"]) == ("jsma-f", family, at)
        and _above_exact(results, row)
    )
    lower = reading.same_network(results, upper, "jsma-logf")
    return upper, lower or upper


def _above_exact(results: dict, row: dict) -> bool:
    other = reading.same_network(results, row, "jsma-logf")
    return other is not None and reading.above(row, other, "rho")
