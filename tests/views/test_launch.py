"""The launch page: the form is the spec, wrong settings are explained where they stand."""

import io

import pytest

from core.errors import UserError
from core.planning import prepare
from core.spec import spec_files
from core.spec.spec import Experiment
from reports.views.parts.form import problems, uploads, values
from tests.views import filled
from tests.views.drawn import at, draw, small, text

pytestmark = pytest.mark.usefixtures("data_at_hand")


@pytest.mark.parametrize("name", spec_files.preset_names())
def test_the_form_shows_all_of_every_preset(name):
    assert values.shows(Experiment.model_validate(spec_files.preset(name)))


def test_one_defence_twice_with_other_settings_needs_yaml():
    twice = [{"name": "soft-labels", "confidence": c} for c in (0.8, 0.9)]
    assert not values.shows(filled.experiment(defenses=twice))


def test_a_preset_fills_the_form():
    page = draw("launch")
    page.selectbox(key="preset").select("digits").run()
    assert page.selectbox(key=at(page, "data")).value == "digits"
    assert page.text_input(key=at(page, "distillation")).value == "20"
    assert page.number_input(key=at(page, "epochs")).value == 20


def test_what_the_paper_used_stands_beside_the_settings():
    said = text(draw("launch"))
    for value in ("Paper: 1, 2, 5, 10, 20, 30, 40, 50, 100", "Paper: SGD", "Paper: 50"):
        assert value in said


def test_the_card_counts_steps_and_those_known(ledger):
    filled.submit(ledger)
    page = draw("launch")
    page.selectbox(key="preset").select("digits").run()
    page = small(page)
    assert "**15 steps**: 3 networks to train, 6 attacks, 6 searches for planted examples" in text(
        page
    )


@pytest.mark.parametrize(
    ("key", "wrong", "said"),
    [
        ("distillation", "1, hot", "'hot'"),
        ("distillation", "-5", "greater than 0"),
        ("seeds", "0, 0", "listed twice"),
        ("seeds", "", "at least 1"),
        ("budget", "1", "at least 2"),
        ("budget", "100", "exceed the 64 features"),
    ],
)
def test_a_wrong_setting_is_explained_at_its_field(key, wrong, said):
    page = small(draw("launch"))
    page.text_input(key=at(page, key)).input(wrong).run()
    assert not page.exception
    beside = [mark.value for mark in page.markdown if ":material/error:" in mark.value]
    assert len(beside) == 1
    assert said in beside[0].replace("\\", "")
    assert page.button(key="launch").disabled


def test_more_samples_than_there_are_is_explained_at_the_field():
    page = draw("launch")
    page.number_input(key=at(page, "samples")).set_value(21).run()
    beside = [mark.value for mark in page.markdown if ":material/error:" in mark.value]
    assert len(beside) == 1
    assert "at most 20" in beside[0]


def test_yaml_carries_the_form_over_and_back():
    page = small(draw("launch"))
    page.segmented_control(key=at(page, "mode")).set_value("YAML").run()
    edited = page.text_area(key=at(page, "yaml")).value.replace("epochs: 10", "epochs: 7")
    page.text_area(key=at(page, "yaml")).input(edited).run()
    page.segmented_control(key=at(page, "mode")).set_value("Form").run()
    assert page.number_input(key=at(page, "epochs")).value == 7


def test_wrong_yaml_stays_and_says_what_is_wrong():
    page = small(draw("launch"))
    page.segmented_control(key=at(page, "mode")).set_value("YAML").run()
    page.text_area(key=at(page, "yaml")).input("name: x\nepocs: 3\n").run()
    assert "epocs: unknown key" in text(page)
    assert page.text_area(key=at(page, "yaml")).value == "name: x\nepocs: 3\n"


def test_launching_queues_the_spec_and_opens_its_page(ledger):
    page = draw("launch")
    page.selectbox(key="preset").select("digits").run()
    page = small(page)
    page.text_input(key=at(page, "name")).input("mine").run()
    page.button(key="launch").click().run()
    (run,) = ledger.runs()
    assert run.name == "mine"
    assert run.cells == 15
    assert page.query_params["run"] in (run.id, [run.id])


