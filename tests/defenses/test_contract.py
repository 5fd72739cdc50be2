"""What every defence of the registry owes: settings, networks, keys, labels and words."""

from itertools import chain
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from core import defenses
from core.canonical import canonical
from core.defenses import table
from core.defenses.asked import FromFile, Scaled, Trained
from core.model.planned import GivenFile
from core.model.reading import Reading
from core.model.training import Adversarial, Labels, Spread, Teacher
from tests.planning.planned import facts, planned

NEEDED = {
    "distillation": {"temperatures": [5, 20]},
    "temperature": {"temperatures": [5, 20]},
    "given": {"file": "mine.keras"},
}
"""Settings that have no default."""
CHANGED = {
    "temperatures": [10],
    "file": "other.keras",
    "confidence": 0.8,
    "rest": (1 - 0.9) / 9,
    "strength": 0.2,
    "rate": 0.25,
    "eps": 0.2,
    "steps": 3,
    "factor": 10,
    "output": "scores",
    "scale": "signed",
}
"""Another value of each setting that there is."""
FILES = {
    name: GivenFile(artifact=name[0] * 64, title=name) for name in ("mine.keras", "other.keras")
}
FILES["mine.keras, output scores"] = FILES["mine.keras"].model_copy(
    update={"reading": Reading(output="scores")}
)
FILES["mine.keras, scale signed"] = FILES["mine.keras"].model_copy(
    update={"reading": Reading(at_low=-1.0, at_high=1.0)}
)
OF_A_FILE = {("none", "output"): {"file": "mine.keras"}, ("none", "scale"): {"file": "mine.keras"}}
"""What else has to be said where a setting is."""
every = pytest.mark.parametrize("name", defenses.NAMES)


def settings(name, **changes):
    return {"name": name, **NEEDED.get(name, {}), **changes}


def parsed(name, **changes):
    return TypeAdapter(defenses.AnyDefense).validate_python(settings(name, **changes))


def plan(name, **changes):
    return planned(
        {"defenses": [settings(name, **changes)], "attacks": [{"name": "fgsm"}]}, files=FILES
    )


def trained(asked):
    """Every training that is asked for, teachers included."""
    made = asked.made
    while isinstance(made, Trained):
        yield made
        made = made.teacher


@every
def test_its_settings_read_back_as_they_were_written(name):
    defense = parsed(name)
    assert type(defense) is defenses.KINDS[name]
    assert TypeAdapter(defenses.AnyDefense).validate_python(defense.model_dump(mode="json")) == (
        defense
    )


@every
def test_it_says_what_it_is(name):
    known = defenses.facts(name)
    assert known.title
    assert known.label != name
    assert known.trained
    assert defenses.KINDS[name].__doc__


def test_what_defences_are_told_apart_by_differs():
    known = [defenses.facts(name) for name in defenses.NAMES]
    for texts in zip(*((one.title, one.label, one.trained) for one in known), strict=True):
        assert len(set(texts)) == len(defenses.NAMES)
    roles = [one.role for one in known]
    assert [roles.count(role) for role in ("reference", "control", "given", "broken")] == [1] * 4


@every
def test_it_asks_for_networks_with_distinct_keys_and_labels(name):
    found = plan(name)
    assert found.networks
    assert {one.defense for one in found.networks} == {name}
    keys = [one.key for one in found.networks]
    assert len(set(keys)) == len(keys)
    labels = [cell.label for cell in found.cells]
    assert len(set(labels)) == len(labels)
    assert set(keys) <= {cell.key for cell in found.cells if cell.kind == "train"}


@every
def test_its_networks_are_told_apart_by_what_their_rows_say(name):
    found = plan(name)
    assert len({(one.identity, one.seed) for one in found.networks}) == len(found.networks)
    for one in found.networks:
        assert canonical(one.defense_params)


@every
def test_every_seed_gives_other_networks_but_for_what_comes_from_a_file(name):
    asked = parsed(name).plan(facts())
    one = plan(name).networks
    both = planned({"defenses": [settings(name)], "seeds": [0, 1]}, files=FILES).networks
    from_file = all(isinstance(each.made, FromFile) for each in asked)
    assert len(both) == (len(one) if from_file else 2 * len(one))
    assert len({network.key for network in both}) == len(both)


@every
def test_its_targets_are_distributions_and_only_a_student_has_a_teacher(name):
    for made in chain.from_iterable(map(trained, parsed(name).plan(facts(classes=7)))):
        match made.targets:
            case Spread(right=right, wrong=wrong):
                assert right + 6 * wrong == pytest.approx(1)
                assert right > wrong
            case Adversarial(eps=eps, steps=steps):
                assert eps > 0
                assert steps >= 1
        assert isinstance(made.targets, Teacher) == (made.teacher is not None)


@every
def test_nothing_but_what_it_is_about_differs_from_the_undefended_network(name):
    """Else a comparison would be of two things at once."""
    for asked in parsed(name).plan(facts()):
        if isinstance(asked.made, FromFile | Scaled):
            continue
        made = asked.made
        changes = [
            made.temperature != 1,
            made.targets != Labels(),
            made.dropout is not None,
            made.weight_decay is not None,
        ]
        allowed = {"none": 0, "distillation": 2}.get(name, 1)
        assert sum(changes) == allowed


SETTINGS = [
    (name, setting)
    for name, kind in defenses.KINDS.items()
    for setting in kind.model_fields
    if setting != "name"
]


@pytest.mark.parametrize(("name", "setting"), SETTINGS)
def test_every_setting_changes_a_network_and_what_its_rows_say(name, setting):
    base = OF_A_FILE.get((name, setting), {})
    before = plan(name, **base).networks
    after = plan(name, **base, **{setting: CHANGED[setting]}).networks
    assert {one.identity for one in before} != {one.identity for one in after}
    if setting != "rest":  # which is another name for what the confidence leaves
        assert not {one.key for one in before} & {one.key for one in after}


@every
def test_a_file_that_it_takes_a_network_from_is_known_before_it_is_planned(name):
    defense = parsed(name, **({"file": "mine.keras"} if name == "none" else {}))
    files = [one.made.file for one in defense.plan(facts()) if isinstance(one.made, FromFile)]
    assert files == ([defense.network_file] if defense.network_file else [])


def test_a_defence_of_another_version_is_told_by_its_name_and_comes_last():
    known = defenses.facts("moat")
    assert (known.label, known.title, known.role) == ("moat", "", "defence")
    assert all(defenses.place(name) < defenses.place("moat") for name in defenses.NAMES)


def test_reports_begin_with_the_reference_and_the_networks_that_were_given():
    assert sorted(defenses.NAMES, key=defenses.place)[:3] == ["none", "given", "distillation"]


def test_the_readme_lists_every_defence_as_the_registry_has_it():
    text = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    start = text.index(table.HEAD[0])
    assert tuple(text[start : text.index("\n\n", start)].splitlines()) == table.lines()
