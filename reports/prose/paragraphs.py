"""The summary of a report in plain words, one idea a paragraph."""

from __future__ import annotations

from core.judgement.verdicts import is_adaptive
from core.spec.catalog import published_for
from reports.prose import reading, words
from reports.prose.headline import of_attacks, rate_of

PLAIN_ATTACKS = {
    "jsma-f": "the paper's attack, which changes two features at a time where the network's "
    "slope is steepest (jsma-f)",
    "jsma-f64": "the same in double precision (jsma-f64)",
    "jsma-logf": "the same computed with logarithms, so that no slope is rounded to zero "
    "(jsma-logf)",
}
"""The attacks that a reader of a report on distillation has to tell apart."""


def paragraphs(results: dict, focus: dict | None) -> list[str]:
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
    attacks = list(dict.fromkeys(map(_plain_attack, reading.attacks(results))))
    most = max(rows, key=lambda row: row["samples"])
    counted = [row for row in rows if words.distance_of(row) == "l0" and row["budget"] is not None]
    parts = [
        f"{'One network was' if networks == 1 else f'{networks} networks were'} attacked on "
        f"{title}, with {words.listing(attacks)}, on up to {words.count(most['samples'])} test "
        "samples each."
    ]
    if counted:
        widest = max(counted, key=lambda row: row["budget"])
        share = words.percent(reading.budget_share(results, widest))
        parts.append(
            f"Attacks that count features may change at most {widest['budget']:g} of them ({share} "
            "of all): the budget. Robustness is the smallest share of features that had to "
            "change; a sample that no attack could move counts as the budget."
        )
    inside = [row for row in rows if not words.measures_robustness(row)]
    if inside:
        sizes = dict.fromkeys(words.budget(row, words.scale(results)) for row in inside)
        parts.append(
            f"Other attacks may change every feature a little ({words.listing(list(sizes))}, in "
            f"{words.own_units(results)}): of them the share of samples that stay right is shown, "
            "because they do not look for the smallest change."
        )
    return " ".join(parts)


def _plain_attack(row: dict) -> str:
    """An attack as somebody meets it who knows none: "the paper's attack (jsma-f)"."""
    if row["attack"] in PLAIN_ATTACKS:
        return PLAIN_ATTACKS[row["attack"]]
    title, named = words.attack(row["attack"])
    return f"{title} ({named})" if named else title


def _control(results: dict, focus: dict) -> list[str]:
    """Distillation against the control: the same temperature without distilling.

    Under the strongest attack on the network, because an attack that stops early hides both.
    """
    key = reading.network_key(focus)
    same = [row for row in results["summary"] if reading.network_key(row) == key]
    row = reading.strongest(same) or focus
    paired = reading.difference(results, row, "temperature", "rho")
    if paired is None or not words.measures_robustness(row):
        return []
    if not paired["detected"]:
        said = "no difference in robustness was detected"
    else:
        side = "more" if paired["difference"] > 0 else "less"
        counted = words.distance_of(row) == "l0"
        said = (
            f"the distilled network is {side} robust by "
            f"{words.percent(abs(paired['difference']))} of "
            f"{words.all_features(results) if counted else 'the largest distance'}"
        )
    return [
        f"Is it the distilling? A control network was trained at {words.at(focus['temperature'])} "
        f"on the ordinary labels and never distilled. Between the two, under {row['attack']}, "
        f"{said}."
    ]


def _others(results: dict, focus: dict) -> list[str]:
    """One sentence for each other defence, under the strongest attack on it."""
    found = []
    for rows in reading.rows_by_network(results):
        first = rows[0]
        if first["defense"] in ("none", "given", "temperature", "scaled-logits", focus["defense"]):
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
                f"{name}: under {attack}, the strongest attack on it, an attacker must "
                f"{words.effort(hardest, results)}, instead of {words.effort(base, results)}."
                if words.measures_robustness(hardest)
                else f"{name}: {words.of_100(hardest['censored'])} samples stay right under "
                f"{attack}, the strongest attack on it, and {words.of_100(base['censored'])} "
                "without the defence."
            )
        elif reading.loss_detected(results, hardest):
            found.append(f"{name}: less robust than the undefended network under {attack}.")
        else:
            ended = f"{words.robustness(hardest)} of robustness, {words.robustness(base)}"
            if hardest["success_rate"] is not None and base["success_rate"] is not None:
                ended = f"{of_attacks(hardest)} succeed, {rate_of(base)}"
            found.append(
                f"{name}: no difference detected from the undefended network under {attack} "
                f"({ended} without the defence)."
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
    adaptive = any(is_adaptive(row["attack"], row["attack_params"]) for row in results["summary"])
    if ran and not adaptive:
        parts.append(
            "No attack free of underflow ran (such as jsma-logf), so a high robustness is "
            "unchecked."
        )
    parts.append("That an attack failed here does not show that a stronger one would fail too.")
    return " ".join(parts)
