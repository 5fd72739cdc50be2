"""A report says what was read in another form, and what test data alone leave open."""

import numpy as np
import pytest

from core.errors import UserError
from core.judgement.diagnostics.data import inputs_new
from core.model.planned import GivenFile
from reports.plots import pictures
from reports.sections import gallery, provenance, tested
from tests.planning.planned import facts, planned
from tests.reports import changing, synthetic

LINE = "y_train, y_test: one-hot rows became labels 0 to 9"
GIVEN = {
    "defenses": [{"name": "given", "file": "a.keras"}],
    "attacks": [{"name": "jsma-f"}],
}
FILES = {"a.keras": {"artifact": "f" * 64, "title": "a.keras"}}


def test_conversions_stand_where_the_data_do():
    made = synthetic.paper_like()
    assert "Data read as" not in str(tested.body(made))
    said = str(tested.body(changing.data(made, conversions=[LINE])))
    assert "Data read as" in said
    assert LINE in said


def test_test_data_alone_leave_open_what_needs_training_data():
    made = synthetic.paper_like()
    assert "no training part" not in str(tested.body(made))
    alone = changing.data(made, n_train=0)
    assert "There is no training part: no anomaly detector was fitted" in str(tested.body(alone))
    assert "no samples for training" in str(tested.body(alone))
    assert "none for training" in str(provenance.table(alone))
    outcome = inputs_new(facts(n_train=0))
    assert outcome.result == "not run"
    assert "give x_train and y_train" in outcome.sentence


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"defenses": [{"name": "none"}]}, "none"),
        ({"attacks": [{"name": "transfer", "source": "independent"}]}, "none"),
        ({"attacks": [{"name": "transfer"}]}, "none"),
        ({"defenses": [{"name": "given", "file": "a.keras"}, {"name": "dropout"}]}, "dropout"),
    ],
)
def test_what_would_train_is_refused_without_training_data(change, what):
    files = {path: GivenFile.model_validate(file) for path, file in FILES.items()}
    assert planned(GIVEN, files=files, data={"n_train": 0}).cells
    assert planned(GIVEN | change, files=files).cells
    with pytest.raises(UserError, match="holds only test data") as error:
        planned(GIVEN | change, files=files, data={"n_train": 0})
    assert str(error.value).startswith(what)


def test_of_a_volume_the_slice_is_shown_in_which_most_changed():
    original = np.zeros((4, 5, 6, 1), np.float32)
    adversarial = original.copy()
    adversarial[2, 3, 1] = 1
    before, after, place = pictures.shown(original, adversarial)
    assert (before.shape, place, after[3, 1, 0]) == ((5, 6, 1), ", slice 3 of 4", 1)
    assert pictures.shown(original, original)[2] == ", slice 3 of 4"
    assert pictures.shown(original[0], adversarial[2])[2] == ""
    assert pictures.shown(original[..., [0, 0]], adversarial[..., [0, 0]]) is None


def test_the_gallery_says_which_slice_it_shows():
    made = synthetic.paper_like()
    flat = gallery.exhibits(made)[0]
    assert [name for name, _ in flat.images] == ["Original", "Adversarial", "Difference"]
    volumes = [
        changing.changed(item, shape=[2, item.shape[0] // 2, item.shape[1], 1])
        for item in made.gallery
    ]
    shown = gallery.exhibits(changing.changed(made, gallery=volumes))[0]
    assert all(", slice " in name for name, _ in shown.images)