def test_clone_and_edit_starts_from_the_runs_own_spec(ledger):
    run = filled.submit(ledger, filled.experiment("origin", seeds=[3, 4]))
    page = draw("launch", **{"from": run})
    assert page.text_input(key=at(page, "name")).value == "origin (copy)"
    assert page.text_input(key=at(page, "seeds")).value == "3, 4"


def test_data_that_are_refused_are_explained_and_nothing_is_lost(monkeypatch):
    def refuse(*_):
        raise UserError("bad.npz: holds pickled objects, which are never opened")

    monkeypatch.setattr(prepare, "resolve_data", refuse)
    page = draw("launch")
    page.text_input(key=at(page, "name")).input("kept").run()
    assert "never opened" in text(page)
    assert page.button(key="launch").disabled
    assert page.text_input(key=at(page, "name")).value == "kept"


def test_an_upload_gets_a_safe_name_inside_the_workspace(tmp_path):
    given = io.BytesIO(b"data")
    given.name = "../../.ssh/my data;rm -rf.npz"
    path = uploads.save(given, tmp_path)
    assert path.startswith(str(tmp_path / "uploads"))
    assert path.endswith("my-data-rm--rf.npz")
    assert uploads.save(given, tmp_path) == path


def test_a_time_limit_goes_with_the_run(ledger):
    page = draw("launch")
    page.selectbox(key="preset").select("digits").run()
    page = small(page)
    page.number_input(key="limit").set_value(30.0).run()
    page.button(key="launch").click().run()
    assert ledger.run("latest").time_limit == 1800


def test_the_time_is_told_only_for_networks_that_were_measured(ledger):
    page = draw("launch")
    page.selectbox(key="preset").select("digits").run()
    assert "once such a network has been trained" in text(small(page))
    filled.submit(ledger, filled.experiment(planted=10))
    filled.work(ledger)
    page.text_input(key=at(page, "seeds")).input("5").run()
    assert "at this machine's measured speed" in text(page)
    page.multiselect(key=at(page, "attacks")).set_value(["jsma-z"]).run()
    assert "Never measured on this network: jsma-z" in text(page)


SETTINGS = {
    "attacks": [
        {"name": "jsma-f"},
        {"name": "pgd", "eps": 0.3, "steps": 10, "targeted": True},
        {"name": "fgsm"},
        {"name": "fgsm", "loss": "probability"},
    ],
    "defenses": [
        {"name": "none", "file": "trained.keras"},
        {"name": "dropout", "rate": 0.25},
        {"name": "weight-decay", "strength": 0.1},
        {"name": "weight-decay", "strength": 1.0},
    ],
    "architecture": {"name": "mlp", "dropout": 0.2},
}


def test_attacks_and_defences_with_settings_of_their_own_go_through_the_form():
    wanted = filled.experiment(**SETTINGS)
    assert values.shows(wanted)
    shown = values.to_form(wanted)
    assert shown.lines["pgd"] == "targeted=True, eps=0.3, steps=10"
    assert shown.lines["fgsm"] == "; loss=probability"
    assert shown.none_file == "trained.keras"
    wrong = {**shown.lines, "pgd": "eps=-1", "dropout": "rat=1"}
    _, errors = problems.parse(values.from_form(shown.model_copy(update={"lines": wrong})))
    assert errors["set-pgd"].startswith("eps: got -1; must be greater")
    assert errors["set-dropout"].startswith("rat: unknown key")


def test_a_trained_baseline_can_be_given_and_taken_out(ledger):
    page = draw("launch", **{"from": filled.submit(ledger, filled.experiment())})
    kept = page.session_state["draft"]
    given = kept.model_copy(update={"none_file": "uploads/0123/mine.keras"})
    page.session_state["draft"] = given
    page.run()
    assert "Uses mine.keras" in text(page)
    page.button(key="out-none_file").click().run()
    assert "Uses mine.keras" not in text(page)
