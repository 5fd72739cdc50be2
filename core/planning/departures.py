"""Where an experiment departs from the paper's setting, in sentences for the report."""

from __future__ import annotations

from collections.abc import Iterator

from core.defenses.distillation import Distillation
from core.model.data import DataFacts
from core.planning.plan import Plan
from core.spec.spec import PAPER_TEMPERATURES, Experiment

PUBLISHED = {"mnist": "MNIST", "cifar10": "CIFAR-10"}
PAPER_RATES = {"paper-mnist": 0.1, "paper-cifar10": 0.01}
"""Learning rate of SGD for each of the paper's two networks."""


def departures(experiment: Experiment, planned: Plan, data: DataFacts) -> list[str]:
    """Sentences that say where an experiment departs from the paper's setting.

    Of training nothing is said where nothing is trained.
    """
    said = []
    if data.name not in PUBLISHED:
        said.append(f"The paper used MNIST and CIFAR-10; this run uses {data.title}.")
    else:
        said.append(
            f"The paper used MNIST and CIFAR-10; this run uses {PUBLISHED[data.name]} alone."
        )
    if planned.trained:
        said += [*_of_the_architecture(planned), *_of_the_training(experiment, planned)]
    if experiment.samples != 10_000:
        said.append(
            "The paper counts success over 900 attacks (100 inputs x 9 targets) and robustness"
            f" over 10,000 inputs; this run attacks {experiment.samples} inputs for both."
        )
    used = sorted(
        {t for d in experiment.defenses if isinstance(d, Distillation) for t in d.temperatures}
    )
    if used and tuple(used) != PAPER_TEMPERATURES:
        listed = ", ".join(f"{t:g}" for t in used)
        said.append(f"The paper distils at nine temperatures; this run at {listed}.")
    return said


def _of_the_architecture(planned: Plan) -> Iterator[str]:
    architecture = planned.architecture
    if architecture.artifact or architecture.name not in PAPER_RATES:
        yield "The network is not one of the paper's two."
    else:
        yield (
            "Dropout stands after the first dense layer and convolutions are not padded, as in"
            " the code of Carlini and Wagner; the paper states neither."
        )
    if architecture.dropout is not None:
        yield (
            f"The paper's dropout is 0.5; every network of this run has {architecture.dropout:g}."
        )


def _of_the_training(experiment: Experiment, planned: Plan) -> Iterator[str]:
    training = experiment.training
    rate = PAPER_RATES.get(planned.architecture.name, 0.1)
    if (training.optimizer, training.learning_rate) != ("sgd", rate):
        name = training.optimizer.upper() if training.optimizer == "sgd" else "Adam"
        yield (
            f"The paper trains with SGD at {rate:g} and momentum 0.9; this run with"
            f" {name} at {training.learning_rate:g}."
        )
    if training.epochs != 50:
        yield f"The paper trains 50 epochs; this run {training.epochs}."
    if any(one.warm_start for one in planned.trained):
        yield (
            f"Networks at T above 1 begin with {training.warm_start} epoch(s) at T = 1 on hard"
            " labels, without which SGD does not train at high T; the paper does not say how it"
            " coped."
        )
