"""What a spec resolves for an attack is exactly what the attack takes."""

import importlib
import inspect

import pytest
from core.spec.attack_spec import ATTACK_NAMES

from core.attacks import ATTACKS
from core.spec import spec

DATA = {"n_features": 784, "shape": [28, 28, 1], "kind": "image"}
GIVEN_BY_THE_CELL = {
    *("model", "x", "sample", "target", "targeted", "bounds", "mutable", "seed"),
    *("batch_size", "progress"),
}


@pytest.mark.parametrize("name", ATTACK_NAMES)
def test_every_setting_of_the_spec_is_a_parameter_and_every_needed_one_is_given(name):
    raw = {"data": {"name": "digits"}, "defenses": [{"name": "none"}], "attacks": [{"name": name}]}
    given = set(spec.parse(raw).attacks[0].params_for(DATA)) - {"targeted"}
    module, function, fixed = ATTACKS[name]
    parameters = inspect.signature(getattr(importlib.import_module(module), function)).parameters
    named = {key for key, p in parameters.items() if p.kind is not p.VAR_KEYWORD}
    needed = {
        key for key, p in parameters.items() if p.default is p.empty and p.kind is not p.VAR_KEYWORD
    }
    assert given <= named
    assert needed <= given | set(fixed) | GIVEN_BY_THE_CELL
