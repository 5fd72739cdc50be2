"""What attacks found of the examples that were planted in a network, in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from core.attacks import facts
from core.judgement.diagnostics.planted import called as word
from core.model.judged import CheckResult
from core.model.results import Results
from core.model.rows import Planted, SummaryRow
from core.model.subject import OfNetwork
from reports.prose import chosen, names, numbers
from reports.prose.phrases import listing


def entries(results: Results) -> list[tuple[SummaryRow, Planted]]:
    """Rows of the summary with what their attack found; only where something was planted."""
    known = {(one.identity, one.setting): one for one in results.planted if one.of}
    found = ((row, known.get((row.identity, row.setting))) for row in results.summary)
    return [(row, one) for row, one in found if one is not None]


def blind(results: Results, row: SummaryRow) -> bool:
    """Whether the check of planted examples says that this attack is blind on this network."""
    return _outcome(results, row) == "fail"


def called(results: Results, row: SummaryRow) -> str:
    """What an attack that `blind` names is on a network: "blind", or "weaker" than elsewhere."""
    found = {(one.identity, one.setting): one.share for one in results.planted if one.of}
    reference = next(
        (
            share
            for (network, setting), share in found.items()
            if network.undefended and setting == row.setting and network != row.identity
        ),
        None,
    )
    return word(found.get((row.identity, row.setting)) or 0.0, reference)


def told(results: Results, row: SummaryRow) -> bool:
    """Whether that check says anything: neither too few were planted, nor was it too easy."""
    return _outcome(results, row) in ("fail", "pass")


def _outcome(results: Results, row: SummaryRow) -> CheckResult | None:
    for check in results.diagnostics:
        subject = check.subject
        about = (subject.identity, subject.setting) == (row.identity, row.setting)
        if check.check == "planted_found" and about:
            return check.result
    return None


def sentence(results: Results, network: OfNetwork) -> str:
    """What the worst and the best attack found in one network; "" where that tells nothing."""
    mine = [
        (row, one)
        for row, one in entries(results)
        if row.identity == network.identity and told(results, row)
        if facts(row.attack).access != "none"  # it draws, and is no search
    ]
    if not mine:
        return ""
    ranked = sorted(mine, key=lambda pair: (chosen.rank(pair[0].attack), pair[0].setting.settings))
    worst, least = min(ranked, key=lambda pair: pair[1].share or 0.0)
    best, most = max(ranked, key=lambda pair: (pair[1].share or 0.0, pair[1].of))
    if not blind(results, worst):
        found = count(least) if least.found == least.of else f"at least {count(least)}"
        return f"Of examples planted in this network every attack that was asked found {found}."
    if blind(results, best):
        return (
            f"Of examples planted in this network {_each(mine)} found no more than {count(most)}:"
            " where it fails here, that is no evidence."
        )
    return (
        f"Of examples planted in this network {_named(worst)} found {count(least)}, {_named(best)}"
        f" {count(most)}."
    )


def _each(mine: Sequence[tuple[SummaryRow, Planted]]) -> str:
    """Attacks that looked for planted examples: "jsma-f" or "each of jsma-f and pgd"."""
    asked = list(dict.fromkeys(row.attack for row, _ in mine))
    return asked[0] if len(asked) == 1 else f"each of {listing(asked)}"


def _named(row: SummaryRow) -> str:
    """`jsma-f (the paper's attack, float32)`."""
    name, colon, does = names.attack_line(row.attack).partition(": ")
    return f"{name} ({does})" if colon else name


def count(one: Planted) -> str:
    """`7 of 100`, `none of 100`, `all 100`."""
    of = numbers.count(one.of)
    if one.found in (0, one.of):
        return f"all {of}" if one.found else f"none of {of}"
    return f"{numbers.count(one.found)} of {of}"
