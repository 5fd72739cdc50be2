"""Every kind of results that the tests of the report go through, by name."""

from core.model.judged import Criterion
from core.model.results import Results
from tests.reports import changing, full, synthetic
from tests.reports.changing import changed, each, first, where

EVIL = synthetic.HOSTILE


def hostile_everything() -> Results:
    """Every free string of the parts beside the summary tries to become markup."""
    made = full.everything()
    (criterion,) = made.criteria
    asked = changed(criterion, set_by=EVIL).model_dump(mode="json")
    made = changing.data(changing.spec(made, criteria=[asked]), class_names=[EVIL] * 10)
    named = ("summary", "closest", "within_budget", "curves", "matrices", "detection")
    return changing.provenance(
        changed(
            made,
            diagnostics=each(made.diagnostics, sentence=EVIL, check=EVIL),
            verdicts=each(made.verdicts, reason=EVIL, criterion=Criterion(metric=EVIL)),
            **{part: _misnamed(getattr(made, part)) for part in named},
        ),
        networks=_misnamed(made.networks),
    )


def _misnamed(rows: list) -> list:
    """With names and settings of a defence and an attack that try to become markup."""
    if hasattr(rows[0], "attacks"):
        rows = [changed(row, attacks=_under_evil(row.attacks)) for row in rows]
    evil = {EVIL: EVIL}
    rows = where(
        rows,
        lambda row: row.defense == "adversarial-training",
        **{"defense": EVIL, "defense_params": evil},
    )
    noise = {"attack": EVIL, "attack_params": evil}
    return where(rows, lambda row: getattr(row, "attack", "") == "noise", **noise)


def _under_evil(attacks: list) -> list:
    return [EVIL] if isinstance(attacks[0], str) else first(attacks, attack=EVIL)


CASES = {
    **synthetic.CASES,
    "everything": full.everything,
    "hostile_everything": hostile_everything,
}
