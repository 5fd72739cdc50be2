"""What the parts of the house say about the toy attack; run in a tree that holds it."""

import json

from streamlit.testing.v1 import AppTest

from core.attacks import table
from core.cli.options import attack_part
from core.spec.spec import Experiment
from reports.prose import chosen, names
from reports.sections import tested
from tests import model
from tests.judgement.diagnostics import world
from tests.planning.planned import FULL, planned

PAGE = """
from reports.views.parts.form import drawing, fields, values
fields.fill(values.own_model().model_copy(update={"attacks": ["toy"]}))
drawing.draw({})
"""
DISTILLED = ("distillation", {}, 20.0)


def planned_with() -> tuple[dict, dict]:
    """What spec and plan say, and the settings that rows hold."""
    criterion = {"metric": "success_rate", "at_most": 0.1, "attack": "toy"}
    change = {"attacks": [{"name": "toy", "eps": 0.1}], "criteria": [criterion]}
    experiment = Experiment.model_validate(FULL | change)
    made = planned(change)
    cell = next(cell for cell in made.cells if cell.kind == "attack")
    told = {
        "parsed": type(experiment.attacks[0]).__name__,
        "shell": attack_part("toy:eps=0.1")["eps"],
        "label": cell.label,
        "seeded": cell.payload.seed != 0,
    }
    return told, made.attacks[0].attack_params


def offered() -> dict:
    """What the launch form shows of it."""
    app = AppTest.from_string(PAGE, default_timeout=120).run()
    return {
        "raised": [each.value for each in app.exception],
        "options": any("toy" in each.options for each in app.multiselect),
        "help": [each.value for each in app.caption if "half steps" in each.value],
        "settings": [each.placeholder for each in app.text_input if each.label.endswith("of toy")],
    }


def checked(params: dict) -> dict:
    """Which checks are made of it where its gradient is masked."""
    tables = [
        world.attack("toy", {**params, "eps": eps}, defense=DISTILLED, masked=True)
        for eps in (0.1, 0.2)
    ]
    made = world.run(*tables)
    found = world.checks(made)
    return {
        "checks": sorted({check.check for subject, check in found if subject.attack == "toy"}),
        "adaptive": [check.result for _, check in found if check.check == "adaptive_attack_run"],
        "listed": [check.result for _, check in found if check.check == "parameters_listed"],
    }


def reported(params: dict) -> dict:
    """What a report says of it."""
    row = model.row(attack="toy", attack_params=params, budget=0.1, distance="linf")
    results = model.results(summary=[row])
    return {
        "words": [*names.attack("toy"), names.attack_line("toy")],
        "follows": chosen.follows_a_gradient(row),
        "knows": tested.attacker(results)[0][1],
        "readme": [line for line in table.lines() if "toy" in line],
    }


if __name__ == "__main__":
    plans, settings = planned_with()
    print(json.dumps({**plans, **offered(), **checked(settings), **reported(settings)}))
