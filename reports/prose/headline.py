"""The headline of a report and its one sentence of evidence, from the network in focus.

Every claim is made only where the numbers carry it: a difference counts when the one paired by
sample was detected, or, where there is none, when the 95 % intervals are apart. An attack for
robustness alone, which stops at a sample's first target, has no success rate: what an attacker
must do stands in its place.
"""

from __future__ import annotations

from core.model.results import Results
from core.model.rows import SummaryRow
from reports.prose import distances, names, numbers, reading, ruled
from reports.prose.phrases import capital
from reports.prose.subject import OR_NOT, controls, subject


def without_defense(results: Results) -> tuple[str, str]:
    """What can be said of a run that attacked no defence."""
    rows = [row for row in results.summary if row.pairs]
    hardest = reading.strongest(rows)
    if hardest is None:
        return (
            "No attack has finished yet.",
            "This report has no robustness to show; what is missing is listed at the top.",
        )
    name = names.defense_of(hardest).lower()
    if hardest.success_rate is None:
        return (
            f"An attacker must {distances.effort(hardest, results)}.",
            f"On average, under the strongest attack that ran ({hardest.attack}, {name}), which "
            "does not measure how many attacks succeed. No defended network was attacked, so "
            "nothing is said about a defence.",
        )
    needs = f" needs to {distances.effort(hardest, results)} on average"
    if not distances.measures_robustness(hardest):
        needs = f" stays within {distances.budget(hardest, results.data.scale)}"
    return (
        f"{capital(of_attacks(hardest))} succeed against this classifier.",
        f"The strongest attack that ran ({hardest.attack}){needs} ({name}). "
        "No defended network was attacked, so nothing is said about a defence.",
    )


def with_defense(results: Results, focus: SummaryRow) -> tuple[str, str]:
    """Headline and evidence about the defended network of `focus` (see `findings`)."""
    name = subject(results, focus)
    base = reading.baseline(results, focus)
    if base is None or reading.value(base, reading.compared_by(focus)) is None:
        return _no_baseline(results, focus, name)
    if not reading.trained(results, base):
        return (
            f"{name} cannot be judged: the undefended network"
            f" {reading.why_not_trained(results, base)}.",
            "A comparison with a network near chance would say nothing.",
        )
    if not distances.measures_robustness(focus):
        return _in_a_ball(results, focus, base, name)
    if not reading.gain_detected(results, focus):
        return _no_gain(results, focus, base, name)
    if focus.attack != "jsma-f":
        return _gain_of_other(results, focus, base, name)
    return _gain(results, focus, base, name)


def _no_baseline(results: Results, focus: SummaryRow, name: str) -> tuple[str, str]:
    hardest = reading.strongest(reading.of_network(results, focus)) or focus
    return (
        f"{name}: an attacker must {distances.effort(hardest, results)}."
        if distances.measures_robustness(hardest)
        else f"{name}: {of_attacks(hardest)} succeed.",
        f"That is under {hardest.attack}, the strongest attack that ran on it"
        f"{'' if hardest.success_rate is None else f'; {of_attacks(hardest)} succeed'}. The "
        "undefended network was not attacked in the same way, so this run cannot say whether the "
        "defence helps.",
    )


def _no_gain(results: Results, focus: SummaryRow, base: SummaryRow, name: str) -> tuple[str, str]:
    succeed = (
        ""
        if focus.success_rate is None or base.success_rate is None
        else (
            f"{of_attacks(focus)} succeed against it and {rate_of(base)} against the undefended "
            "network; "
        )
    )
    evidence = (
        f"Under {focus.attack}, {succeed}an attacker must {distances.effort(focus, results)}, and "
        f"{distances.robustness(base, results.data.scale)} without the defence."
    )
    if reading.loss_detected(results, focus):
        return f"{name} makes this classifier less robust ({distances.unit(focus)}).", evidence
    return f"{name}: no difference in robustness ({distances.unit(focus)}) detected.", evidence


