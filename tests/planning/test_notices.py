"""A notice concerns the run that carries it: nothing is said of training that does not happen."""

import pytest

from core.model.planned import GivenFile
from core.planning.departures import departures
from core.spec import spec
from tests.planning.planned import FULL, facts, planned

SMALL = {"shape": [8, 8, 1], "n_features": 64, "name": "digits", "title": "Digits"}
FILES = {
    "mine.keras": GivenFile(artifact="e" * 64, title="mine.keras", notes=["softmax taken off"]),
    "base.keras": GivenFile(artifact="f" * 64, title="base.keras"),
}
GIVEN = {"name": "given", "file": "mine.keras"}
BASELINE = {"name": "none", "file": "base.keras"}
TRAINING = ("trains", "two", "dropout", "Dropout", "begin with")
"""Words of the sentences about training."""


def said(change, data=SMALL):
    """Notes, departures and the named architecture of a plan."""
    found = planned(change, data, files=FILES)
    sentences = departures(spec.parse(FULL | change), found, facts(**data))
    return list(found.notes), sentences, found.architecture


def about_training(sentences):
    return [one for one in sentences if any(word in one for word in TRAINING)]


@pytest.mark.parametrize("defenses", [[GIVEN], [BASELINE, GIVEN]], ids=["alone", "baseline"])
def test_a_run_that_trains_nothing_says_nothing_of_training(defenses):
    notes, sentences, architecture = said({"defenses": defenses})
    assert notes == ["softmax taken off"]
    assert not about_training(sentences)
    assert len(sentences) == 2
    assert "this run uses Digits" in sentences[0]
    assert "this run attacks 10 inputs" in sentences[1]
    titles = ["base.keras", "mine.keras"] if BASELINE in defenses else ["mine.keras"]
    assert architecture.name == architecture.requested == ", ".join(titles)


@pytest.mark.parametrize(
    "change",
    [
        {"defenses": [{"name": "none"}, GIVEN]},
        # The network on which `transfer` makes its examples is trained.
        {"defenses": [GIVEN], "attacks": [{"name": "transfer", "source": "independent"}]},
    ],
    ids=["reference", "source"],
)
def test_a_run_that_trains_says_what_was_trained_and_how(change):
    notes, sentences, architecture = said(change)
    assert "paper-mnist needs images of 16 x 16" in " ".join(notes)
    assert len(about_training(sentences)) == 3
    assert (architecture.name, architecture.requested) == ("mlp", "paper-mnist")


def test_small_images_get_the_mlp_and_the_report_says_so():
    notes, sentences, architecture = said({"defenses": [{"name": "none"}]})
    assert notes[0].endswith("got the MLP instead.")
    assert "The network is not one of the paper's two." in sentences
    assert architecture.name == "mlp"


def test_a_warm_start_is_told_only_where_a_network_has_one():
    warm = {"training": {"warm_start": 1}}
    for temperatures, told in (([1], False), ([1, 20], True)):
        control = {"defenses": [{"name": "temperature", "temperatures": temperatures}]}
        _, sentences, _ = said(warm | control)
        assert any("begin with 1 epoch" in one for one in sentences) is told


def test_departures_from_the_paper_are_sentences():
    _, sentences, _ = said({}, {})
    together = " ".join(sentences)
    for expected in ("MNIST and CIFAR-10", "SGD at 0.1", "50 epochs; this run 10", "at 1, 20"):
        assert expected in together


def test_the_papers_own_setting_departs_in_what_the_paper_does_not_say():
    paper = {
        "training": {"optimizer": "sgd", "learning_rate": 0.1, "epochs": 50},
        "samples": 10_000,
        "defenses": [{"name": "distillation", "temperatures": list(spec.PAPER_TEMPERATURES)}],
    }
    _, sentences, _ = said(paper, {"name": "mnist", "n_test": 10_000})
    assert len(sentences) == 2
    assert sentences[0] == "The paper used MNIST and CIFAR-10; this run uses MNIST alone."
    assert "Dropout stands" in sentences[1]
