"""A spec says what an experiment is; what is wrong with it is named in one line."""

import pytest

from core import attacks
from core.attacks.families import default_eps
from core.attacks.jsma.jsma import resolve_budget
from core.canonical import canonical
from core.errors import UserError
from core.spec import spec, spec_files

SMALL = {
    "data": {"name": "digits"},
    "defenses": [{"name": "none"}],
    "attacks": [{"name": "jsma-f"}],
}


@pytest.mark.parametrize("name", spec_files.preset_names())
def test_every_preset_is_valid_and_survives_yaml(name):
    experiment = spec.parse(spec_files.preset(name), name)
    again = spec.parse(spec_files.load_yaml(experiment.as_yaml(), "yaml"))
    assert again == experiment


@pytest.mark.parametrize("name", ["figure10-mnist", "figure10-cifar10"])
def test_figure_10_presets_are_the_papers_setting(name):
    experiment = spec.parse(spec_files.preset(name))
    distillation = next(d for d in experiment.defenses if d.name == "distillation")
    assert tuple(distillation.temperatures) == spec.PAPER_TEMPERATURES
    assert experiment.samples == 10_000
    training = experiment.training
    assert (training.optimizer, training.momentum, training.epochs) == ("sgd", 0.9, 50)
    assert [training.warm_start_at(t) for t in (1, 20, 50, 100)] == [0, 1, 2, 2]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"colour": "red"}, "colour: unknown key"),
        ({"data": {"name": "mnst"}}, "data.name: got 'mnst'"),
        ({"data": {}}, "either a name or a file"),
        ({"attacks": [{"name": "jsma-q"}]}, "jsma-logf"),
        ({"attacks": []}, "attacks: got []"),
        ({"attacks": [{"name": "jsma-f", "budget": 1}]}, "at least 2"),
        ({"attacks": [{"name": "jsma-f", "budget": 1.5}]}, "a share lies between 0 and 1"),
        ({"attacks": [{"name": "jsma-f", "theta": 0}]}, "attacks nothing"),
        ({"defenses": [{"name": "distillation", "temperatures": [0]}]}, "greater than 0"),
        ({"defenses": [{"name": "distillation", "temperatures": [float("nan")]}]}, "finite"),
        ({"seeds": [0, 0]}, "a seed is listed twice"),
        ({"samples": 0}, "samples: got 0"),
        ({"name": "two\nlines"}, "on one line"),
        ({"criteria": [{"metric": "rho"}]}, "either at_least or at_most"),
        ({"attacks": [{"name": "pgd", "samples": 5}]}, "only an attack without a budget"),
        ({"attacks": [{"name": "cw-l0", "samples": 0}]}, "must be 1 or more"),
    ],
)
def test_what_is_wrong_with_a_spec_is_named(change, expected):
    with pytest.raises(UserError) as error:
        spec.parse(SMALL | change)
    assert expected in str(error.value)
    assert "\n" not in str(error.value)
    assert error.value.exit_code == 2


def test_a_setting_changes_one_value():
    raw = spec_files.preset("quick")
    for setting in ("training.epochs=5", "defenses[1].temperatures=[7]", "seeds=[3]"):
        spec_files.apply_setting(raw, setting)
    experiment = spec.parse(raw)
    assert experiment.training.epochs == 5
    assert experiment.defenses[1].temperatures == [7]
    assert experiment.seeds == [3]


@pytest.mark.parametrize("setting", ["epochs", "defenses[9].name=none", "name.first=x", "=3"])
def test_a_setting_that_fits_nothing_is_refused(setting):
    with pytest.raises(UserError, match="--set"):
        spec_files.apply_setting(spec_files.preset("quick"), setting)


@pytest.mark.parametrize(
    "text", ["a: [1", "- 1\n- 2", "a: &x [1]\nb: *x", "a: !!python/object:os.system {}", "[" * 9000]
)
def test_hostile_yaml_is_one_line(text):
    with pytest.raises(UserError) as error:
        spec_files.load_yaml(text, "spec.yaml")
    assert "\n" not in str(error.value)
    assert str(error.value).startswith("spec.yaml: ")


def test_the_default_budget_is_the_papers():
    assert resolve_budget(None, 784) == 112
    assert resolve_budget(None, 3072) == 112
    assert resolve_budget(None, 64) == 8
    assert resolve_budget(None, 6) == 2
    assert resolve_budget(0.5, 30) == 15
    assert resolve_budget(20, 30) == 20
    with pytest.raises(UserError, match="31 features exceed the 30"):
        resolve_budget(31, 30)


def test_equal_values_have_one_canonical_text():
    assert canonical({"b": 1.0, "a": [20.0, 0.5]}) == canonical({"a": [20, 0.5], "b": 1})


@pytest.mark.parametrize("name", attacks.NAMES)
def test_every_attack_reads_back_what_it_writes(name):
    raw = {"data": {"name": "digits"}, "defenses": [{"name": "none"}], "attacks": [{"name": name}]}
    experiment = spec.parse(raw)
    assert spec.parse(experiment.as_json()) == experiment


@pytest.mark.parametrize(
    ("attack", "named"),
    [
        ({"name": "pgd", "norm": "l1"}, "l1"),
        ({"name": "pgd", "eps": 0}, "eps"),
        ({"name": "cw-l2", "eps": 0.1}, "eps"),
        ({"name": "genetic", "norm": "l2"}, "l2"),
        ({"name": "fgsm", "loss": "hinge"}, "hinge"),
        ({"name": "magic"}, "magic"),
    ],
)
def test_a_wrong_attack_setting_is_named(attack, named):
    raw = {"data": {"name": "digits"}, "defenses": [{"name": "none"}], "attacks": [attack]}
    with pytest.raises(UserError, match=named):
        spec.parse(raw)


@pytest.mark.parametrize(
    ("shape", "norm", "eps"),
    [
        ([28, 28, 1], "linf", 0.25),
        ([32, 32, 3], "linf", 8 / 255),
        ([30], "linf", 0.1),
        ([28, 28, 1], "l2", 2.0),
    ],
)
def test_the_radius_of_the_ball_follows_the_kind_of_data(shape, norm, eps):
    assert default_eps(norm, shape) == eps
    assert attacks.settings("pgd", {"norm": norm}).radius(shape) == eps
    assert attacks.settings("pgd", {"norm": norm, "eps": 0.3}).radius(shape) == 0.3


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"samples": 0}, "samples: got 0; must be 1 or more"),
        ({"name": ""}, "name: must not be empty"),
        ({"seeds": ["x"]}, "seeds[0]: got 'x'; must be a whole number"),
        ({"attacks": []}, "attacks: got []; needs at least 1"),
        (
            {"attacks": [{"name": "nope"}]},
            "attacks[0]: 'nope' is not known; choose one of 'jsma-f'",
        ),
        ({"attacks": [{}]}, "attacks[0]: needs a 'name' that says which"),
        ({"training": {"optimizer": "x"}}, "got 'x'; must be one of 'adam' or 'sgd'"),
        ({"defenses": 3}, "defenses: got 3; must be a list"),
        ({"training": 3}, "training: got 3; must be a mapping of settings to values"),
    ],
)
def test_problems_are_told_in_words_of_our_own(change, said):
    raw = {"data": {"name": "digits"}, "defenses": [{"name": "none"}], "attacks": [{"name": "pgd"}]}
    with pytest.raises(UserError) as error:
        spec.parse({**raw, **change})
    assert said in str(error.value)
    assert "Input should" not in str(error.value)
