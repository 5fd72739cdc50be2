"""What stands in the form while it is filled in: reloads, drafts, presets over typed fields."""

import re

import pytest
from streamlit.proto.RootContainer_pb2 import RootContainer

from reports.plots.look import LIGHT_NARROW
from tests.views import filled
from tests.views.drawn import at, draw, small, text

pytestmark = pytest.mark.usefixtures("data_at_hand")


def test_every_drawing_tells_the_browser_what_stands_in_the_fields():
    page = draw("launch")
    page.selectbox(key="preset").select("digits").run()
    before = {name: at(page, name) for name in ("attacks", "distillation", "epochs", "data")}
    page.run()  # the message of the drawing before is lost when a click interrupts it
    attacks = page.multiselect(key=before["attacks"])
    told = [attacks.options[place] for place in attacks.proto.default]
    assert told == ["jsma-f", "jsma-logf"]
    assert page.text_input(key=before["distillation"]).proto.default == "20"
    assert page.number_input(key=before["epochs"]).proto.default == 20
    data = page.selectbox(key=before["data"])
    assert data.options[data.proto.default] == "scikit-learn digits, 8 x 8"


def test_a_preset_draws_new_fields_so_that_no_late_answer_of_the_old_ones_counts():
    page = draw("launch")
    old = page.text_input(key=at(page, "seeds"))
    page.selectbox(key="preset").select("digits")
    old.input("7, 8, 9").run()
    assert page.text_input(key=at(page, "seeds")).value == "0"
    assert page.text_input(key=at(page, "name")).value == "digits"


def test_a_field_that_was_not_drawn_for_a_while_keeps_what_stood_in_it():
    page = draw("launch")
    page.text_input(key=at(page, "distillation")).input("7, 9").run()
    page.multiselect(key=at(page, "defenses")).set_value(["none"]).run()
    page.multiselect(key=at(page, "defenses")).set_value(["none", "distillation"]).run()
    assert page.text_input(key=at(page, "distillation")).value == "7, 9"


def test_what_is_wrong_in_the_form_goes_along_into_the_yaml():
    page = small(draw("launch"))
    page.text_input(key=at(page, "seeds")).input("0, many").run()
    page.segmented_control(key=at(page, "mode")).set_value("YAML").run()
    assert "- many" in page.text_area(key=at(page, "yaml")).value
    assert "seeds" in text(page)


def test_on_a_phone_the_button_stays_at_the_bottom_with_the_cost_in_one_line(monkeypatch):
    page = small(draw("launch"))
    assert "steps" not in bottom(page)
    monkeypatch.setattr("reports.views.parts.common.look", lambda: LIGHT_NARROW)
    page.run()
    assert re.search(r"\d+ steps, time not known yet", bottom(page))
    page.text_input(key=at(page, "seeds")).input("").run()
    assert "One setting has to be mended first" in bottom(page)
    assert [button.label for button in page.button].count("Launch") == 1


def bottom(page):
    """What is read in the bar at the bottom of the window."""
    bar = page._tree.children.get(RootContainer.BOTTOM)
    return "" if bar is None else "\n".join(mark.value for mark in bar.get("markdown"))


def test_a_reload_finds_what_was_typed_right_or_wrong(ledger):
    page = small(draw("launch"))
    page.text_input(key=at(page, "name")).input("typed").run()
    page.text_input(key=at(page, "seeds")).input("0, x").run()
    name = page.query_params["draft"]
    again = draw("launch", draft=name)
    assert again.text_input(key=at(again, "name")).value == "typed"
    assert again.text_input(key=at(again, "seeds")).value == "0, x"
    assert again.number_input(key=at(again, "samples")).value == filled.SAMPLES
    assert "draft" not in draw("launch").query_params


def test_an_edited_clone_survives_a_reload_as_edited(ledger):
    run = filled.submit(ledger, filled.experiment("origin"))
    page = draw("launch", **{"from": run})
    page.text_input(key=at(page, "name")).input("edited").run()
    again = draw("launch", **{"from": run, "draft": page.query_params["draft"]})
    assert again.text_input(key=at(again, "name")).value == "edited"


@pytest.mark.parametrize("name", ["AAAAAAAAAAAAAAAA", "../../../etc/passwd", "x"])
def test_a_draft_that_is_not_there_leaves_the_page_as_it_is(name):
    page = draw("launch", draft=name)
    assert not page.exception
    assert page.text_input(key=at(page, "name")).value == "quick"


def test_the_card_names_the_field_that_is_wrong():
    page = small(draw("launch"))
    page.number_input(key=at(page, "samples")).set_value(0).run()
    assert "- Test samples to attack: got 0; must be 1 or more" in text(page).replace("\\", "")


def test_ones_own_model_needs_two_files_and_nothing_else():
    page = draw("launch", own="1")
    assert not page.exception
    said = text(page).replace("\\", "")
    assert "- Data: upload the .npz, .csv, .parquet or .zip file" in said
    assert "- My trained network: upload the .keras or .h5 file" in said
    assert page.multiselect(key=at(page, "defenses")).value == ["given"]


def test_a_preset_keeps_a_name_that_was_typed():
    page = draw("launch")
    page.text_input(key=at(page, "name")).input("typed").run()
    page.selectbox(key="preset").select("digits").run()
    assert page.text_input(key=at(page, "name")).value == "typed"
    assert page.selectbox(key=at(page, "data")).value == "digits"
