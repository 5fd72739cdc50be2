"""What the parts about trained networks share: the order of networks, and their accuracy."""

from __future__ import annotations

from core.model.network import TrainedNetwork
from core.model.results import Results
from reports.prose import numbers, reading


def one_by_one(results: Results) -> list[TrainedNetwork]:
    """Every trained network, seeds of one network beside each other."""
    return sorted(results.networks, key=lambda n: (reading.network_key(n), n.seed))


def accuracy(network: TrainedNetwork) -> str:
    """Accuracy on the test set with its interval."""
    between = numbers.interval(network.accuracy_low, network.accuracy_high)
    return f"{numbers.percent(network.accuracy)} {between}".strip()
