"""A plan says what is trained and attacked; a key changes with whatever decides the result."""

import pytest

from core.errors import UserError
from core.model.planned import GivenFile
from core.model.training import Adversarial, Teacher
from core.results import collecting as results
from tests.planning.planned import FULL, key, planned


def test_teachers_are_networks_of_their_own():
    found = planned()
    cells = {cell.key: cell for cell in found.cells}
    student = cells[key(found, "distillation", 20)]
    assert student.parents == (key(found, "temperature", 20),)
    assert student.payload.targets == Teacher()
    assert student.payload.temperature == 20
    # At T = 1 the teacher is the undefended network, and the student is still another network.
    first = cells[key(found, "distillation", 1)]
    assert first.parents == (key(found, "none"),)
    assert first.key != key(found, "none")
    assert cells[key(found, "scaled-logits")].parents == (key(found, "none"),)
    trained = [c for c in found.cells if c.kind == "train"]
    assert len(trained) == 6
    attacked = [c.kind for c in found.cells if c.kind != "train"]
    assert attacked == ["attack", "plant"] * (6 * 2)


def test_parents_come_first():
    seen = set()
    for cell in planned().cells:
        assert set(cell.parents) <= seen
        seen.add(cell.key)


def test_a_larger_sweep_pays_only_for_what_is_missing():
    small, large = (
        planned(),
        planned({"defenses": [*FULL["defenses"], {"name": "distillation", "temperatures": [5]}]}),
    )
    missing = [c for c in large.cells if c.key not in {c.key for c in small.cells}]
    assert sorted(c.kind for c in missing) == [
        "attack",
        "attack",
        "plant",
        "plant",
        "train",
        "train",
    ]


@pytest.mark.parametrize(("own", "attacked"), [(None, 10), (4, 4), (99, 10)])
def test_an_attack_attacks_its_own_first_samples_and_finds_as_many_planted(own, attacked):
    """What decides the others' results stays as it is."""
    change = {"attacks": [*FULL["attacks"], {"name": "cw-l0", "targeted": False, "samples": own}]}
    found = planned({**change, "planted": 8})
    sizes = {
        (cell.kind, cell.payload.attack): cell.payload.samples
        for cell in found.cells
        if cell.kind != "train"
    }
    assert (sizes["attack", "cw-l0"], sizes["plant", "cw-l0"]) == (attacked, min(8, attacked))
    assert (sizes["attack", "jsma-f"], sizes["plant", "jsma-f"]) == (10, 8)
    assert not any("samples" in one.attack_params for one in found.attacks)
    before = {cell.key for cell in planned({"planted": 8}).cells}
    assert before <= {cell.key for cell in found.cells}


def test_soft_labels_must_be_a_distribution():
    found = planned()
    soft = next(c for c in found.cells if c.key == key(found, "soft-labels"))
    assert soft.payload.targets.right == 0.9
    assert soft.payload.targets.wrong == pytest.approx(0.1 / 9)
    for rest in (1 / 9, 0.01):
        with pytest.raises(UserError, match="which is no distribution; leave rest out"):
            planned({"defenses": [{"name": "soft-labels", "rest": rest}]})


def test_what_cannot_be_is_refused():
    with pytest.raises(UserError, match="T = 10, seed 0 is listed twice"):
        planned({"defenses": [{"name": "distillation", "temperatures": [10, 10]}]})
    with pytest.raises(UserError, match="51 exceeds the 50 test inputs"):
        planned({"samples": 51})


def test_a_given_network_is_planned_once_for_all_seeds():
    file = {"my.keras": GivenFile(artifact="e" * 64, title="my.keras", notes=["reshaped"])}
    found = planned(
        {"defenses": [{"name": "given", "file": "my.keras"}], "seeds": [0, 1]}, files=file
    )
    assert len(found.networks) == 1
    assert found.networks[0].defense_params["file"] == "my.keras"
    assert found.notes == ("reshaped",)


def test_transfer_comes_from_the_undefended_network_and_waits_for_both():
    found = planned({"attacks": [{"name": "transfer"}]})
    cells = {cell.key: cell for cell in found.cells}
    made = next(a for a in found.attacks if a.network == key(found, "distillation", 20))
    cell = cells[made.key]
    assert cell.parents == (key(found, "distillation", 20), key(found, "none"))
    assert cell.payload.source == key(found, "none")


def test_the_undefended_network_is_no_stranger_to_itself():
    found = planned({"attacks": [{"name": "transfer"}]})
    cells = {cell.key: cell for cell in found.cells}
    made = next(a for a in found.attacks if a.network == key(found, "none"))
    source = cells[cells[made.key].payload.source]
    assert source.key != key(found, "none")
    assert source.payload.seed != 0


def test_regularisers_are_trained_and_have_no_teacher():
    found = planned(
        {
            "architecture": {"name": "paper-mnist", "dropout": 0},
            "defenses": [
                {"name": "none"},
                {"name": "dropout", "rate": 0.25},
                {"name": "weight-decay", "strength": 0.1},
                {"name": "adversarial-training", "steps": 3},
            ],
        }
    )
    payloads = {n.defense: c.payload for n in found.networks for c in found.cells if c.key == n.key}
    assert payloads["none"].architecture.dropout == 0
    assert payloads["dropout"].architecture.dropout == 0.25
    assert payloads["weight-decay"].optimizer.weight_decay == 0.1
    # Radius as for the attacks on grey images, where none is given.
    assert payloads["adversarial-training"].targets == Adversarial(eps=0.25, steps=3)
    assert not any(c.parents for c in found.cells if c.kind == "train")


def test_an_untargeted_attack_has_one_pair_a_sample():
    one = planned({"attacks": [{"name": "pgd"}]})
    nine = planned({"attacks": [{"name": "pgd", "targeted": True}]})
    work = [sum(c.work for c in found.cells if c.kind == "attack") for found in (one, nine)]
    assert work[1] == 9 * work[0]


def test_every_setting_of_an_attack_is_resolved_and_listed():
    found = planned({"attacks": [{"name": "bim", "eps": 0.2, "steps": 10}]})
    assert found.attacks[0].attack_params == {
        "targeted": False,
        "norm": "linf",
        "eps": 0.2,
        "loss": "margin",
        "attack_temperature": 1.0,
        "steps": 10,
        "step_size": 0.05,
    }
    assert (found.attacks[0].budget, found.attacks[0].distance) == (0.2, "linf")


def test_an_attack_on_the_closest_example_has_no_budget():
    found = planned({"attacks": [{"name": "cw-l2"}]})
    assert (found.attacks[0].budget, found.attacks[0].distance) == (None, "l2")


def test_results_name_files_without_the_folders_of_a_machine():
    raw = {
        "data": {"file": "/home/me/mine.npz"},
        "defenses": [{"name": "given", "file": "a/b.keras"}],
    }
    named = results.without_folders(raw)
    assert named == {
        "data": {"file": "mine.npz"},
        "defenses": [{"name": "given", "file": "b.keras"}],
    }
    assert raw["data"]["file"] == "/home/me/mine.npz"
