"""What a run found, in plain words with live numbers: headline, evidence, summary.

Every claim is made only where the numbers carry it: a difference counts when the one paired by
sample was detected, or, where there is none, when the 95 % intervals are apart.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.catalog import published_for
from reports import reading, words

_PREFERRED = ("distillation", "temperature")


@dataclass(frozen=True)
class Line:
    """A short statement under the headline; `tone` is "doubt", "hold" or "neutral"."""

    title: str
    text: str
    tone: str


@dataclass(frozen=True)
class Findings:
    """The first screen of a report."""

    headline: str
    evidence: str
    lines: tuple[Line, ...]
    paragraphs: tuple[str, ...]


def find(results: dict) -> Findings:
    """The findings of a run, finished or not."""
    focus = _focus(results)
    if focus is None:
        headline, evidence = _without_defense(results)
    else:
        headline, evidence = _with_defense(results, focus)
    return Findings(
        headline, evidence, tuple(_lines(results, focus)), tuple(_paragraphs(results, focus))
    )


def _focus(results: dict) -> dict | None:
    """The defended network that the headline is about, under the attack that shows it best.

    Distillation before the control before others; T = 20, where the paper has its headline, if
    a gain shows there, else the largest rho. Networks that did not train are never chosen.
    """
    candidates = [
        row
        for row in results["summary"]
        if row["defense"] not in ("none", "given", "scaled-logits")
        and row["rho"] is not None
        and reading.trained(results, row)
    ]
    if not candidates:
        return None
    families = [name for name in _PREFERRED if any(r["defense"] == name for r in candidates)]
    if families:
        candidates = [row for row in candidates if row["defense"] == families[0]]
    papers = [row for row in candidates if row["attack"] == "jsma-f"]
    candidates = papers or candidates
    at_20 = [row for row in candidates if row["temperature"] == 20]
    if at_20 and reading.gain_detected(results, at_20[0]):
        return at_20[0]
    return max(candidates, key=lambda row: (row["rho"], reading.network_key(row)))


def _without_defense(results: dict) -> tuple[str, str]:
    rows = [row for row in results["summary"] if row["success_rate"] is not None]
    hardest = reading.strongest(rows)
    if hardest is None:
        return (
            "No attack has finished yet.",
            "This report has no robustness to show; what is missing is listed at the top.",
        )
    name = words.defense_of(hardest).lower()
    return (
        f"{_capital(_of_attacks(hardest))} succeed against this classifier.",
        f"The strongest attack that ran ({hardest['attack']}) needs to change "
        f"{words.robustness(hardest)} of all features on average ({name}). "
        "No defended network was attacked, so nothing is said about a defence.",
    )


def _with_defense(results: dict, focus: dict) -> tuple[str, str]:
    name = words.defense_in_sentence(focus)
    base = reading.baseline(results, focus)
    if base is None or base["rho"] is None:
        return _no_baseline(results, focus, name)
    if not reading.trained(results, base):
        return (
            f"{name} cannot be judged: the undefended network did not train.",
            "A comparison with a network near chance would say nothing.",
        )
    if not reading.gain_detected(results, focus):
        return _no_gain(results, focus, base, name)
    if focus["attack"] != "jsma-f":
        return _gain_of_other(focus, base, name)
    return _gain(results, focus, base, name)


def _no_baseline(results: dict, focus: dict, name: str) -> tuple[str, str]:
    same = [r for r in results["summary"] if reading.network_key(r) == reading.network_key(focus)]
    hardest = reading.strongest(same) or focus
    return (
        f"{name}: an attacker must change {words.robustness(hardest)} of all features.",
        f"That is under {hardest['attack']}, the strongest attack that ran on it; "
        f"{_of_attacks(hardest)} succeed. The undefended network was not attacked in the same "
        "way, so this run cannot say whether the defence helps.",
    )


def _no_gain(results: dict, focus: dict, base: dict, name: str) -> tuple[str, str]:
    evidence = (
        f"Under {focus['attack']}, {_of_attacks(focus)} succeed against it and {_of(base)} "
        f"against the undefended network; an attacker must change {words.robustness(focus)} "
        f"of all features, and {words.robustness(base)} without the defence."
    )
    if reading.loss_detected(results, focus):
        return f"{name} makes this classifier less robust.", evidence
    return f"{name}: no difference in robustness detected.", evidence


def _gain_of_other(focus: dict, base: dict, name: str) -> tuple[str, str]:
    return (
        f"{name} makes this classifier {_factor(focus, base)} against {focus['attack']}.",
        f"{_capital(_of_attacks(focus))} succeed against it, {_of_attacks(base)} against the "
        "undefended network. The attack of the paper was not run, and no other attack is ruled "
        "out by this.",
    )


def _gain(results: dict, focus: dict, base: dict, name: str) -> tuple[str, str]:
    """The paper's attack shows a gain; what does the same attack say without underflow?"""
    factor = _factor(focus, base).removeprefix("at least ")
    exact = reading.same_network(results, focus, "jsma-logf")
    exact_base = None if exact is None else reading.baseline(results, exact)
    succeed = f"{_capital(_of_attacks(focus))} succeed against it"
    if exact is None or exact_base is None or exact["rho"] is None or exact_base["rho"] is None:
        return (
            f"{name} looks {factor}. The gain is unchecked.",
            f"{succeed} ({_of_attacks(base)} against the undefended network). The same attack "
            "without underflow (jsma-logf) did not run on both networks, so this run cannot "
            "tell robustness from rounding.",
        )
    gap = reading.above(focus, exact, "rho")
    kept = reading.gain_detected(results, exact)
    if gap and not kept and _gone(results, focus, base, exact, exact_base):
        return (
            f"{name} makes this classifier look {factor}. It is not.",
            f"{succeed}, until the attacker avoids a rounding error (underflow): then "
            f"{_of(exact)} do ({_of(exact_base)} against the undefended network).",
        )
    if gap and kept:
        return (
            f"{name} makes this classifier look {factor}. Part of that is rounding.",
            f"{succeed}; once the attacker avoids a rounding error (underflow), {_of(exact)} do. "
            f"Measured that way, it is {_factor(exact, exact_base)}.",
        )
    if gap:
        return (
            f"{name} makes this classifier look {factor}. Without underflow, no gain is detected.",
            f"{succeed}; once the attacker avoids a rounding error (underflow), {_of(exact)} do "
            f"({_of(exact_base)} against the undefended network). The interval is wide: more "
            "samples would settle it.",
        )
    if kept:
        return (
            f"{name} makes this classifier {_factor(focus, base)}, in exact arithmetic too.",
            f"{succeed}; without underflow (jsma-logf) {_of(exact)} do. No difference between the "
            "two was detected. Other attacks may still succeed.",
        )
    return (
        f"{name} looks {factor}, and the check without underflow is undecided.",
        f"{succeed}; without underflow (jsma-logf) {_of(exact)} do. The intervals are too wide to "
        "tell robustness from rounding; more samples would decide.",
    )


