"""Tables of where numbers come from: networks, provenance, and the published values beside them."""

from __future__ import annotations

from core.spec.catalog import OBTAINED, published_for
from reports.prose import reading, words
from reports.sections.tables import Table


def networks(results: dict) -> Table:
    """Accuracy and training of every network."""
    rows = tuple(
        (
            words.defense_of(n),
            str(n["seed"]),
            f"{words.percent(n['accuracy'])} "
            f"{words.interval(n['accuracy_low'], n['accuracy_high'])}".strip(),
            words.percent(n["train_accuracy"]),
            words.percent(n["mean_confidence"]),
            "–" if n["epochs"] is None else str(n["epochs"]),
            words.seconds(n["seconds"]),
            "yes" if n["trained"] else "no: near chance",
        )
        for n in sorted(
            results["provenance"]["networks"], key=lambda n: (reading.network_key(n), n["seed"])
        )
    )
    columns = (
        "Network",
        "Seed",
        "Accuracy (test)",
        "Accuracy (training)",
        "Mean confidence",
        "Epochs",
        "Time",
        "Trained",
    )
    n_test = words.count(results["provenance"]["data"]["n_test"])
    caption = f"n = {n_test} test samples; Wilson 95 % intervals in brackets."
    return Table(caption, columns, rows, frozenset(range(1, 7)))


def published(results: dict) -> Table | None:
    """Every published value that belongs beside these data, with how it was obtained."""
    values = published_for(results["provenance"]["data"]["name"])
    if values is None:
        return None
    rows = []
    for measure, name in (("success_rate", "Attacks that succeed"), ("rho", "Robustness (rho)")):
        for point in values[measure]:
            own = _own(results, measure, point.temperature)
            rows.append(
                (
                    name,
                    words.temperature(point.temperature),
                    words.published(point.value),
                    own,
                    OBTAINED[point.obtained],
                    point.source,
                )
            )
    columns = ("Measure", "T", "Published", "This run, jsma-f", "How it was obtained", "Source")
    caption = f"Published on {values['title']}."
    if not values["exact"]:
        caption += f" This run: other data ({results['provenance']['data']['title']})."
    return Table(caption, columns, tuple(rows), frozenset({2, 3}), grouped=True)


def _own(results: dict, measure: str, at: float | None) -> str:
    defense = "none" if at is None else "distillation"
    row = reading.find(results, "jsma-f", defense, at)
    if row is None or row[measure] is None:
        return "–"
    return words.robustness(row) if measure == "rho" else words.percent(row[measure])


def provenance(results: dict) -> Table:
    """Where the numbers come from: data, machine, versions, work."""
    source = results["provenance"]
    data, cells, architecture = source["data"], source["cells"], source["architecture"]
    shape = " × ".join(str(n) for n in data["shape"])
    named = architecture["name"]
    if architecture["requested"] != named:
        named += f" (asked for: {architecture['requested']})"
    if architecture["parameters"] is not None:
        named += f", {words.count(architecture['parameters'])} parameters"
    denormals = {True: "flushed to zero", False: "kept", None: "not known"}
    states = ", ".join(
        f"{count} {state}" for state, count in cells.model_dump().items() if state != "total"
    )
    rows = [
        ("Run", results["run"]),
        ("Created", results["created"]),
        (
            "Data",
            f"{data['title']} ({data['name']}), {shape}, values {data['low']:g} to "
            f"{data['high']:g}",
        ),
        ("Data source", data["source"]),
        ("Checksum of the data", data["checksum"]),
        (
            "Samples",
            f"{words.count(data['n_train'])} for training, {words.count(data['n_test'])} "
            f"for testing, {data['classes']} classes",
        ),
        ("Architecture", named),
        ("Seeds", ", ".join(str(s) for s in sorted({n["seed"] for n in source["networks"]}))),
        (
            "Backend and device",
            f"{source['backend']} on {source['device']}, {source['threads']} threads",
        ),
        ("Denormal numbers", denormals[source["denormals_flushed"]]),
        ("Versions", ", ".join(f"{k} {v}" for k, v in sorted(source["versions"].items()))),
        ("Steps", f"{cells['total']} in all: {states}"),
        ("Computing time", words.seconds(source["seconds"])),
    ]
    return Table("", ("What", "Value"), tuple(rows), frozenset())
