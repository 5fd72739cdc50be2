"""The headline of a report and its one sentence of evidence, from the network in focus.

Every claim is made only where the numbers carry it: a difference counts when the one paired by
sample was detected, or, where there is none, when the 95 % intervals are apart. An attack for
robustness alone, which stops at a sample's first target, has no success rate: what an attacker
must do stands in its place.
"""

from __future__ import annotations

from reports.prose import reading, words


def without_defense(results: dict) -> tuple[str, str]:
    """What can be said of a run that attacked no defence."""
    rows = [row for row in results["summary"] if row["pairs"]]
    hardest = reading.strongest(rows)
    if hardest is None:
        return (
            "No attack has finished yet.",
            "This report has no robustness to show; what is missing is listed at the top.",
        )
    name = words.defense_of(hardest).lower()
    if hardest["success_rate"] is None:
        return (
            f"An attacker must {words.effort(hardest, results)}.",
            f"On average, under the strongest attack that ran ({hardest['attack']}, {name}), which "
            "does not measure how many attacks succeed. No defended network was attacked, so "
            "nothing is said about a defence.",
        )
    needs = f" needs to {words.effort(hardest, results)} on average"
    if not words.measures_robustness(hardest):
        needs = f" stays within {words.budget(hardest, words.scale(results))}"
    return (
        f"{capital(of_attacks(hardest))} succeed against this classifier.",
        f"The strongest attack that ran ({hardest['attack']}){needs} ({name}). "
        "No defended network was attacked, so nothing is said about a defence.",
    )


def with_defense(results: dict, focus: dict) -> tuple[str, str]:
    """Headline and evidence about the defended network of `focus` (see `findings`)."""
    name = words.defense_in_sentence(focus)
    base = reading.baseline(results, focus)
    if base is None or base["rho"] is None:
        return _no_baseline(results, focus, name)
    if not reading.trained(results, base):
        return (
            f"{name} cannot be judged: the undefended network did not train.",
            "A comparison with a network near chance would say nothing.",
        )
    if not words.measures_robustness(focus):
        return _in_a_ball(results, focus, base, name)
    if not reading.gain_detected(results, focus):
        return _no_gain(results, focus, base, name)
    if focus["attack"] != "jsma-f":
        return _gain_of_other(results, focus, base, name)
    return _gain(results, focus, base, name)


def _no_baseline(results: dict, focus: dict, name: str) -> tuple[str, str]:
    same = [r for r in results["summary"] if reading.network_key(r) == reading.network_key(focus)]
    hardest = reading.strongest(same) or focus
    return (
        f"{name}: an attacker must {words.effort(hardest, results)}."
        if words.measures_robustness(hardest)
        else f"{name}: {of_attacks(hardest)} succeed.",
        f"That is under {hardest['attack']}, the strongest attack that ran on it"
        f"{'' if hardest['success_rate'] is None else f'; {of_attacks(hardest)} succeed'}. The "
        "undefended network was not attacked in the same way, so this run cannot say whether the "
        "defence helps.",
    )


def _no_gain(results: dict, focus: dict, base: dict, name: str) -> tuple[str, str]:
    succeed = (
        ""
        if focus["success_rate"] is None or base["success_rate"] is None
        else (
            f"{of_attacks(focus)} succeed against it and {rate_of(base)} against the undefended "
            "network; "
        )
    )
    evidence = (
        f"Under {focus['attack']}, {succeed}an attacker must {words.effort(focus, results)}, and "
        f"{words.robustness(base)} without the defence."
    )
    if reading.loss_detected(results, focus):
        return f"{name} makes this classifier less robust.", evidence
    return f"{name}: no difference in robustness detected.", evidence


def _in_a_ball(results: dict, focus: dict, base: dict, name: str) -> tuple[str, str]:
    """No attack that ran looks for the closest example: what stays right is all there is."""
    within = words.budget(focus, words.scale(results))
    stays, without = words.of_100(focus["censored"]), words.of_100(base["censored"])
    evidence = (
        f"Within {within}, {without} samples stay right without the defence under the same attack "
        f"({focus['attack']}). No attack that looks for the closest example ran, so nothing is "
        "said about how far an attacker must go."
    )
    paired = reading.difference(results, focus, "none", "success_rate")
    if paired is not None and not paired["detected"]:
        return f"{name}: no difference detected under {focus['attack']}.", evidence
    return f"{name} keeps {stays} samples right within {within}.", evidence


