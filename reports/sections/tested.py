"""What was tested, and what not: networks, attacks, data, the attacker, and what is left open."""

from __future__ import annotations

from core import attacks
from core.attacks import facts
from core.model.results import Results
from core.wording import repeated
from reports.prose import (
    counted,
    distances,
    names,
    numbers,
    phrases,
    reading,
    ruled,
    targets,
)
from reports.prose.alone import alone
from reports.prose.table import Table
from reports.sections import checks
from reports.sections.blocks import Block, Bullets, Definition, Definitions, Heading, Numbers
from reports.sections.section import Section

ATLAS = (
    ("AML.T0043", "Craft Adversarial Data", "the attacks of this report"),
    ("AML.T0015", "Evade ML Model", "what they achieve where they succeed"),
    ("AML.M0003", "Model Hardening", "the defences that were compared"),
)
"""MITRE ATLAS: id, name there, what it is here."""

_KNOWS = (
    ("gradient", "the network and its weights (white box)"),
    ("unknown", "the network and its weights (white box)"),
    ("scores", "its scores only"),
    ("label", "its predicted class only"),
    ("transfer", "another network trained for the same task"),
)
"""What an attacker knows who sees this of the network; one of a later version may know all."""


def body(results: Results) -> tuple[Block, ...]:
    """What the run holds, its threat model, and what it leaves open."""
    return (
        Definitions(_held(results)),
        Heading("The attacker (threat model)"),
        Definitions(tuple(Definition(what, how) for what, how in attacker(results))),
        Numbers(Table("", ("MITRE ATLAS", "Name", "Here"), _atlas(results), frozenset())),
        Heading("Not tested"),
        Bullets(tuple(not_tested(results))),
        *_notes(results),
    )


def _atlas(results: Results) -> tuple[tuple[str, ...], ...]:
    return ATLAS[:-1] if alone(results) else ATLAS


def _notes(results: Results) -> tuple[Block, ...]:
    """What was done to a network that was handed in; elsewhere it stands beside the departures."""
    if not alone(results) or not results.provenance.notes:
        return ()
    return Heading("Notes"), Bullets(tuple(results.provenance.notes))


def _held(results: Results) -> tuple[Definition, ...]:
    """Names of the networks and attacks, each once, and the size of the data."""
    every = sorted(results.networks, key=reading.network_key)
    networks = dict.fromkeys(names.defense_of(network) for network in every)
    attacked = dict.fromkeys(
        names.attack_line(row.attack, row.attack_params) for row in results.summary
    )
    data, count = results.data, numbers.count
    training = count(data.n_train) if data.n_train else "no"
    size = (
        f"{data.title}: {training} samples for training, {count(data.n_test)} for testing,"
        f" {data.classes} classes, {count(data.n_features)} features."
    )
    if data.test_in_training:
        size += f" {repeated(data.test_in_training, data.n_test)}."
    return (
        Definition("Networks", items=tuple(networks) or ("none finished yet",)),
        Definition("Attacks", items=tuple(attacked) or ("none finished yet",)),
        Definition("Data", f"{size} {data.note}" if data.note else size),
        *([Definition("Data read as", items=tuple(data.conversions))] if data.conversions else []),
    )


def attacker(results: Results) -> list[tuple[str, str]]:
    """The threat model of this run: (what, how), from the attacks that ran."""
    rows = results.summary
    seen = {facts(row.attack).access for row in rows}
    knows = list(dict.fromkeys(what for access, what in _KNOWS if access in seen))
    aims = []
    if any(row.attack_params.get("targeted", True) for row in rows):
        some = dict.fromkeys(filter(None, (targets.wanted(row.setting) for row in rows)))
        of = f"; of {phrases.listing(list(some))}" if some else ""
        aims.append(f"a class that the attacker picks (targeted{of})")
    if any(row.attack_params.get("targeted") is False for row in rows):
        aims.append("any wrong class (untargeted)")
    data = results.data
    sizes = dict.fromkeys(distances.budget(row, data.scale) for row in rows)
    may = f"one input at a time, within {data.low:g} to {data.high:g} for each feature"
    if data.one_range is False:
        may = "one input at a time, each feature within its own range"
    may = "; ".join([may, *ruled.may_do(data)])
    return [
        ("Knows", phrases.listing(knows) or "nothing yet: no attack has finished"),
        ("Wants", phrases.listing(aims) or "–"),
        ("Inputs", counted.taken(results) or "–"),
        ("May change", may),
        ("Budgets", ", ".join(sizes) or "–"),
        ("Held back", _held_back(results)),
    ]


def _held_back(results: Results) -> str:
    """What the attacks that ran never tried, and what nothing held them to."""
    by_limit: dict[str, list[str]] = {}
    for name in dict.fromkeys(row.attack for row in results.summary):
        limit = facts(name).cannot
        if limit:
            by_limit.setdefault(limit, []).append(name)
    said = [f"{phrases.listing(found)}: {limit}" for limit, found in by_limit.items()]
    return "; ".join([*said, "nothing limits how visible a change is"])


def not_tested(results: Results) -> list[str]:
    """What this run leaves open, in sentences."""
    seen = {facts(row.attack).access for row in results.summary}
    reached = {row.distance for row in results.summary}
    found = []
    if not seen & {"scores", "label"}:
        found.append(f"Attacks without gradients ({_named('scores', 'label')}) did not run.")
    if "transfer" not in seen:
        found.append(
            f"Adversarial examples from another network ({_named('transfer')}) were not tried."
        )
    missing = [distances.distance(name) for name in ("l0", "l2", "linf") if name not in reached]
    if missing:
        found.append(f"No attack kept these small: {'; '.join(missing)}.")
    attacked = max((row.samples for row in results.summary), default=0)
    n_test = results.data.n_test
    if 0 < attacked < n_test:
        found.append(
            f"Of {numbers.count(n_test)} test samples, {numbers.count(attacked)}"
            f"{ruled.samples(results).removeprefix('samples')} were attacked."
        )
    if not results.data.n_train:
        found.append(
            "There is no training part: no anomaly detector was fitted, no network was trained from"
            " new weights, and whether test inputs were seen in training is not known."
        )
    idle = checks.kinds(results, of_the_records=False).not_run
    if idle:
        asks = [checks.ASKS.get(kind, kind).rstrip("?").lower() for kind in idle]
        found.append(
            "Checks that could show that the attacks do not work, and could not be run:"
            f" {'; '.join(asks)}. What to add stands under “Is the evaluation trustworthy?”."
        )
    found.append(
        "Poisoned training data, theft of the model and changes in the physical world were not "
        "tested."
    )
    return found


def _named(*accesses: str) -> str:
    """The attacks that see no more than this of the network, as a listing."""
    return ", ".join(name for name in attacks.NAMES if facts(name).access in accesses)


SECTION = Section("tested", "What was tested, and what not", body=body)
