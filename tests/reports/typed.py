"""Results that a test made as JSON, in the form in which every reader gets them."""

from core.model.results import Results


def typed(made: dict) -> Results:
    """The results, checked."""
    return Results.from_json(made)
