"""Where an experiment departs from the paper's setting, in sentences for the report."""

from __future__ import annotations

from core.spec.spec import PAPER_TEMPERATURES, Experiment


def departures(experiment: Experiment, data: dict) -> list[str]:
    """Sentences that say where an experiment departs from the paper's setting."""
    said = []
    chosen = experiment.architecture
    architecture = chosen if isinstance(chosen, str) else getattr(chosen, "name", None)
    dropout = getattr(chosen, "dropout", None)
    published = {"mnist": "MNIST", "cifar10": "CIFAR-10"}
    if data["name"] not in published:
        said.append(f"The paper used MNIST and CIFAR-10; this run uses {data['title']}.")
    if architecture not in ("paper-mnist", "paper-cifar10"):
        said.append("The network is not one of the paper's two.")
    else:
        said.append(
            "Dropout stands after the first dense layer and convolutions are not padded, as in"
            " the code of Carlini and Wagner; the paper states neither."
        )
    if dropout is not None:
        said.append(f"The paper's dropout is 0.5; every network of this run has {dropout:g}.")
    training = experiment.training
    rate = 0.01 if architecture == "paper-cifar10" else 0.1
    if (training.optimizer, training.learning_rate) != ("sgd", rate):
        said.append(
            f"The paper trains with SGD at {rate:g} and momentum 0.9; this run with"
            f" {training.optimizer.upper() if training.optimizer == 'sgd' else 'Adam'} at"
            f" {training.learning_rate:g}."
        )
    if training.epochs != 50:
        said.append(f"The paper trains 50 epochs; this run {training.epochs}.")
    if training.warm_start or training.warm_start_hot:
        said.append(
            f"Networks at T above 1 begin with {training.warm_start} epoch(s) at T = 1 on hard"
            " labels, without which SGD does not train at high T; the paper does not say how it"
            " coped."
        )
    if experiment.samples != 10_000:
        said.append(
            "The paper counts success over 900 attacks (100 inputs x 9 targets) and robustness"
            f" over 10,000 inputs; this run attacks {experiment.samples} inputs for both."
        )
    used = sorted(
        {t for d in experiment.defenses if d.name == "distillation" for t in d.temperatures}
    )
    if used and tuple(used) != PAPER_TEMPERATURES:
        listed = ", ".join(f"{t:g}" for t in used)
        said.append(f"The paper distils at nine temperatures; this run at {listed}.")
    return said
