"""Every setting of an attack or a defence is in its cells' keys, read from their own fields."""

from typing import Any, Literal, get_args, get_origin

import pytest
from annotated_types import Ge, Gt
from pydantic.fields import FieldInfo

from core import attacks, defenses
from core.errors import UserError
from core.model.cell import NewNetwork
from core.model.planned import GivenFile
from core.model.reading import Reading
from core.model.training import OptimizerSettings, Schedule
from tests.planning.planned import planned

FILES = {
    name: GivenFile(artifact=name[0] * 64, title=name, notes=[]) for name in ("a.keras", "b.keras")
}
READ = {"output": "probabilities", "scale": "signed"}
"""Other values of what says how a file is read, see `FromFile.key`."""
FILES |= {
    f"a.keras, {name} {value}": GivenFile(
        artifact="a" * 64,
        title="a.keras",
        reading=Reading(output=value) if name == "output" else Reading(at_low=-1.0, at_high=1.0),
    )
    for name, value in READ.items()
}
NEEDED = {"given": {"file": "a.keras"}}
NEEDED |= {name: {"temperatures": [20]} for name in ("distillation", "temperature")}
NEEDED |= {"none": {"file": "a.keras"}}
DETERMINED = {("soft-labels", "rest")}
"""What another setting leaves one value for: any other is refused, see below."""
LIMITED = {(name, "samples") for name, kind in attacks.KINDS.items() if not kind.facts.unlimited}
"""Within a budget every sample counts: a number of its own is refused."""


def kinds_in(annotation: Any) -> set[Any]:
    """The plain types in an annotation, and its `Literal`, whatever wraps them."""
    if get_origin(annotation) is Literal or not get_args(annotation):
        return {annotation}
    return set().union(*(kinds_in(part) for part in get_args(annotation)))


def another(field: FieldInfo, value: Any) -> Any:
    """A value of the field that is not this one; None where it can take no other."""
    kinds = kinds_in(field.annotation)
    for kind in kinds:
        if get_origin(kind) is Literal:
            return next((one for one in get_args(kind) if one != value), None)
    if isinstance(value, bool):
        return not value
    if isinstance(value, list):
        return [value[0] + 1]
    if isinstance(value, str):
        return next(name for name in FILES if name != value)
    if isinstance(value, int):
        return value + 1
    if isinstance(value, float):
        return value / 2 or 0.5
    if value is None and str in kinds:
        return "nearest-3"
    if value is None and int in kinds:
        return 8
    if value is None and float in kinds:
        return 0.0625
    raise AssertionError(f"this test knows no other value of a {field.annotation}")


def settings_of(registry) -> list[tuple[str, str, Any]]:
    """Every setting of every class of a registry, with a value other than the one in use."""
    found = []
    for name, kind in registry.items():
        given = NEEDED.get(name, {})
        for setting, field in kind.model_fields.items():
            value = given.get(setting, field.default)
            other = READ.get(setting) or another(field, value)
            known = {*DETERMINED, *LIMITED, (name, "name")}
            if other is not None and (name, setting) not in known:
                found.append((name, setting, other))
    return found


def keys(kind: str, defenses: list | None = None, attacks: list | None = None) -> set[str]:
    """The keys of a plan's cells of one kind."""
    change = {"defenses": defenses or [{"name": "none"}], "planted": 10}
    change["attacks"] = attacks or [{"name": "jsma-f"}]
    found = planned(change, files=FILES)
    return {cell.key for cell in found.cells if cell.kind == kind}


@pytest.mark.parametrize(("name", "setting", "other"), settings_of(attacks.KINDS))
def test_every_setting_of_every_attack_is_in_the_key_of_its_cells(name, setting, other):
    base = {"name": name}
    if setting == "targets" and "targeted" in attacks.KINDS[name].model_fields:
        base["targeted"] = True
    if setting == "targets" and not attacks.settings(name, base).aims:
        pytest.skip(f"{name} is never targeted")
    before = {"attacks": [base]}
    after = {"attacks": [base | {setting: other}]}
    assert keys("train", **before) == keys("train", **after) or name == "transfer"
    assert not keys("attack", **before) & keys("attack", **after)
    planted = keys("plant", **before)
    if planted and setting not in (
        "samples",
        "targets",
    ):  # of what is attacked, not of what is planted
        assert not planted & keys("plant", **after)


@pytest.mark.parametrize(("name", "setting", "other"), settings_of(defenses.KINDS))
def test_every_setting_of_every_defence_is_in_the_key_of_its_network(name, setting, other):
    given = NEEDED.get(name, {})
    base = [{"name": "none"}] if name == "scaled-logits" else []
    before = keys("train", [*base, {"name": name, **given}])
    after = keys("train", [*base, {"name": name, **given, setting: other}])
    assert before - after
    assert after - before


@pytest.mark.parametrize(("name", "setting"), sorted(DETERMINED))
def test_what_is_left_out_here_takes_no_other_value(name, setting):
    with pytest.raises(UserError):
        keys("train", [{"name": name, setting: 0.01}])


@pytest.mark.parametrize(("name", "setting"), sorted(LIMITED))
def test_what_is_left_out_of_attacks_takes_no_other_value(name, setting):
    with pytest.raises(UserError, match="only an attack without a budget"):
        keys("attack", attacks=[{"name": name, setting: 8}])


def test_every_attack_and_defence_has_settings_that_were_tried():
    assert {name for name, _, _ in settings_of(attacks.KINDS)} == set(attacks.KINDS)
    assert {name for name, _, _ in settings_of(defenses.KINDS)} == set(defenses.KINDS)


def test_all_that_steers_a_training_stands_in_the_payload_of_its_cell():
    """Whose every field is in the key, see test_keys."""
    payload = NewNetwork.model_fields
    assert set(Schedule.model_fields) <= set(payload)
    assert kinds_in(payload["optimizer"].annotation) == {OptimizerSettings}


def test_the_other_values_are_within_their_bounds():
    for registry in (attacks.KINDS, defenses.KINDS):
        for name, setting, other in settings_of(registry):
            for limit in registry[name].model_fields[setting].metadata:
                assert not isinstance(limit, Gt) or other > limit.gt
                assert not isinstance(limit, Ge) or other >= limit.ge
