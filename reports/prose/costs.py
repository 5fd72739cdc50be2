"""What a defence costs in clean accuracy, where that is more than anybody should overlook."""

from __future__ import annotations

from dataclasses import dataclass

from core.model.identity import NetworkId
from core.model.network import TrainedNetwork
from core.model.results import Results
from core.model.rows import SummaryRow
from core.model.subject import OfNetwork
from reports.prose import names, numbers
from reports.prose.phrases import capital

MUCH = 0.05
"""A loss of this share of all inputs stands before everything else that is said of a defence."""


@dataclass(frozen=True)
class Lost:
    """Clean accuracy of the undefended network and of a defended one, seeds averaged."""

    undefended: float
    defended: float

    @property
    def points(self) -> float:
        """The loss, as a fraction of all test inputs."""
        return self.undefended - self.defended

    def headline(self, network: OfNetwork) -> str:
        """What it costs, as the first sentence of a report."""
        return capital(
            f"{names.defense_in_sentence(network)} costs accuracy:"
            f" {numbers.percent(self.defended)} instead of {numbers.percent(self.undefended)} of"
            " clean inputs are right."
        )


def lost(results: Results, network: OfNetwork) -> Lost | None:
    """The loss of a network; None where it is below `MUCH`, or not sure.

    Every seed must surely lose: paired input by input where that is known, else with its interval
    below that of every seed of the undefended network.
    """
    mine = [one for one in results.networks if one.identity == network.identity]
    base = [one for one in results.networks if one.identity.undefended]
    accuracies = [one.accuracy for one in (*mine, *base)]
    if not mine or not base or None in accuracies or not _apart(mine, base):
        return None
    found = Lost(_mean(base), _mean(mine))
    return found if found.points >= MUCH else None


def dearest(results: Results, rows: list[SummaryRow]) -> list[SummaryRow]:
    """Rows of the network that lost most accuracy; [] where none lost much."""
    loss: dict[NetworkId, float] = {}
    for row in rows:
        found = lost(results, row)
        if found is not None:
            loss[row.identity] = found.points
    if not loss:
        return []
    most = max(loss, key=lambda network: loss[network])
    return [row for row in rows if row.identity == most]


def _apart(mine: list[TrainedNetwork], base: list[TrainedNetwork]) -> bool:
    changes = [one.accuracy_change for one in mine if one.accuracy_change is not None]
    if len(changes) == len(mine):
        return all(change.high < 0 for change in changes)
    highs = [one.accuracy_high for one in mine]
    lows = [one.accuracy_low for one in base]
    known_highs = [value for value in highs if value is not None]
    known_lows = [value for value in lows if value is not None]
    complete = len(known_highs) == len(highs) and len(known_lows) == len(lows)
    return complete and max(known_highs) < min(known_lows)


def _mean(networks: list[TrainedNetwork]) -> float:
    known = [one.accuracy for one in networks if one.accuracy is not None]
    return sum(known) / len(known)