def _gone(results: dict, focus: dict, base: dict, exact: dict, exact_base: dict) -> bool:
    """Whether the gain left without underflow is, at its upper bound, under half the apparent one.

    "No difference detected" alone would not carry "It is not": the interval could be wide.
    """
    paired = reading.difference(results, exact, "none", "rho")
    if paired is not None:
        most = paired["high"]
    elif exact["rho_high"] is None or exact_base["rho_low"] is None:
        return False
    else:
        most = exact["rho_high"] - exact_base["rho_low"]
    return most is not None and most < (focus["rho"] - base["rho"]) / 2


def _factor(row: dict, base: dict) -> str:
    """ "seven times as robust", "1.4 times as robust"; in percent where the baseline is zero."""
    if base["rho"] == 0:
        return f"more robust ({words.robustness(row)} of all features instead of none)"
    least = "at least " if row["censored"] and not base["censored"] else ""
    return f"{least}{words.times(row['rho'] / base['rho'])} as robust"


def _of_attacks(row: dict) -> str:
    """ "about 94 of 100 attacks", "no attacks", "all attacks"."""
    rate = words.of_100(row["success_rate"])
    return "no attacks" if rate == "none" else f"{rate} attacks"


def _of(row: dict) -> str:
    return words.of_100(row["success_rate"])


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lines(results: dict, focus: dict | None) -> list[Line]:
    """Up to three short statements under the headline."""
    found = []
    same = []
    if focus is not None:
        key = reading.network_key(focus)
        same = [row for row in results["summary"] if reading.network_key(row) == key]
    hardest = reading.strongest(same)
    if hardest is not None:
        at = "" if hardest["temperature"] is None else f" at {words.at(hardest['temperature'])}"
        found.append(
            Line(
                f"Strongest attack{at}: robustness {words.robustness(hardest)}",
                f"{hardest['attack']}, {_of_attacks(hardest)} succeed",
                "neutral",
            )
        )
    worst = max(
        (row for row in same if row["zero_gradient_samples"] is not None),
        key=lambda row: row["zero_gradient_samples"],
        default=None,
    )
    if worst is not None and worst["zero_gradient_samples"] > 0.05:
        found.append(
            Line(
                f"{worst['attack']} is not reliable here",
                f"{words.of_100(worst['zero_gradient_samples'])} gradients are exactly zero",
                "doubt",
            )
        )
    untrained = [n for n in results["provenance"]["networks"] if not n["trained"]]
    if untrained:
        text = words.listing([words.defense_of(network) for network in untrained])
        found.append(Line(f"{len(untrained)} of the networks did not train", text, "doubt"))
    return found


