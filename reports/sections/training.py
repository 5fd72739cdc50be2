"""Training curves: whether every network trained, epoch by epoch."""

from __future__ import annotations

import plotly.graph_objects as go

from core.model.network import TrainedNetwork
from core.model.results import Results
from reports.plots.epochs import Training, training_curves
from reports.plots.look import LIGHT, Look
from reports.prose import names, numbers, phrases
from reports.prose.table import Table
from reports.sections.networks import accuracy, one_by_one
from reports.sections.section import Section


def figure(results: Results, look: Look = LIGHT) -> go.Figure | None:
    """Test accuracy (training accuracy where there is none) after each epoch."""
    found = (_training(network) for network in one_by_one(results))
    return training_curves([one for one in found if one is not None], look)


def _training(network: TrainedNetwork) -> Training | None:
    if network.history is None:
        return None
    values = network.history.test_accuracy or network.history.accuracy
    pairs = [
        (epoch, value)
        for epoch, value in zip(network.history.epoch, values, strict=False)
        if value is not None
    ]
    if not pairs:
        return None
    epochs, accuracies = zip(*pairs, strict=True)
    name, undefended = names.defense_of(network), network.identity.undefended
    return Training(name, network.seed, epochs, accuracies, undefended, not network.trained)


def takeaway(results: Results) -> str:
    """Whether every network trained."""
    failed = [names.defense_of(network) for network in results.networks if not network.trained]
    if failed:
        return f"Did not train: {phrases.listing(failed)}."
    return "Every network trained: accuracy on the test set after each epoch."


def table(results: Results) -> Table:
    """Accuracy and training of every network."""
    rows = tuple(
        (
            names.defense_of(n),
            str(n.seed),
            accuracy(n),
            numbers.percent(n.train_accuracy),
            numbers.percent(n.mean_confidence),
            "–" if n.epochs is None else str(n.epochs),
            numbers.seconds(n.seconds),
            "yes" if n.trained else "no: near chance",
        )
        for n in one_by_one(results)
    )
    columns = (
        *("Network", "Seed", "Accuracy (test)", "Accuracy (training)"),
        *("Mean confidence", "Epochs", "Time", "Trained"),
    )
    n_test = numbers.count(results.data.n_test)
    caption = f"n = {n_test} test samples; exact 95 % intervals in brackets."
    return Table(caption, columns, rows, frozenset(range(1, 7)))


SECTION = Section(
    "training",
    "Training curves",
    figure=figure,
    takeaway=takeaway,
    table=table,
)
