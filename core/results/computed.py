"""What follows from the rows of a run: computed to report it, and again to check it."""

from __future__ import annotations

import pandas as pd

from core.evaluation import evidence
from core.evaluation.evaluation import Evaluation
from core.evaluation.radii import radii
from core.evaluation.summary import differences, summary
from core.judgement import diagnostics
from core.judgement.verdicts import verdicts
from core.model.results import Results

FOLLOW = (
    *("summary", "closest", "within_budget", "differences", "curves", "matrices"),
    *("diagnostics", "verdicts"),
)
"""The parts of results that `computed` gives."""


def computed(results: Results, rows: pd.DataFrame) -> Results:
    """Results whose numbers, checks and verdicts are those that the rows give.

    Args:
        results: what the rows do not tell is taken from here: data, networks and their accuracy,
            what was found of planted examples, what a detector noticed, the criteria.
        rows: the tidy table of results.parquet.
    """
    data, networks = results.data, results.networks
    evaluation = Evaluation.of(rows, data.extent)
    entries, closest = summary(evaluation, networks), evidence.closest(evaluation)
    complete = not results.provenance.incomplete
    checks = diagnostics.run_checks(
        evaluation, entries, closest, networks, data, complete, results.planted
    )
    made = results.model_copy(
        update={
            "summary": entries,
            "closest": closest,
            "within_budget": evidence.within_budget(evaluation, radii(results, evaluation)),
            "differences": differences(evaluation),
            "curves": evidence.security_curves(evaluation),
            "matrices": evidence.class_matrices(evaluation, data.classes),
            "diagnostics": checks,
            "verdicts": [],
        }
    )
    return made.model_copy(update={"verdicts": verdicts(made)})
