"""Checks of what was run at all: against which networks, by which attacks, with which settings."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core import attacks as known
from core.attacks.facts import Access
from core.evaluation.attacked import Attacked, missed
from core.judgement.diagnostics.check import ENOUGH, FAIL, MOST, NOT_RUN, PASS, Outcome
from core.metrics.shares import share_of
from core.model.identity import AttackId
from core.wording import Scale, amount, percent

_WITHOUT_GRADIENTS: dict[Access, str] = {"scores": "gradient-free", "label": "hard-label"}
"""What an attacker without gradients sees, and what the attack is called."""


def black_box_run(attacks: list[Attacked], twin: list[Attacked]) -> Outcome:
    """A gradient-free and a hard-label attack were run, and can break something.

    A black-box attack with too few queries fails on everything, which says nothing; so it has to
    move the undefended network where that is easy. `number` counts which of the two were run.

    Args: attacks: all on this network. twin: all on the undefended one.
    Source: EAR, section 4 (gradient-free and hard-label attacks).
    """
    name = "black_box_run"
    seen = {one.facts.access for one in attacks}
    lacking = [access for access in _WITHOUT_GRADIENTS if access not in seen]
    number = float(len(_WITHOUT_GRADIENTS) - len(lacking))
    used = {one.setting for one in attacks}
    toothless = [
        one
        for one in twin
        if one.facts.gradient_free and one.setting in used and _toothless(one, twin)
    ]
    if toothless:
        one = toothless[0]
        sentence = (
            f"{one.name} changed the answer on only {share_of(one.success).text} of the undefended"
            " network, which gradient attacks break: with so few queries its failures say nothing."
            " Give it more queries."
        )
        return Outcome(name, FAIL, number, sentence)
    if lacking:
        first = {known.facts(each).access: each for each in reversed(known.NAMES)}
        titles = [f"{_WITHOUT_GRADIENTS[access]} ({first[access]})" for access in lacking]
        sentence = (
            f"No {' and no '.join(titles)} attack was run; add"
            f" {' and '.join(f'{{name: {first[access]}}}' for access in lacking)} to the attacks."
        )
        return Outcome(name, NOT_RUN, number, sentence)
    return Outcome(name, PASS, number, "A gradient-free and a hard-label attack were run.")


def adaptive_attack_run(attacks: list[Attacked]) -> Outcome:
    """Every defence has to be attacked in a way that its masked gradients do not stop.

    Adaptive means: following logits, a margin, log-odds or (targeted) log-probabilities, or no
    gradient at all; the probability alone is not. `number` counts such attacks.

    Args: attacks: all on one defended network.
    Source: EAR, section 3; CW16.
    """
    name = "adaptive_attack_run"
    if not attacks:
        return Outcome(name, NOT_RUN, None, "This network was not attacked yet.")
    found = list(dict.fromkeys(one.attack for one in attacks if one.adaptive))
    if found:
        sentence = f"Attacks that a masked gradient does not stop were run: {', '.join(found)}."
        return Outcome(name, PASS, float(len(found)), sentence)
    names = ", ".join(dict.fromkeys(one.attack for one in attacks))
    sentence = (
        f"Only attacks were run that a vanishing probability stops ({names}), so this network may"
        " just hide its gradient; add one with loss: margin, or jsma-logf or cw-l2."
    )
    return Outcome(name, FAIL, 0.0, sentence)


def undefended_twin_attacked(
    attacks: list[Attacked], twin: list[Attacked], complete: bool
) -> Outcome:
    """Without the undefended network under the same attacks nobody can say what a defence adds.

    `number` is the share of this network's attacks that were run on the twin with the same
    settings and at least the same samples.

    Args: attacks: all on one defended network. twin: all on the undefended one. complete: whether
        the run is done; in one that is not, what is lacking may still come.
    Source: EAR, section 4 (compare against the undefended model).
    """
    name = "undefended_twin_attacked"
    if not twin or not attacks:
        sentence = (
            "The undefended network was not attacked; add {name: none} to the defences, or a"
            " baseline to an evaluation."
        )
        return Outcome(name, NOT_RUN, None, sentence)
    there = {one.setting: set(one.all_rows["sample"]) for one in twin}
    lacking = [
        one for one in attacks if not set(one.all_rows["sample"]) <= there.get(one.setting, set())
    ]
    number = 1 - len(lacking) / len(attacks)
    if not lacking:
        sentence = "The undefended network was attacked with the same settings and samples."
        return Outcome(name, PASS, number, sentence)
    names = ", ".join(dict.fromkeys(one.name for one in lacking))
    if not complete:
        sentence = f"The undefended network is not attacked by {names} yet."
        return Outcome(name, NOT_RUN, number, sentence)
    sentence = (
        f"The undefended network was not attacked in the same way by {names} (other settings or"
        " other samples), so the gain of this defence cannot be told from that difference."
    )
    return Outcome(name, FAIL, number, sentence)


def broken_network_found(broken: Attacked, twin: Attacked | None) -> Outcome:
    """An attack must not call a network robust that is broken on purpose.

    Logits times 100 change no answer, so a sound attack reaches what it reaches on the undefended
    network. It is caught when it loses surely more than half of that. `number` is its success
    rate on the broken network.

    Args: broken: an attack on `scaled-logits`. twin: the same on the undefended network, or None.
    Source: EAR, section 5; the scaling: CW16, and OG on numerical instability.
    """
    name = "broken_network_found"
    rate = share_of(broken.success)
    against = None if twin is None else missed(broken, twin)
    easy = None if twin is None else share_of(twin.success)
    if easy is not None and easy.high < MOST:
        sentence = (
            f"{broken.name} reaches little on the undefended network either"
            f" ({percent(easy.value)}), so"
            " a broken one cannot show whether the attack is sound; add a larger budget."
        )
        return Outcome(name, NOT_RUN, rate.value, sentence)
    if against is not None and easy is not None:
        fooled, sound = against.low > MOST * easy.value, against.high < MOST * easy.value
    else:
        fooled, sound = rate.high < MOST, rate.low > MOST
    if fooled:
        sentence = (
            f"{broken.name} calls a network robust that is broken on purpose (its logits are"
            f" multiplied): {percent(rate.value)} success"
            + (f" against {percent(easy.value)} on the same network unbroken." if easy else ".")
            + " What it says of other networks is no evidence of robustness."
        )
        return Outcome(name, FAIL, rate.value, sentence)
    if sound:
        found = percent(rate.value)
        sentence = f"{broken.name} is not fooled by a broken network: {found} success."
        return Outcome(name, PASS, rate.value, sentence)
    sentence = (
        f"{rate.n} samples are too few to tell whether a broken network fools {broken.name};"
        " attack more (samples)."
    )
    return Outcome(name, NOT_RUN, rate.value, sentence)


def attacks_validated(attacks: list[Attacked], tried: Mapping[AttackId, Outcome]) -> Outcome:
    """At least one attack on this network is known to see through a broken one.

    Args: attacks: all on one network. tried: `broken_network_found` by `Attacked.setting`.
        `number` counts the attacks that saw through it.
    """
    name = "attacks_validated"
    known = [(one, tried[one.setting]) for one in attacks if one.setting in tried]
    sound = list(dict.fromkeys(one.name for one, check in known if check.result == PASS))
    if sound:
        sentence = f"Seen to break a deliberately broken network: {', '.join(sound)}."
        return Outcome(name, PASS, float(len(sound)), sentence)
    if known and all(check.result == FAIL for _, check in known):
        sentence = (
            "Every attack on this network that was tried on a deliberately broken one called that"
            " one robust, so none of them can vouch for this network."
        )
        return Outcome(name, FAIL, 0.0, sentence)
    sentence = (
        "No attack was shown to break a deliberately broken network; add {name: scaled-logits} to"
        " the networks of the run."
    )
    return Outcome(name, NOT_RUN, None, sentence)


def mean_of_minima(
    reported: float | None, attacks: list[Attacked], distance: str, scale: Scale | None
) -> Outcome:
    """Robustness under the strongest attack is the mean of minima, not the minimum of means.

    Args:
        reported: the mean that the results give, in units of the distance; None: they give none.
        attacks: all on one network.
        distance: `l0`, `l1`, `l2` or `linf`. scale: `DataFacts.scale`. `number` is the mean of
            minima, computed anew: a success of any attack counts within the largest budget of
            those that look for the closest example in this distance.
    Source: EAR, section 4 (per-example success over all attacks).
    """
    name = "mean_of_minima"
    looking = [one for one in attacks if one.facts.looks_for_closest and one.distance == distance]
    if reported is None or not looking:
        sentence = "No robustness over the strongest attack on each sample is reported."
        return Outcome(name, NOT_RUN, None, sentence)
    cap = max(one.measure.cap for one in looking)
    found = {id(one): _in(one, distance) for one in attacks}
    keys = sorted({key for one in looking for key in found[id(one)]})
    counted = np.array([[found[id(one)].get(key, np.nan) for key in keys] for one in attacks])
    capped = np.where(counted > cap * (1 + 1e-5), cap, counted)
    samples = np.array([sample for _, sample in keys])
    minima = _over_samples(np.nanmin(capped, axis=0), samples)
    means = [
        _over_samples(row[~np.isnan(row)], samples[~np.isnan(row)])
        for one, row in zip(attacks, capped, strict=True)
        if one in looking and not np.isnan(row).any()
    ]
    stated = amount(distance, reported, scale)
    if abs(reported - minima) <= 1e-6 * max(1.0, cap):
        sentence = (
            f"Reported: {stated}, the mean over samples of the closest example of any attack"
            + (f"; the best single attack on all of them says {min(means):.4g}." if means else ".")
        )
        return Outcome(name, PASS, minima, sentence)
    sentence = (
        f"Reported: {stated}, but the closest example of any attack, sample by sample, gives"
        f" {minima:.4g}"
        + (
            "; that is the mean of the best single attack, which hides what the others found."
            if means and abs(reported - min(means)) <= 1e-6 * max(1.0, cap)
            else "."
        )
    )
    return Outcome(name, FAIL, minima, sentence)


def parameters_listed(attacks: list[Attacked]) -> Outcome:
    """Every setting of every attack stands in the results, so that others can repeat it.

    Args: attacks: all on one network. `number` counts the settings that are lacking.
    Source: EAR, section 5 ("list all hyperparameters").
    """
    name = "parameters_listed"
    if not attacks:
        return Outcome(name, NOT_RUN, None, "This network was not attacked yet.")
    lacking = {
        f"{one.attack}: {key}"
        for one in attacks
        for key in known.kind(one.attack).listed()
        if one.params.get(key) is None
    }
    if lacking:
        sentence = (
            f"Not listed among the attacks' settings: {', '.join(sorted(lacking))}. Nobody can"
            " repeat or judge an attack whose settings are unknown."
        )
        return Outcome(name, FAIL, float(len(lacking)), sentence)
    return Outcome(name, PASS, 0.0, "Every setting of every attack is listed.")


def _toothless(one: Attacked, twin: list[Attacked]) -> bool:
    """Hardly moves the undefended network, though within its budget others do."""
    if share_of(one.success).high >= ENOUGH:
        return False
    if one.budget is None:
        return True
    peers = [
        other for other in twin if other.distance == one.distance and not other.facts.gradient_free
    ]
    return any(share_of(other.reached(False, within_of=one)).low > MOST for other in peers)


def _in(one: Attacked, distance: str) -> dict[tuple[int, int], float]:
    """Smallest distance by (seed, sample) at which a sample left its label, else infinity."""
    found: dict[tuple[int, int], float] = {}
    columns = ["seed", "sample", "label", "predicted", "success", distance]
    for seed, sample, label, predicted, success, far in one.rows[columns].itertuples(index=False):
        value = float(far) if success and predicted != label else np.inf
        found[seed, sample] = min(value, found.get((seed, sample), np.inf))
    return found


def _over_samples(values: np.ndarray, samples: np.ndarray) -> float:
    """Mean over samples, seeds averaged within a sample."""
    return float(np.mean([values[samples == each].mean() for each in np.unique(samples)]))