def _paragraphs(results: dict, focus: dict | None) -> list[str]:
    """The summary in plain words, one idea a paragraph."""
    found = [_what_was_done(results)]
    if focus is not None:
        found += _control(results, focus)
        found += _others(results, focus)
        found += _accuracy(results)
    found.append(_reach(results))
    return found


def _what_was_done(results: dict) -> str:
    rows = results["summary"]
    title = results["provenance"]["data"]["title"]
    if not rows:
        return f"The run is about {title}; no attack on a network has finished."
    networks = len(reading.rows_by_network(results))
    attacks = [row["attack"] for row in reading.attacks(results)]
    most = max(rows, key=lambda row: row["samples"])
    share = words.percent(reading.budget_share(results, most))
    return (
        f"{'One network was' if networks == 1 else f'{networks} networks were'} attacked on "
        f"{title}, with {words.listing(attacks)}. "
        f"Each attack tried to turn {words.count(most['samples'])} test samples into another "
        f"class ({words.count(most['pairs'])} attacks) by changing at most {most['budget']} "
        f"features ({share} of all): the budget. Robustness is the smallest share of features "
        "that had to change; a sample that no attack could move counts as the budget."
    )


def _control(results: dict, focus: dict) -> list[str]:
    """Distillation against the control: the same temperature without distilling.

    Under the strongest attack on the network, because an attack that stops early hides both.
    """
    key = reading.network_key(focus)
    same = [row for row in results["summary"] if reading.network_key(row) == key]
    row = reading.strongest(same) or focus
    paired = reading.difference(results, row, "temperature", "rho")
    if paired is None:
        return []
    if not paired["detected"]:
        said = "no difference in robustness detected"
    else:
        side = "more" if paired["difference"] > 0 else "less"
        said = (
            f"the distilled network is {side} robust by "
            f"{words.percent(abs(paired['difference']))} of all features"
        )
    return [
        f"Distilled, or only trained at {words.at(focus['temperature'])} on hard labels (the "
        f"control), under {row['attack']}: {said}."
    ]


def _others(results: dict, focus: dict) -> list[str]:
    """One sentence for each other defence, under the strongest attack on it."""
    found = []
    for rows in reading.rows_by_network(results):
        first = rows[0]
        if first["defense"] in ("none", "given", "temperature", focus["defense"]):
            continue
        hardest = reading.strongest(rows)
        base = None if hardest is None else reading.baseline(results, hardest)
        if hardest is None or base is None or base["rho"] is None:
            continue
        name, attack = words.defense_of(hardest), hardest["attack"]
        if not reading.trained(results, hardest):
            found.append(f"{name}: the network did not train, so its numbers say nothing.")
        elif reading.gain_detected(results, hardest):
            found.append(
                f"{name}: {words.robustness(hardest)} instead of {words.robustness(base)} of all "
                f"features must change under {attack}, the strongest attack on it."
            )
        elif reading.loss_detected(results, hardest):
            found.append(f"{name}: less robust than the undefended network under {attack}.")
        else:
            found.append(
                f"{name}: no difference detected from the undefended network under {attack} "
                f"({_of_attacks(hardest)} succeed, {_of(base)} without the defence)."
            )
    return found


def _accuracy(results: dict) -> list[str]:
    known = [n for n in results["provenance"]["networks"] if n["accuracy"] is not None]
    known = [network for network in known if network["trained"]]
    if len(known) < 2:
        return []
    low = min(network["accuracy"] for network in known)
    high = max(network["accuracy"] for network in known)
    return [
        f"On unperturbed test data the trained networks are right in {words.percent(low)} to "
        f"{words.percent(high)} of cases."
    ]


def _reach(results: dict) -> str:
    """How far the findings carry: data, seeds, attacks that did not run."""
    name = results["provenance"]["data"]["name"]
    published = published_for(name)
    parts = []
    if published is None:
        parts.append("The data are not the paper's, so no published value stands beside them.")
    elif not published["exact"]:
        parts.append(
            f"The data are a part of the paper's ({results['provenance']['data']['title']} "
            f"instead of {published['title']}), so published values are for orientation."
        )
    seeds = {seed for row in results["summary"] for seed in row["seeds"]}
    if len(seeds) == 1:
        parts.append("Every network was trained once, so luck of training is not ruled out.")
    ran = {row["attack"] for row in results["summary"]}
    if ran and "jsma-logf" not in ran:
        parts.append(
            "No attack free of underflow ran (jsma-logf), so a high robustness is unchecked."
        )
    parts.append("An attack that failed here does not show that a stronger one would.")
    return " ".join(parts)
