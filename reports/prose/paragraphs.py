"""The summary of a report in plain words, one idea a paragraph."""

from __future__ import annotations

from core import defenses
from core.attacks import facts, is_adaptive
from core.model.results import Results
from core.model.rows import SummaryRow
from core.spec.catalog import published_for
from reports.prose import distances, names, numbers, phrases, reading, ruled
from reports.prose.alone import alone
from reports.prose.headline import of_attacks, rate_of


def paragraphs(results: Results, focus: SummaryRow | None) -> list[str]:
    """The summary in plain words, one idea a paragraph."""
    found = [_what_was_done(results)]
    if focus is not None:
        found += _control(results, focus)
        found += _others(results, focus)
        found += _accuracy(results)
    found.append(_reach(results))
    return found


def _what_was_done(results: Results) -> str:
    rows = results.summary
    title = results.data.title
    if not rows:
        return f"The run is about {title}; no attack on a network has finished."
    networks = len(reading.rows_by_network(results))
    attacks = list(dict.fromkeys(map(_plain_attack, reading.attacks(results))))
    most = max(rows, key=lambda row: row.samples)
    counted = [row for row in rows if row.distance == "l0" and row.budget is not None]
    parts = [
        f"{'One network was' if networks == 1 else f'{networks} networks were'} attacked on "
        f"{title}, with {phrases.listing(attacks)}, on up to {numbers.count(most.samples)} test "
        f"{ruled.samples(results)} each."
    ]
    if counted:
        most_features, share = max((row.budget or 0, row.rho_cap) for row in counted)
        of = "all" if distances.all_may_change(results) else "those that may change"
        most = f"change at most {most_features:g} of them ({numbers.percent(share)} of {of})"
        what = "share of features"
        if results.data.priced:
            of = distances.all_features(results)
            most = f"change what costs at most {most_features:g} ({numbers.percent(share)} of {of})"
            what = f"share of {of}"
        parts.append(
            f"Attacks that count features within a budget may {most}: the budget. "
            f"Robustness is the smallest {what} that had to change; a sample that no "
            "attack could move counts as the budget."
        )
    inside = [row for row in rows if not distances.measures_robustness(row)]
    if inside:
        sizes = dict.fromkeys(distances.budget(row, results.data.scale) for row in inside)
        parts.append(
            f"Other attacks may change every feature a little ({phrases.listing(list(sizes))}, in "
            f"{distances.own_units(results)}): of them the share of samples that stay right is "
            "shown, because they do not look for the smallest change."
        )
    return " ".join(parts)


def _plain_attack(row: SummaryRow) -> str:
    """An attack as somebody meets it who knows none: "the paper's attack (jsma-f)"."""
    if plain := facts(row.attack).plain:
        return plain
    title, named = names.attack(row.attack)
    return f"{title} ({named})" if named else title


def _control(results: Results, focus: SummaryRow) -> list[str]:
    """Distillation against the control: the same temperature without distilling.

    Under the strongest attack on the network, because an attack that stops early hides both.
    """
    row = reading.strongest(reading.of_network(results, focus)) or focus
    paired = reading.difference(results, row, "temperature", "rho")
    if paired is None or focus.temperature is None or not distances.measures_robustness(row):
        return []
    if not paired.detected:
        said = "no difference in robustness was detected"
    else:
        side = "farther" if paired.difference > 0 else "less far"
        counted = row.distance == "l0"
        said = (
            f"the attack has to go {side} on the distilled network, by "
            f"{numbers.percent(abs(paired.difference))} of "
            f"{distances.all_features(results) if counted else 'the largest distance'}"
        )
    return [
        f"Is it the distilling? A control network was trained at {numbers.at(focus.temperature)} "
        f"on the ordinary labels and never distilled. Between the two, under {row.attack}, "
        f"{said}."
    ]


def _others(results: Results, focus: SummaryRow) -> list[str]:
    """One sentence for each other defence, under the strongest attack on it."""
    found = []
    for rows in reading.rows_by_network(results):
        first = rows[0]
        role = defenses.facts(first.defense).role
        if role != "defence" or first.defense == focus.defense:
            continue
        hardest = reading.strongest(rows)
        base = None if hardest is None else reading.baseline(results, hardest)
        if hardest is None or base is None or reading.gain_detected(results, hardest) is None:
            continue
        name, attack = names.defense_of(hardest), hardest.attack
        if not reading.trained(results, hardest):
            why = reading.why_not_trained(results, hardest)
            found.append(f"{name}: the network {why}, so its numbers say nothing.")
        elif reading.gain_detected(results, hardest):
            found.append(
                f"{name}: under {attack}, the strongest attack on it, an attacker must "
                f"{distances.effort(hardest, results)}, instead of "
                f"{distances.effort(base, results)}."
                if distances.measures_robustness(hardest)
                else f"{name}: {numbers.of_100(hardest.censored)} {ruled.samples(results)} stay "
                f"right under {attack}, the strongest attack on it, and "
                f"{numbers.of_100(base.censored)} without the defence."
            )
        elif reading.loss_detected(results, hardest):
            found.append(f"{name}: less robust than the undefended network under {attack}.")
        else:
            far, without = (
                distances.robustness(one, results.data.scale) for one in (hardest, base)
            )
            ended = f"{far} of robustness, {without}"
            if hardest.success_rate is not None and base.success_rate is not None:
                ended = f"{of_attacks(hardest)} succeed, {rate_of(base)}"
            found.append(
                f"{name}: no difference detected from the undefended network under {attack} "
                f"({ended} without the defence)."
            )
    return found


def _accuracy(results: Results) -> list[str]:
    known = [one.accuracy for one in results.networks if one.trained and one.accuracy is not None]
    if len(known) < 2:
        return []
    low, high = min(known), max(known)
    return [
        f"On unperturbed test data the trained networks are right in {numbers.percent(low)} to "
        f"{numbers.percent(high)} of cases."
    ]


def _reach(results: Results) -> str:
    """How far the findings carry: data, seeds, attacks that did not run."""
    name = results.data.name
    published = published_for(name)
    parts = []
    by_itself = alone(results)
    if by_itself:
        pass
    elif published is None:
        parts.append("The data are not the paper's, so no published value stands beside them.")
    elif not published.exact:
        parts.append(
            f"The data are a part of the paper's ({results.data.title} "
            f"instead of {published.title}), so published values are for orientation."
        )
    seeds = {seed for row in results.summary for seed in row.seeds}
    if by_itself:
        parts.append(
            "The network was taken as it is: what is said is about it alone, and nothing is said "
            "of how it was made."
            if len(reading.rows_by_network(results)) < 2
            else "The networks were taken as they are: what is said is about each alone, and "
            "nothing is said of how they were made."
        )
    elif len(seeds) == 1:
        parts.append(
            "Every network was trained once: each interval and each comparison is about that "
            "network and not about its method, and luck of training is not ruled out."
        )
    ran = {row.attack for row in results.summary}
    adaptive = any(is_adaptive(row.attack, row.attack_params) for row in results.summary)
    if ran and not adaptive:
        parts.append(
            "No attack free of underflow ran (such as jsma-logf), so a high robustness is "
            "unchecked."
        )
    parts.append("That an attack failed here does not show that a stronger one would fail too.")
    return " ".join(parts)
