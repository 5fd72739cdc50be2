"""Results that look like real runs, built without any network: for the report's tests.

What stands beside the summary (curves, verdicts, ...) is in `full`.
"""

from __future__ import annotations

import copy

import numpy as np

from core.model.identity import UNDEFENDED
from core.model.results import CellCounts, Results
from core.model.rows import Difference, SummaryRow
from tests.reports import changing
from tests.reports.changing import about, changed, each, where
from tests.reports.derived import check, difference
from tests.reports.pieces import SPEC, encode, network, picture, provenance, row

# success rate, rho, censored, share of samples with a gradient of exactly zero
PAPER_LIKE = {
    ("none", None): {"jsma-f": (0.94, 0.0176, 0.0, 0.0), "jsma-logf": (0.94, 0.0176, 0.0, 0.0)},
    ("distillation", 1.0): {
        "jsma-f": (0.931, 0.0186, 0.0, 0.0),
        "jsma-logf": (0.933, 0.0185, 0.0, 0.0),
    },
    ("distillation", 5.0): {
        "jsma-f": (0.731, 0.0311, 0.11, 0.1),
        "jsma-logf": (0.905, 0.0178, 0.0, 0.0),
    },
    ("distillation", 20.0): {
        "jsma-f": (0.031, 0.1216, 0.84, 0.84),
        "jsma-logf": (0.861, 0.0179, 0.0, 0.0),
    },
    ("distillation", 100.0): {
        "jsma-f": (0.014, 0.1352, 0.93, 0.95),
        "jsma-logf": (0.872, 0.0174, 0.0, 0.0),
    },
    ("temperature", 20.0): {
        "jsma-f": (0.011, 0.138, 0.96, 0.95),
        "jsma-logf": (0.874, 0.0171, 0.0, 0.0),
    },
    ("soft-labels", None): {
        "jsma-f": (0.93, 0.0171, 0.0, 0.0),
        "jsma-logf": (0.931, 0.0171, 0.0, 0.0),
    },
}


def build(table=None, networks=None, gallery=None, **facts) -> Results:
    """Results from a table like `PAPER_LIKE`, on data with these facts."""
    table = PAPER_LIKE if table is None else table
    undefended = table.get((UNDEFENDED, None), {})
    summary = [
        row(*one, attack, numbers, undefended[attack][1] if attack in undefended else None)
        for one, attacks in table.items()
        for attack, numbers in attacks.items()
    ]
    if networks is None:
        networks = [network(d, t, 0.962 + 0.001 * i) for i, (d, t) in enumerate(table)]
    if gallery is None:
        gallery = [
            picture(3, "none", None, "jsma-f"),
            picture(4, "distillation", 20.0, "jsma-f", success=False),
            picture(4, "distillation", 20.0, "jsma-logf"),
            picture(5, "distillation", 20.0, "jsma-logf"),
        ]
    return Results(
        run="2026-11-22-a1b2c3",
        name="mnist-distillation",
        created="2026-11-22T17:20:12Z",
        spec=copy.deepcopy(SPEC),
        provenance=provenance(networks, **facts),
        summary=summary,
        differences=[found for item in summary for found in _differences(item, summary)],
        diagnostics=[_check(item) for item in summary],
        verdicts=[],
        gallery=gallery,
    )


def _differences(item: SummaryRow, summary: list[SummaryRow]) -> list[Difference]:
    """Against the undefended network, and for distillation against its control."""
    references = []
    if item.defense != UNDEFENDED:
        references.append((UNDEFENDED, None))
    if item.defense == "distillation":
        references.append(("temperature", item.temperature))
    found = []
    for against, temperature in references:
        for other in summary:
            if about(other, defense=against, temperature=temperature, attack=item.attack):
                gain = item.rho - other.rho
                found.append(difference(item, against, gain, gain - 0.006, gain + 0.006))
    return found


def _check(item: SummaryRow):
    number = item.zero_gradient_samples
    sentence = f"{number:.0%} of samples have a gradient of exactly zero."
    return check(item, "zero_gradients", number, sentence, attack_params=None)


def paper_like() -> Results:
    """none, distillation at 1, 5, 20, 100, the control at 20 and soft labels; f and logf."""
    return build()


def only(attacks, keep=lambda defense, temperature: True) -> Results:
    """The paper-like case with some attacks and some networks."""
    table = {
        key: {name: numbers for name, numbers in cells.items() if name in attacks}
        for key, cells in PAPER_LIKE.items()
        if keep(*key)
    }
    return build(table)


def no_gap() -> Results:
    """A defence that helps against both: jsma-logf finds what jsma-f finds."""
    table = copy.deepcopy(PAPER_LIKE)
    for cells in table.values():
        cells["jsma-logf"] = (*cells["jsma-f"][:3], 0.0)
    return build(table)


def no_gain() -> Results:
    """Nothing happens: every network like the undefended one."""
    table = {key: dict(PAPER_LIKE[("none", None)]) for key in PAPER_LIKE}
    return build(table)


def given() -> Results:
    """One network from a file, no temperature, no baseline."""
    one = network("given", None, 0.962, history=None)
    return build({("given", None): {"jsma-logf": (0.94, 0.0176, 0.0, 0.0)}}, networks=[one])


