"""Results with every part that a run can hold, of any size; numbers follow from names."""

from __future__ import annotations

from core.judgement.diagnostics.planted import planted_found
from core.judgement.verdicts import verdicts
from core.model.judged import Check, Criterion
from core.model.results import Results
from core.model.rows import Difference, Planted, SummaryRow
from tests import model
from tests.reports import changing, synthetic
from tests.reports.changing import changed
from tests.reports.derived import check, difference
from tests.reports.measured import (
    UNDEFENDED_RHO,
    closest,
    curve,
    kept_within,
    matrices,
    noticed,
    row,
    trained,
)
from tests.reports.pieces import picture

_BALL = {"norm": "linf", "eps": 0.25, "targeted": False}
ATTACKS = {
    "jsma-f": {"budget": 112, "theta": 1},
    "jsma-f64": {"budget": 112, "theta": 1},
    "jsma-logf": {"budget": 112, "theta": 1},
    "jsma-z": {"budget": 112, "theta": 1},
    "fgsm": {**_BALL, "loss": "margin", "attack_temperature": 1},
    "bim": {**_BALL, "loss": "margin", "attack_temperature": 1, "steps": 20},
    "pgd": {**_BALL, "loss": "margin", "attack_temperature": 1, "steps": 40, "restarts": 2},
    "cw-l2": {"targeted": True, "kappa": 0, "steps": 1000, "searches": 5},
    "cw-l0": {"targeted": True, "kappa": 0, "steps": 200},
    "genetic": {"eps": 0.25, "targeted": False, "queries": 5000, "population": 6},
    "decision": {"targeted": False, "norm": "l2", "queries": 5000},
    "noise": {**_BALL, "draws": 100},
}
TEMPERATURES = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 40.0, 50.0, 100.0)
NETWORKS = (
    ("none", {}, None),
    *(("distillation", {}, at) for at in TEMPERATURES),
    ("temperature", {}, 20.0),
    ("adversarial-training", {"eps": 0.2, "steps": 7}, None),
)
CRITERION = Criterion(metric="rho_increase", at_least=0.5)


def build(networks=NETWORKS, attacks=ATTACKS, seeds=(0,), criteria=(CRITERION,)) -> Results:
    """Results of every attack on every network; networks as name, settings, temperature."""
    asked = [one.model_dump(mode="json") for one in criteria]
    made = changing.spec(synthetic.build({}, gallery=[]), criteria=asked, seeds=list(seeds))
    made = changing.provenance(
        made, networks=[trained(*one, seed) for one in networks for seed in seeds]
    )
    rows = [row(*one, *attack, list(seeds)) for one in networks for attack in attacks.items()]
    made = changed(
        made,
        summary=rows,
        gallery=[
            picture(i, *networks[min(i, len(networks) - 1)][::2], next(iter(attacks)))
            for i in range(4)
        ],
        closest=[entry for one in networks for entry in closest(one, rows)],
        within_budget=[entry for one in networks for entry in kept_within(one, rows)],
        curves=[curve(one) for one in rows],
        matrices=[matrices(one) for one in rows],
        detection=[noticed(one, seed) for one in rows for seed in seeds],
        differences=[_difference(one) for one in rows if not one.identity.undefended],
        planted=[_planted(one) for one in rows],
        diagnostics=[*map(_check, rows), *map(_blind, rows)],
    )
    return judged(made)


def judged(results: Results) -> Results:
    """Results with the verdicts that they call for."""
    return changed(results, verdicts=verdicts(changed(results, verdicts=[])))


def _difference(one: SummaryRow) -> Difference:
    if one.rho is None:
        gain = (one.success_rate or 0.0) - 0.9
        return difference(one, "none", gain, gain - 0.06, gain + 0.06, "success_rate")
    gain = one.rho - UNDEFENDED_RHO
    return difference(one, "none", gain, gain - 0.006, gain + 0.006)


def _planted(one: SummaryRow) -> Planted:
    """Where gradients vanish, nothing of what was planted is found."""
    return model.planted(one, 0 if one.zero_gradient_samples else 100)


def _blind(one: SummaryRow) -> Check:
    outcome = planted_found(_planted(one), None)
    made = check(one, outcome.check, outcome.number or 0.0, outcome.sentence)
    return changed(made, result=outcome.result)


def _check(one: SummaryRow) -> Check:
    number = one.zero_gradient_samples
    sentence = f"{number:.0%} of the samples gave the attack a gradient of exactly zero."
    return check(one, "zero_gradients", number, sentence)


def everything() -> Results:
    """Every attack on a handful of networks."""
    few = [one for one in NETWORKS if one[2] in (None, 5.0, 20.0)]
    return build(few)


def largest() -> Results:
    """The largest report that has to render in time: 9 temperatures, 12 attacks, 5 seeds."""
    return build(seeds=(0, 1, 2, 3, 4))
