"""Compute an attack cell: one row per attacked pair, and the adversarial examples."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import keras
import numpy as np
import pandas as pd

from core import attacks
from core.attacks.attack import Attack
from core.attacks.engine import targets
from core.attacks.engine.domain import domain
from core.attacks.engine.question import Options, Question
from core.attacks.engine.repair import repaired
from core.attacks.engine.result import CAP, STOPPED, SUCCESS, AttackResult
from core.attacks.engine.whole_steps import on_steps
from core.cells.anomalies import noticed
from core.cells.where import own_limits, unit_limits
from core.data.dataset import Dataset, attacked_order
from core.metrics.distances import distances
from core.model.cell import AttackPayload
from core.networks import training
from core.networks.numerics import denormals_flushed
from core.networks.units import in_units
from core.store.artifacts import ArtifactStore
from core.store.tables import store_table

MAX_KEPT_BYTES = 32 * 2**20
"""Adversarial examples kept of one attack, uncompressed: whole samples from the first on."""


def attack(
    payload: AttackPayload,
    dataset: Dataset,
    model: keras.Model,
    source: keras.Model | None,
    artifacts: ArtifactStore,
    progress: Callable[..., None],
) -> dict:
    """Attack `samples` samples from the `first` on; see `core.cells.cells.compute`.

    Targeted: every wrong class of a sample is a target, or those of them that the attack is to go
    for. Untargeted: one pair a sample. Examples are kept, and shown to the detector, of the cell
    that begins with the first sample only.

    The attack runs in unit space, where every distance is in the unit that was asked for; examples
    are kept in the data's own units.

    Args: source: the network on which `transfer` makes its examples.
    """
    first = payload.first
    every = attacked_order(dataset.y_test, payload.classes)
    order = every[first : first + payload.samples]
    labels = dataset.y_test[order]
    asked = attacks.settings(payload.attack, payload.params)
    own = _question(dataset, order, asked, model, source)
    question = _in_unit_space(own, dataset)
    x, sample, target = question.x, question.sample, question.target
    options = Options(
        seed=payload.seed,
        progress=lambda done, total: progress(done, total, "attacking"),
    )
    result = repaired(asked.run(question, options), question, payload.distance, payload.budget)
    adversarial, predicted, success, status = _on_steps(result, own, dataset, payload)
    rows = pd.DataFrame(
        {
            "sample": order[sample],
            "label": labels[sample],
            "target": target if question.targeted else -1,
            "predicted_clean": result.predicted_clean,
            "predicted": predicted,
            "success": success,
            "status": status,
            **_distances(x, sample, adversarial, dataset.cost),
            "iterations": result.iterations,
        }
    )
    stored = {"rows": store_table(rows, artifacts)}
    metrics = {
        "pairs": len(rows),
        "kept_pairs": 0,
        "denormals_flushed": denormals_flushed(),
        "detection": None,
    }
    if first == 0:
        per_sample = len(sample) // len(x)
        kept = _kept_pairs(len(sample), per_sample, int(np.prod(dataset.shape)))
        stored["adversarial"] = artifacts.put_bytes(
            _archive(dataset, order, sample[:kept], rows["target"].to_numpy()[:kept], adversarial),
            ".npz",
        )
        metrics["kept_pairs"] = kept
        # Of pairs that stopped at the first success of their sample nobody knows the success.
        if not (rows["status"] == STOPPED).any():
            found = noticed(dataset.in_units, order, rows, adversarial, payload.distance)
            metrics["detection"] = None if found is None else found.model_dump()
    return {"artifacts": stored, "metrics": metrics}


def _question(
    dataset: Dataset,
    order: np.ndarray,
    asked: Attack,
    model: keras.Model,
    source: keras.Model | None,
) -> Question:
    """What is asked, in the data's own units: every pair of the samples in this order."""
    sample, target = _pairs(dataset, order, asked, model)
    limits = own_limits(dataset)
    return Question(model, dataset.x_test[order], sample, target, asked.aims, limits, source)


