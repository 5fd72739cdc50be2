"""A key changes with whatever decides the result, and with nothing else."""

from functools import cache
from typing import get_args

import pytest
from pydantic import BaseModel

from core.model import cell
from core.model.cell import (
    AttackPayload,
    GivenNetwork,
    NewNetwork,
    PlantPayload,
    ScaledLogits,
    kind_of,
    read,
)
from core.planning import keys
from core.planning.keys import key_of
from core.spec.spec import Training
from tests.planning.planned import DATA, FULL, HERE, planned

WHERE = {"data": {"artifact": "a" * 64, "checksum": "c" * 64}, "environment": HERE}
PAYLOADS = {
    NewNetwork: {
        **WHERE,
        "task": "train",
        "architecture": {"name": "mlp", "artifact": "b" * 64, "dropout": 0.5},
        "targets": {"kind": "spread", "right": 0.9, "wrong": 0.1},
        "temperature": 20.0,
        "optimizer": {
            "optimizer": "sgd",
            "learning_rate": 0.1,
            "momentum": 0.9,
            "batch_size": 128,
            "halve_every": 10,
            "weight_decay": 0.01,
        },
        "epochs": 50,
        "warm_start": 1,
        "seed": 3,
    },
    GivenNetwork: {
        **WHERE,
        "task": "given",
        "network": "n" * 64,
        "title": "my.keras",
        "reading": {
            "output": "scores",
            "at_low": -1.0,
            "at_high": 255.0,
            "trusted": "t" * 64,
            "lambdas": True,
        },
    },
    ScaledLogits: {**WHERE, "task": "scaled-logits", "factor": 100.0},
    AttackPayload: {
        **WHERE,
        "network": "n" * 64,
        "attack": "pgd",
        "params": {"eps": 0.3, "steps": 40},
        "budget": 0.3,
        "distance": "linf",
        "samples": 100,
        "first": 1_000,
        "classes": [1],
        "seed": 3,
        "source": "s" * 64,
    },
    PlantPayload: {
        **WHERE,
        "network": "n" * 64,
        "attack": "jsma-f",
        "params": {"budget": 112, "theta": 1},
        "distance": "l0",
        "radius": 112,
        "step": 0.5,
        "samples": 100,
        "classes": [1],
        "seed": 3,
    },
}
OTHER = {
    "task": None,  # a variant of its own
    "kind": None,
    "backend": "jax",
    "optimizer": "adam",
    "attack": "bim",
    "distance": "l2",
    "params": {"eps": 0.3, "steps": 41},
    "lambdas": False,
}
"""Other values of fields that do not take just any; None: tried by the tests of variants."""
MEANINGLESS = {("data", "artifact")}
"""Where the data lie, not what is in them."""


PLAIN = ("data", "environment", "network", "attack", "params", "distance", "samples", "seed")
KINDS = {AttackPayload: "attack", PlantPayload: "plant"}


def told(kind, values):
    return read(KINDS.get(kind, "train"), values)


def leaves(model: BaseModel, above=()):
    """Every field of a payload down to plain values, found in the models themselves."""
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            yield from leaves(value, (*above, name))
        else:
            yield (*above, name)


FIELDS = [
    (kind, path)
    for kind, values in PAYLOADS.items()
    for path in leaves(told(kind, values))
    if OTHER.get(path[-1], "") is not None
]


def with_other(values, path):
    """The payload with one field changed."""
    name, *below = path
    if below:
        return values | {name: with_other(values[name], below)}
    value = values[name]
    other = OTHER[name] if name in OTHER else value + 1 if isinstance(value, int) else value
    if isinstance(other, list):
        return values | {name: [*other, 2]}
    if isinstance(other, float):
        other = value / 2
    elif other == value:
        other = value[::-1] + "x"
    return values | {name: other}


@pytest.mark.parametrize(
    ("kind", "path"), FIELDS, ids=[f"{k.__name__} {'.'.join(p)}" for k, p in FIELDS]
)
def test_every_field_of_a_payload_is_in_the_key(kind, path):
    values = PAYLOADS[kind]
    before, after = told(kind, values), told(kind, with_other(values, path))
    assert before != after
    parents = ("p" * 64,)
    assert (key_of(before, parents) == key_of(after, parents)) is (path in MEANINGLESS)


def test_no_field_of_a_payload_was_left_at_its_default():
    """Else a field that is added later would be changed from nothing to nothing."""
    for kind, values in PAYLOADS.items():
        assert set(values) == set(kind.model_fields)


def test_every_payload_that_the_model_knows_is_tried_here():
    assert set(PAYLOADS) == set(get_args(cell.Payload))
    for kind, values in PAYLOADS.items():
        assert type(told(kind, values)) is kind
        assert kind_of(told(kind, values)) == KINDS.get(kind, "train")


