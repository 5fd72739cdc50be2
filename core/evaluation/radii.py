"""Radii within which robust accuracy is told although no attack was given them as its budget."""

from __future__ import annotations

from core.attacks.families import usual_radius
from core.evaluation.evaluation import Evaluation
from core.model.base import Distance
from core.model.results import Results

Radius = tuple[Distance, float]
"""A distance, and how far in it: features for `l0`, else fractions of each feature's range."""


def radii(results: Results, evaluation: Evaluation) -> list[Radius]:
    """Those that the criteria of a run name; by default, without a reference, the usual ones.

    Where no undefended network stands beside, an answer is a number within a radius. An attack
    without a budget names none, so that its distance is told within what attacks with a budget
    usually may change, unless one of these ran in it.
    """
    asked = [
        (one.distance, one.eps)
        for one in results.criteria
        if one.distance is not None and one.eps is not None
    ]
    if not results.asks_default or results.has_reference or evaluation.undefended:
        return asked
    limited = {one.distance for one in evaluation.attacked if one.budget is not None}
    looking = [one.distance for one in evaluation.attacked if one.facts.looks_for_closest]
    return [
        (distance, usual_radius(distance, results.data))
        for distance in dict.fromkeys(looking)
        if distance not in limited
    ]