def _gain_of_other(results: dict, focus: dict, base: dict, name: str) -> tuple[str, str]:
    return (
        f"{name} makes this classifier {_factor(focus, base)} against {focus['attack']}.",
        f"{_outcome(focus, results)}, {_without(base)}. The attack of the paper was not run, and "
        "no other attack is ruled out by this.",
    )


def _gain(results: dict, focus: dict, base: dict, name: str) -> tuple[str, str]:
    """The paper's attack shows a gain; what does the same attack say without underflow?"""
    factor = _factor(focus, base).removeprefix("at least ")
    exact = reading.same_network(results, focus, "jsma-logf")
    exact_base = None if exact is None else reading.baseline(results, exact)
    outcome = _outcome(focus, results)
    if exact is None or exact_base is None or exact["rho"] is None or exact_base["rho"] is None:
        return (
            f"{name} looks {factor}. The gain is unchecked.",
            f"{outcome} ({_without(base)}). The same attack without underflow (jsma-logf) did "
            "not run on both networks, so this run cannot tell robustness from rounding.",
        )
    then, without = _then(exact, focus), _without(exact_base)
    gap = reading.above(focus, exact, "rho")
    kept = reading.gain_detected(results, exact)
    if gap and not kept and _gone(results, focus, base, exact, exact_base):
        return (
            f"{name} makes this classifier look {factor}. It is not.",
            f"{outcome}, until the attacker avoids a rounding error (underflow): then "
            f"{then} ({without}).",
        )
    if gap and kept:
        return (
            f"{name} makes this classifier look {factor}. Part of that is rounding.",
            f"{outcome}; once the attacker avoids a rounding error (underflow), {then}. "
            f"Measured that way, it is {_factor(exact, exact_base)}.",
        )
    if gap:
        return (
            f"{name} makes this classifier look {factor}. Without underflow, no gain is detected.",
            f"{outcome}; once the attacker avoids a rounding error (underflow), {then} "
            f"({without}). The interval is wide: more samples would settle it.",
        )
    if kept:
        return (
            f"{name} makes this classifier {_factor(focus, base)}, in exact arithmetic too.",
            f"{outcome}; without underflow (jsma-logf) {then}. No difference between the "
            "two was detected. Other attacks may still succeed.",
        )
    return (
        f"{name} looks {factor}, and the check without underflow is undecided.",
        f"{outcome}; without underflow (jsma-logf) {then}. The intervals are too wide to "
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
        return f"more robust ({words.robustness(row)} instead of none)"
    least = "at least " if row["censored"] and not base["censored"] else ""
    return f"{least}{words.times(row['rho'] / base['rho'])} as robust"


def _outcome(row: dict, results: dict) -> str:
    """How an attack ended on the network in focus, as the beginning of a sentence."""
    if row["success_rate"] is None:
        return f"An attacker must {words.effort(row, results)}"
    return f"{capital(of_attacks(row))} succeed against it"


def _without(row: dict) -> str:
    """How the same attack ended on the undefended network, as an aside."""
    if row["success_rate"] is None:
        return f"{words.robustness(row)} without the defence"
    return f"{rate_of(row)} against the undefended network"


def _then(exact: dict, focus: dict) -> str:
    """How the attack without underflow ended, after `_outcome`."""
    if exact["success_rate"] is None:
        return f"{words.robustness(exact)} is enough"
    if focus["success_rate"] is None:
        return f"{of_attacks(exact)} succeed"
    return f"{rate_of(exact)} do"


def of_attacks(row: dict) -> str:
    """A rate as a phrase: "about 94 of 100 attacks", "no attacks", "all attacks"."""
    rate = rate_of(row)
    return "no attacks" if rate == "none" else f"{rate} attacks"


def rate_of(row: dict) -> str:
    """The success rate of a row in plain words."""
    return words.of_100(row["success_rate"])


def capital(text: str) -> str:
    """The text with a capital at its beginning."""
    return text[:1].upper() + text[1:]