def _in_a_ball(results: Results, focus: SummaryRow, base: SummaryRow, name: str) -> tuple[str, str]:
    """No attack that ran looks for the closest example: what stays right is all there is."""
    within = distances.budget(focus, results.data.scale)
    stays, without = numbers.of_100(focus.censored), numbers.of_100(base.censored)
    evidence = (
        f"Within {within}, {without} {ruled.samples(results)} stay right without the defence under "
        f"the same attack ({focus.attack}). No attack that looks for the closest example ran, so "
        "nothing is said about how far an attacker must go."
    )
    paired = reading.difference(results, focus, "none", "success_rate")
    if paired is not None and not paired.detected:
        return f"{name}: no difference detected under {focus.attack}.", evidence
    return f"{name} keeps {stays} {ruled.samples(results)} right within {within}.", evidence


def _gain_of_other(
    results: Results, focus: SummaryRow, base: SummaryRow, name: str
) -> tuple[str, str]:
    return (
        f"{_gained(results, focus, base, name)}.",
        f"{_outcome(results, focus)}, {_without(results, base)}. The attack of the paper was "
        "not run, and no other attack is ruled out by this.",
    )


def _gain(results: Results, focus: SummaryRow, base: SummaryRow, name: str) -> tuple[str, str]:
    """The paper's attack shows a gain; what does the same attack say without underflow?"""
    seems = _seems(results, focus, base, name)
    exact = reading.same_network(results, focus, "jsma-logf")
    exact_base = None if exact is None else reading.baseline(results, exact)
    outcome = _outcome(results, focus)
    if exact is None or exact_base is None or exact.rho is None or exact_base.rho is None:
        return (
            f"{seems}. The gain is unchecked.",
            f"{outcome} ({_without(results, base)}). The same attack without underflow "
            "(jsma-logf) did not run on both networks, so this run cannot tell robustness from "
            "rounding.",
        )
    then, without = _then(results, exact, focus), _without(results, exact_base)
    gap = reading.above(focus, exact, "rho")
    kept = reading.gain_detected(results, exact)
    if gap and not kept and _gone(results, focus, base, exact, exact_base):
        truth = "It is not" if not _gives_up_more(focus, base) else _without_underflow(exact)
        return (
            f"{seems}. {truth}.",
            f"{outcome}, until the attacker avoids underflow in its own arithmetic: then "
            f"{then} ({without}).",
        )
    if gap and kept:
        return (
            f"{seems}. Part of that is rounding.",
            f"{outcome}; once the attacker avoids underflow in its own arithmetic, {then}. "
            f"{_measured_that_way(results, exact, exact_base)}",
        )
    if gap:
        return (
            f"{seems}. Without underflow, no gain is detected.",
            f"{outcome}; once the attacker avoids underflow in its own arithmetic, {then} "
            f"({without}). The interval is wide: more samples would settle it.",
        )
    if kept:
        return (
            f"{_gained(results, focus, base, name)}, in exact arithmetic too.",
            f"{outcome}; without underflow (jsma-logf) {then}. No difference between the "
            "two was detected. Other attacks may still succeed.",
        )
    return (
        f"{seems}, and the check without underflow is undecided.",
        f"{outcome}; without underflow (jsma-logf) {then}. The intervals are too wide to "
        "tell robustness from rounding; more samples would decide.",
    )


def _gives_up_more(focus: SummaryRow, base: SummaryRow) -> bool:
    """Whether samples that the attack could not move make its mean: then that is the budget's."""
    return (focus.censored or 0.0) > (base.censored or 0.0)


def _seems(results: Results, focus: SummaryRow, base: SummaryRow, name: str) -> str:
    """What the paper's attack shows, without a full stop.

    A factor only where it was measured: with samples that were never moved it grows with the
    budget, so how many these are stands in its place.
    """
    if _gives_up_more(focus, base):
        both = [row for row in controls(results, focus) if name.endswith(OR_NOT)]
        given_up = _least_to_most(focus.censored, *(row.censored for row in both))
        return f"{name} makes the paper's attack give up on {given_up}"
    return f"{name} makes this classifier look {_factor(results, focus, base)}"


