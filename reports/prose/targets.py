"""Which wrong classes targeted attacks went for, where they did not go for all of them."""

from __future__ import annotations

from core.model.identity import AttackId
from core.model.results import Results
from core.wording import targets
from reports.prose.numbers import count
from reports.prose.phrases import listing


def of_many(results: Results) -> str:
    """Which classes were targets, and what that leaves open; empty where each wrong class was."""
    found: dict[str, list[str]] = {}
    for row in results.summary:
        choice = row.setting.targets
        if choice is not None and choice != "all":
            found.setdefault(choice, []).append(row.attack)
    if not found:
        return ""
    others = count(results.data.classes - 1)
    chosen = listing([f"{targets(c)} ({', '.join(dict.fromkeys(of))})" for c, of in found.items()])
    return (
        f"Not each of the {others} wrong classes of a sample is a target: {chosen}. Success rates "
        "and robustness are over these targets; a wrong class that was left out may lie nearer."
    )


def wanted(setting: AttackId) -> str:
    """The targets of one attack as half a sentence, "9 drawn at random"; empty where all are."""
    choice = setting.targets
    return "" if choice is None or choice == "all" else targets(choice)
