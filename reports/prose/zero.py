"""Gradients of exactly zero: seen when an attack ran, or predicted from how small they are."""

from __future__ import annotations

from core.model.results import Results

OBSERVED = "observed: exactly zero when the attack ran"
PREDICTED = "predicted: below what a 32-bit number can hold"
DIFFER = (
    "The two shares differ: the prediction looks only at the probability and at the largest entry "
    "of its gradient, and in an attack numbers on the way between them may become zero too; and "
    "misclassified inputs, which were not attacked, are in the prediction."
)


def limit(results: Results) -> str:
    """Where a 32-bit number ends in this run, as an aside after "too small for a 32-bit number"."""
    match results.provenance.denormals_flushed:
        case True:
            return "below 1.2e-38, which this run flushes to zero"
        case False:
            return "below 1.4e-45, the smallest that it can hold; this run keeps denormals"
        case None:
            return "below 1.2e-38 where denormals are flushed to zero, below 1.4e-45 where not"


def power(results: Results) -> int:
    """The power of ten below which a 32-bit number is 0 in this run; flushed where not known."""
    return -45 if results.provenance.denormals_flushed is False else -38