def _gained(results: Results, row: SummaryRow, base: SummaryRow, name: str) -> str:
    """What one attack shows of a network, without a full stop; a factor as in `_seems`."""
    if _gives_up_more(row, base):
        return f"{name} makes {row.attack} give up on {_inputs(row.censored)}"
    return f"{name} makes this classifier {_factor(results, row, base)} against {row.attack}"


def _measured_that_way(results: Results, exact: SummaryRow, base: SummaryRow) -> str:
    if _gives_up_more(exact, base):
        return (
            f"Measured that way, the attack gives up on {_inputs(exact.censored)}, and on"
            f" {_inputs(base.censored)} without the defence."
        )
    return f"Measured that way, it is {_factor(results, exact, base)}."


def _without_underflow(exact: SummaryRow) -> str:
    return f"Without underflow the same attack gives up on {_inputs(exact.censored)}"


def _inputs(share: float | None) -> str:
    found = numbers.of_100(share)
    return {"none": "no input", "all": "all inputs"}.get(found, f"{found} inputs")


def _least_to_most(*shares: float | None) -> str:
    """Of several shares of inputs the least and the most: "about 91 to 95 of 100 inputs"."""
    known = [share for share in shares if share is not None]
    ends = [numbers.of_100(end(known)) for end in (min, max)] if known else []
    if len(set(ends)) < 2 or not all(end.startswith("about") for end in ends):
        return _inputs(min(known, default=None))
    return f"{ends[0].removesuffix(' of 100')} to {ends[1].removeprefix('about ')} inputs"


def _gone(
    results: Results, focus: SummaryRow, base: SummaryRow, exact: SummaryRow, exact_base: SummaryRow
) -> bool:
    """Whether the gain left without underflow is, at its upper bound, under half the apparent one.

    "No difference detected" alone would not carry "It is not": the interval could be wide.
    """
    paired = reading.difference(results, exact, "none", "rho")
    if paired is not None:
        most = paired.high
    elif exact.rho_high is None or exact_base.rho_low is None:
        return False
    else:
        most = exact.rho_high - exact_base.rho_low
    if most is None or focus.rho is None or base.rho is None:
        return False
    return most < (focus.rho - base.rho) / 2


def _factor(results: Results, row: SummaryRow, base: SummaryRow) -> str:
    """ "seven times as robust", "1.4 times as robust"; in percent where the baseline is zero."""
    if row.rho is None or not base.rho:
        return f"more robust ({distances.robustness(row, results.data.scale)} instead of none)"
    return f"{numbers.times(row.rho / base.rho)} as robust"


def _outcome(results: Results, row: SummaryRow) -> str:
    """How an attack ended on the network in focus, as the beginning of a sentence."""
    if row.success_rate is None:
        return f"An attacker must {distances.effort(row, results)}"
    return f"{capital(of_attacks(row))} succeed against it"


def _without(results: Results, row: SummaryRow) -> str:
    """How the same attack ended on the undefended network, as an aside."""
    if row.success_rate is None:
        return f"{distances.robustness(row, results.data.scale)} without the defence"
    return f"{rate_of(row)} against the undefended network"


def _then(results: Results, exact: SummaryRow, focus: SummaryRow) -> str:
    """How the attack without underflow ended, after `_outcome`."""
    if exact.success_rate is None:
        return f"{distances.robustness(exact, results.data.scale)} is enough"
    if focus.success_rate is None:
        return f"{of_attacks(exact)} succeed"
    return f"{rate_of(exact)} do"


def of_attacks(row: SummaryRow) -> str:
    """A rate as a phrase: "about 94 of 100 attacks", "no attacks", "all attacks"."""
    rate = rate_of(row)
    return "no attacks" if rate == "none" else f"{rate} attacks"


def rate_of(row: SummaryRow) -> str:
    """The success rate of a row in plain words."""
    return numbers.of_100(row.success_rate)