def test_what_is_done_to_a_network_is_in_the_key():
    """An attack and a plant cell of the same settings are two cells."""
    values = {name: PAYLOADS[PlantPayload][name] for name in PLAIN}
    attack = read("attack", values)
    plant = read("plant", values | {"radius": 112})
    assert key_of(attack, ()) != key_of(plant, ())


TARGETS = (
    {"kind": "labels"},
    {"kind": "teacher"},
    {"kind": "spread", "right": 0.9, "wrong": 0.1},
    {"kind": "adversarial", "eps": 0.3, "steps": 7},
    {"kind": "adversarial", "eps": 0.2, "steps": 7},
    {"kind": "adversarial", "eps": 0.3, "steps": 8},
)


def test_what_a_network_learns_from_is_in_its_key():
    values = PAYLOADS[NewNetwork]
    found = {key_of(told(NewNetwork, values | {"targets": one}), ()) for one in TARGETS}
    assert len(found) == len(TARGETS)


def test_parents_and_the_code_are_in_the_key(monkeypatch):
    payload = told(NewNetwork, PAYLOADS[NewNetwork])
    first = key_of(payload, ("p" * 64, "q" * 64))
    assert key_of(payload, ("q" * 64, "p" * 64)) != first
    assert key_of(payload, ("p" * 64,)) != first
    monkeypatch.setattr(keys, "fingerprint", lambda *_, **__: "another")
    assert key_of(payload, ("p" * 64, "q" * 64)) != first


@pytest.mark.parametrize("kind", [NewNetwork, AttackPayload, PlantPayload])
def test_the_code_of_a_cell_is_that_of_its_backend(kind, monkeypatch):
    """So that a change of the gradients in JAX computes nothing anew under TensorFlow."""
    asked = []
    monkeypatch.setattr(keys, "fingerprint", lambda *_, backend: asked.append(backend) or "")
    for backend in ("tensorflow", "jax"):
        values = with_other(PAYLOADS[kind], ("environment", "backend"))
        values["environment"]["backend"] = backend
        keys.code_of(told(kind, values))
    assert asked == ["tensorflow", "jax"]


BASE = {
    "optimizer": "sgd",
    "learning_rate": 0.1,
    "momentum": 0.9,
    "batch_size": 128,
    "epochs": 50,
    "warm_start": 1,
    "warm_start_hot": 2,
    "halve_every": 10,
}
HOT = {"defenses": [{"name": "temperature", "temperatures": [20, 50]}]}


@cache
def trained_keys(**changes):
    found = planned(HOT | {"training": BASE | changes})
    return {cell.key for cell in found.cells if cell.kind == "train"}


@pytest.mark.parametrize("setting", list(Training.model_fields))
def test_every_setting_of_the_training_reaches_the_key_of_a_network(setting):
    other = "adam" if setting == "optimizer" else BASE[setting] / 2
    if isinstance(BASE[setting], int):
        other = BASE[setting] + 1
    assert trained_keys(**{setting: other}) != trained_keys()


@pytest.mark.parametrize(
    ("change", "data", "environment", "keeps"),
    [
        ({"training": {"epochs": 3}}, None, None, set()),
        ({"seeds": [1]}, None, None, set()),
        ({"architecture": "mlp"}, None, None, set()),
        ({"architecture": {"name": "paper-mnist", "dropout": 0}}, None, None, set()),
        (None, {"checksum": "d" * 64}, None, set()),
        *((None, None, {name: f"{value}0"}, set()) for name, value in HERE.items() if value != 2),
        (None, None, {"threads": 4}, set()),
        ({"samples": 11}, None, None, {"train"}),
        ({"attacks": [{"name": "jsma-f", "theta": -1}]}, None, None, {"train"}),
        ({"name": "another"}, None, None, {"train", "attack"}),
        (None, {"title": "Renamed", "artifact": "b" * 64}, None, {"train", "attack"}),
    ],
)
def test_a_plan_gives_other_keys_for_what_decides_the_result(change, data, environment, keeps):
    before, after = planned(), planned(change, data, environment)
    for kind in ("train", "attack"):
        first, second = ({c.key for c in p.cells if c.kind == kind} for p in (before, after))
        assert bool(second & first) == (kind in keeps)
        assert (second <= first) == (kind in keeps)


def test_an_attack_that_draws_depends_on_the_seed_and_one_that_does_not_draws_nothing():
    for name, seeds in (("pgd", {0, 1}), ("jsma-f", {0})):
        found = planned({"attacks": [{"name": name}], "seeds": [0, 1]})
        assert {c.payload.seed for c in found.cells if c.kind == "attack"} == seeds


def test_the_data_of_this_test_are_those_of_the_plans():
    assert WHERE["data"] == {name: DATA[name] for name in ("artifact", "checksum")}
    assert FULL["samples"] < 1_000
