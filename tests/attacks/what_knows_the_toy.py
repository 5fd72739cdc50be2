"""What the parts of the house say about the toy attack; run in a tree that holds it."""

import json

from streamlit.testing.v1 import AppTest

from core.attacks import table
from core.cli.cli import _attack
from core.judgement.diagnostics.run import run_checks
from core.planning.plan import plan
from core.spec import spec
from reports.prose import chosen, names
from reports.sections import context
from tests.judgement.diagnostics import world
from tests.planning.test_plan import DATA, FULL, HERE

PAGE = """
from reports.views.parts import form, form_values
form.fill_with({**form_values.own_model(), "attacks": ["toy"]})
form.draw({})
"""
DISTILLED = ("distillation", {}, 20.0)


def planned() -> tuple[dict, dict]:
    """What spec and plan say, and the settings that rows hold."""
    criterion = {"metric": "success_rate", "at_most": 0.1, "attack": "toy"}
    change = {"attacks": [{"name": "toy", "eps": 0.1}], "criteria": [criterion]}
    experiment = spec.parse(FULL | change)
    made = plan(experiment, DATA, {}, HERE)
    cell = next(cell for cell in made.cells if cell.kind == "attack")
    told = {
        "parsed": type(experiment.attacks[0]).__name__,
        "shell": _attack("toy:eps=0.1")["eps"],
        "label": cell.label,
        "seeded": "seed" in cell.payload,
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
    found = run_checks(made["rows"], made["summary"], made["networks"], made["data"])
    return {
        "checks": sorted({check.check for subject, check in found if subject["attack"] == "toy"}),
        "adaptive": [check.result for _, check in found if check.check == "adaptive_attack_run"],
        "listed": [check.result for _, check in found if check.check == "parameters_listed"],
    }


def reported(params: dict) -> dict:
    """What a report says of it."""
    row = {"attack": "toy", "attack_params": params, "budget": 0.1, "distance": "linf"}
    data = {"n_features": 784, "low": 0.0, "high": 1.0}
    results = {"summary": [row], "provenance": {"data": data}}
    return {
        "words": [*names.attack("toy"), names.attack_line("toy")],
        "follows": chosen.follows_a_gradient(row),
        "knows": context.attacker(results)[0][1],
        "readme": [line for line in table.lines() if "toy" in line],
    }


if __name__ == "__main__":
    plans, settings = planned()
    print(json.dumps({**plans, **offered(), **checked(settings), **reported(settings)}))
