"""Networks to stand beside: the numbers of the committed study, shown only where alike."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from core.data.files.opening import KNOWN
from core.model.results import Results
from core.spec import asked
from core.spec.spec import Experiment
from reports.prose import reference_networks
from reports.sections import references, sections
from tests import model

STUDY = Path(__file__).parents[2] / "docs" / "studies" / "reference-networks"
MINE = {"defense": "given", "defense_params": {"file": "mine.keras"}}
FOUND = reference_networks.study()


@pytest.fixture(scope="module")
def committed():
    return Results.from_json(json.loads((STUDY / "results.json").read_text("utf-8")))


@pytest.fixture(scope="module")
def rows():
    return pd.read_parquet(STUDY / "results.parquet")


def test_what_is_packaged_is_what_the_committed_results_hold(committed):
    assert reference_networks.taken(committed) == FOUND


def called(frame, network):
    return frame[(frame["defense"] != "none") == ("Adversarial" in network.name)]


@pytest.mark.parametrize("network", FOUND.networks, ids=lambda one: one.name)
def test_shares_and_medians_follow_from_the_committed_rows(rows, network):
    """By other code, from the row of every attack."""
    mine = called(rows, network)
    lost = mine["predicted_clean"] != mine["label"]
    moved = mine["success"] & (mine["predicted"] != mine["label"]) & ~lost
    assert {one.distance for one in network.stays} == {"l0", "linf"}
    for one in network.stays:
        near = moved & (mine[one.distance] <= one.budget * (1 + 1e-6))
        fallen = (near | lost).groupby(mine["sample"]).max()
        assert one.samples == len(fallen)
        assert one.robust_accuracy == pytest.approx(1 - fallen.mean())
    looking = {"l0": ("jsma-f", "jsma-logf"), "linf": ("decision",)}
    for one in network.half:
        tried = set(mine[mine["attack"].isin(looking[one.distance]) & ~lost]["sample"])
        far = mine[one.distance].where(moved, np.inf)[mine["sample"].isin(tried)]
        nearest = np.sort(far.groupby(mine["sample"]).min())
        nearest = nearest[nearest <= one.cap]
        middle = (len(tried) - 1) // 2
        assert one.samples == len(tried)
        assert one.median == (nearest[middle] if middle < len(nearest) else None)


def test_the_study_is_what_evaluate_does_by_default(committed):
    spec = yaml.safe_load((STUDY / "spec.yaml").read_text("utf-8"))
    assert spec["attacks"] == [dict(one) for one in asked.DEFAULT_ATTACKS]
    assert (
        Experiment.model_validate(spec).as_json()
        == Experiment.model_validate(committed.spec).as_json()
    )


def test_the_data_that_count_as_the_whole_are_known_by_their_content():
    assert reference_networks.EVERYTHING in {name for name, _ in KNOWN.values()}


def run(data=None, attacks=None, networks=("given",)):
    """A network alone under these attacks of the study."""
    data = model.data(checksum=FOUND.checksum) if data is None else data
    attacks = FOUND.attacks if attacks is None else attacks
    place = {"pgd": ("linf", 0.25), "decision": ("linf", None)}
    summary = [
        model.row(
            **MINE,
            attack=name,
            attack_params=params,
            distance=place.get(name, ("l0", 112))[0],
            budget=place.get(name, ("l0", 112))[1],
        )
        for name, params in attacks
    ]
    made = model.results(
        summary=summary,
        networks=[model.network(defense="given", params={"file": "mine.keras"})],
        spec={"defenses": [{"name": name} for name in networks], "criteria": None},
        closest=[model.closest(**MINE, median=20.0, median_low=18.0, median_high=22.0)],
        within_budget=[
            model.within(**MINE),
            model.within(**MINE, distance="l0", budget=112, robust_accuracy=0.1, low=0.0, high=0.2),
        ],
    )
    provenance = made.provenance.model_copy(update={"data": data})
    return made.model_copy(update={"provenance": provenance})


def test_the_networks_of_the_study_stand_beside_ones_own_and_are_called_others():
    shown = references.table(run())
    assert shown.columns[1:-1] == (
        "Half fall within (L0)",
        "Right within 112 features",
        "Right within L∞\u00a00.25",
    )
    mine, undefended, trained = shown.rows
    assert mine[1] == "20 [18, 22]"
    assert undefended[0].endswith("another run")
    assert trained[0].endswith("another run")
    text = " ".join(str(part) for block in references.intro(run()) for part in block.parts)
    assert FOUND.run in text
    assert "the same test data" in text
    assert "references" in {one.section.id for one in sections.stand(run())}


def test_where_an_attack_was_blind_on_one_of_them_its_numbers_are_left_out():
    assert FOUND.networks[1].blind == ["l0"]
    _, undefended, trained = references.table(run()).rows
    assert "blind" in trained[1]
    assert "blind" in trained[2]
    assert "%" in trained[3]
    assert "blind" not in " ".join(undefended)


def test_the_whole_of_the_images_is_called_other_test_data():
    whole = model.data(name="mnist", checksum="1")
    text = " ".join(
        str(part) for block in references.intro(run(data=whole)) for part in block.parts
    )
    assert "other test data (MNIST, 5,000 images)" in text


@pytest.mark.parametrize(
    "other",
    [
        {"data": model.data(name="digits", checksum="1")},
        # Called so by a stranger: a file is known by its content.
        {"data": model.data(name="mnist5k", checksum="1")},
        {"networks": ("none", "given")},
        {"networks": ("given", "distillation")},
    ],
)
def test_beside_other_data_and_other_runs_nothing_stands(other):
    assert references.table(run(**other)) is None
    assert references.intro(run(**other)) == ()


def test_a_distance_stands_only_where_it_was_attacked_in_the_same_way():
    harder = [
        (name, {**params, "steps": 400} if name == "pgd" else params)
        for name, params in FOUND.attacks
    ]
    assert "Right within L∞\u00a00.25" not in references.table(run(attacks=harder)).columns
    fewer = FOUND.attacks[1:]
    assert "Right within 112 features" not in references.table(run(attacks=fewer)).columns
    assert references.table(run(attacks=[harder[2]])) is None