def _in_unit_space(question: Question, dataset: Dataset) -> Question:
    """The same question with every feature in the unit of distances."""
    units = dataset.units
    if units.identity:
        return question
    source = None if question.source is None else in_units(question.source, units)
    return replace(
        question,
        model=in_units(question.model, units),
        x=units.to_unit(question.x),
        limits=unit_limits(dataset),
        source=source,
    )


def _archive(
    dataset: Dataset,
    order: np.ndarray,
    sample: np.ndarray,
    target: np.ndarray,
    adversarial: np.ndarray,
) -> bytes:
    """The first pairs' examples, in the data's own units, as the content of an `.npz` file."""
    x = dataset.x_test[order]
    moved = dataset.units.moved(x[sample], adversarial[: len(sample)])
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        sample=order[sample],
        target=target,
        original=x[np.unique(sample)],
        adversarial=moved,
    )
    return buffer.getvalue()


def _pairs(
    dataset: Dataset, order: np.ndarray, asked: Attack, model: keras.Model
) -> tuple[np.ndarray, np.ndarray]:
    """Which sample each pair attacks, and the class that it aims at or has to leave."""
    labels, classes = dataset.y_test[order], dataset.classes
    if not asked.aims:
        return np.arange(len(labels)), labels.copy()
    choice = targets.chosen(asked.targets, classes)
    if choice is None:
        every = np.arange(classes)
        wanted = np.stack([every[every != label] for label in labels])
    elif choice.ranked:
        logits = training.logits(model, dataset.x_test[order])
        wanted = targets.ranked(logits, labels, choice.count)
    else:
        wanted = targets.drawn(order, labels, classes, choice.count)
    return np.repeat(np.arange(len(labels)), wanted.shape[1]), wanted.reshape(-1)


def _on_steps(
    result: AttackResult, question: Question, dataset: Dataset, payload: AttackPayload
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The result with features that take spaced values only put on them, and asked again.

    Args: question, dataset: in the data's own units, in which the steps are. result: in unit
    space, as what is returned.
    """
    if not dataset.step.any():
        return result.adversarial, result.predicted, result.success, result.status
    units, target, targeted = dataset.units, question.target, question.targeted
    originals = question.x[question.sample].reshape(len(target), -1)

    def predict(points: np.ndarray) -> np.ndarray:
        return training.logits(question.model, points.reshape(-1, *dataset.shape)).argmax(-1)

    def succeeds(points: np.ndarray, pairs: np.ndarray) -> np.ndarray:
        if not len(points):
            return np.zeros(0, bool)
        return (predict(points) == target[pairs]) == targeted

    def within(points: np.ndarray, pairs: np.ndarray) -> np.ndarray:
        if payload.budget is None:
            return np.ones(len(points), bool)
        # Of features with one value only nothing can change: any unit will do.
        unit = np.where(units.size > 0, units.size, 1)
        own, there = originals[pairs] / unit, points / unit
        far = distances(own, there, dataset.cost)[payload.distance]
        return far <= payload.budget * (1 + 1e-6)

    ties = domain(question.x, question.limits).ties

    moved = on_steps(
        originals,
        units.moved(originals, result.adversarial.reshape(len(target), -1)),
        dataset.low,
        dataset.high,
        dataset.step,
        succeeds,
        within,
        None
        if ties is None
        else lambda on, pairs: ties.on_steps(on, originals[pairs], dataset.step),
    )
    predicted = predict(moved)
    success = (predicted == target) == targeted
    lost = result.success & ~success
    found = success & ~result.success
    status = np.select([lost, found], [CAP, SUCCESS], result.status)
    return units.to_unit(moved).reshape(-1, *dataset.shape), predicted, success, status


def _distances(
    x: np.ndarray, sample: np.ndarray, adversarial: np.ndarray, cost: np.ndarray | None
) -> dict:
    chunks = [
        distances(x[sample[start : start + 4096]], adversarial[start : start + 4096], cost)
        for start in range(0, len(sample), 4096)
    ]
    return {norm: np.concatenate([chunk[norm] for chunk in chunks]) for norm in chunks[0]}


def _kept_pairs(pairs: int, targets: int, n_features: int) -> int:
    samples = max(1, MAX_KEPT_BYTES // (4 * n_features * targets))
    return min(pairs, samples * targets)