def table_data() -> Results:
    """Breast cancer: two classes, 30 features, null intervals."""
    facts = {
        "name": "breast_cancer",
        "title": "Breast cancer Wisconsin",
        "kind": "table",
        "shape": [30],
        "n_features": 30,
        "classes": 2,
        "class_names": ["malignant", "benign"],
        "feature_names": [f"mean radius {i}" for i in range(30)],
    }
    numbers = {("none", None): {"jsma-logf": (0.8, 0.09, 0.2, 0.0)}}
    numbers[("label-smoothing", None)] = {"jsma-logf": (0.79, 0.091, 0.21, 0.0)}
    original = np.linspace(0, 0.9, 30)
    moved = original.copy()
    moved[[2, 7]] = 1.0
    shown = picture(
        *(1, "none", None, "jsma-logf"),
        **{"shape": [30], "original": encode(original), "adversarial": encode(moved)},
        **{"label": 0, "target": 1, "predicted_clean": 0, "predicted": 1, "l0": 2},
    )
    made = build(numbers, gallery=[shown], **facts)
    rows = each(
        made.summary,
        **{"budget": 4, "rho_cap": 4 / 30, "pairs": 100, "dataset": "breast_cancer"},
        **dict.fromkeys(("rho_low", "rho_high", "success_low", "success_high")),
    )
    return changed(made, summary=rows)


def incomplete() -> Results:
    """A run with a failed cell and a network that did not train."""
    made = paper_like()
    missing = {"temperature": 100.0, "attack": "jsma-logf"}
    networks = where(
        made.networks, lambda one: about(one, temperature=100.0), trained=False, accuracy=0.11
    )
    made = changing.provenance(
        made,
        incomplete=["jsma-logf on distillation, T = 100, seed 0: failed: out of memory"],
        cells=CellCounts(total=21, done=20, failed=1),
        networks=networks,
    )
    return changed(made, summary=[one for one in made.summary if not about(one, **missing)])


HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}"


def hostile() -> Results:
    """Every free string of a results file tries to become markup."""
    made = changing.spec(paper_like(), name=HOSTILE)
    made = changing.data(made, title=HOSTILE, note=HOSTILE, source=HOSTILE)
    made = changing.data(made, class_names=[HOSTILE] * 10)
    made = changing.provenance(
        made,
        departures=[HOSTILE],
        notes=[HOSTILE],
        incomplete=[HOSTILE],
        device=HOSTILE,
        versions={**made.provenance.versions, "keras": HOSTILE},
        networks=_misnamed(made.networks),
    )
    return changed(
        made,
        name=HOSTILE,
        summary=_misnamed(made.summary),
        differences=_misnamed(made.differences),
        diagnostics=each(made.diagnostics, sentence=HOSTILE),
    )


def _misnamed(rows: list) -> list:
    """With a defence and an attack whose names try to become markup."""
    rows = where(rows, lambda one: one.defense == "soft-labels", defense=HOSTILE)
    at = {"attack": "jsma-logf", "temperature": 5.0}
    return where(rows, lambda one: hasattr(one, "attack") and about(one, **at), attack=HOSTILE)


def empty() -> Results:
    """A run in which nothing has finished."""
    made = build({}, networks=[], gallery=[])
    return changing.provenance(made, incomplete=["every cell is queued"])


def many_attacks() -> Results:
    """Five attacks, two of them outside the JSMA family, three seeds of one network."""
    table = copy.deepcopy(PAPER_LIKE)
    for key, cells in table.items():
        cells["jsma-f64"] = (0.86, 0.0172, 0.0, 0.0) if key[1] != 100 else (0.3, 0.09, 0.5, 0.4)
        cells["jsma-z"] = (0.98, 0.0121, 0.0, 0.0)
        cells["pgd"] = (0.9, 0.05, 0.1, 0.0)
    made = build(table)
    rows = where(
        made.summary,
        lambda one: one.attack == "pgd",
        attack_params={"eps": 0.2, "norm": "linf", "loss": "margin"},
        budget=0.2,
        distance="linf",
        rho_cap=0.2,
    )
    return changed(made, summary=rows)


def two_budgets() -> Results:
    """jsma-f and jsma-logf at 112 features, and jsma-f at 40 as well."""
    made = paper_like()
    smaller = [
        changed(
            item,
            budget=40,
            attack_params={"budget": 40, "theta": 1.0},
            rho=item.rho * 0.37,
            rho_low=item.rho_low * 0.37,
            rho_high=item.rho_high * 0.37,
            rho_cap=40 / 784,
        )
        for item in made.summary
        if item.attack == "jsma-f"
    ]
    return changed(made, summary=[*made.summary, *smaller])


CASES = {
    "paper_like": paper_like,
    "jsma_f_only": lambda: only({"jsma-f"}),
    "no_baseline": lambda: only({"jsma-f", "jsma-logf"}, lambda d, t: d != "none"),
    "one_temperature": lambda: only(
        {"jsma-f", "jsma-logf"}, lambda d, t: d == "none" or (d == "distillation" and t == 20)
    ),
    "no_gap": no_gap,
    "no_gain": no_gain,
    "given": given,
    "table_data": table_data,
    "incomplete": incomplete,
    "hostile": hostile,
    "empty": empty,
    "many_attacks": many_attacks,
    "two_budgets": two_budgets,
}
