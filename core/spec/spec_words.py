"""What is wrong with a setting, in words of people who never heard of the validator."""

from __future__ import annotations

from typing import Any

_WORDS = {
    "greater_than_equal": "must be {ge} or more",
    "greater_than": "must be greater than {gt}",
    "less_than_equal": "must be {le} or less",
    "less_than": "must be less than {lt}",
    "too_short": "needs at least {min_length}",
    "too_long": "may hold at most {max_length}",
    "string_too_short": "must not be empty",
    "string_too_long": "may have at most {max_length} characters",
    "string_type": "must be text",
    "literal_error": "must be one of {expected}",
    "union_tag_invalid": "is not known; choose one of {expected_tags}",
    "union_tag_not_found": "needs a {discriminator} that says which",
    "missing": "missing; it has to be given",
    "extra_forbidden": "unknown key; take it out or correct its spelling",
    "list_type": "must be a list",
    "dict_type": "must be a mapping of settings to values",
    "model_type": "must be a mapping of settings to values",
    "model_attributes_type": "must be a mapping of settings to values",
    "finite_number": "must be a finite number",
    **dict.fromkeys(("int_parsing", "int_type", "int_from_float"), "must be a whole number"),
    **dict.fromkeys(("float_parsing", "float_type"), "must be a number"),
}
_WITHOUT_INPUT = ("missing", "extra_forbidden", "union_tag_not_found", "string_too_short")
LONGEST = 80


def message(problem: Any) -> str:
    """One problem of pydantic's `ValidationError.errors()` as half a sentence.

    What was received stands first, shortened, where it helps: "got 0; must be 1 or more".
    """
    context = problem.get("ctx") or {}
    said = _WORDS.get(problem["type"], problem["msg"].removeprefix("Value error, "))
    if problem["type"] in _WORDS:
        said = said.format(**{key: _plain(value) for key, value in context.items()})
    received = problem.get("input")
    if problem["type"] in _WITHOUT_INPUT or received is None:
        return said
    if problem["type"] == "union_tag_invalid":
        return f"{_short(context['tag'])} {said}"
    return f"got {_short(received)}; {said}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."


def _plain(value: Any) -> Any:
    """Without needless zeros: bounds arrive as floats."""
    return f"{value:g}" if isinstance(value, float) else value
