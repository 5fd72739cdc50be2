"""Attacked samples to browse: original, adversarial, difference, and what the network said."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import streamlit as st

from core.store.records import Run
from reports.plots import gallery
from reports.prose import words
from reports.sections import tables
from reports.views.parts import common

SIDE = 280
NARROW_SIDE = 90  # three beside each other on a phone
PAGE = 6
FRAME, GROUND = 128, 232
ANY_OTHER = -1
_ANY_OTHER = "any other class"
_FAILED = {
    "cap": "failed: its budget or its steps were used up",
    "no_admissible_pair": "failed: no pair of features was left that helps",
    "zero_gradient": "failed: every slope was exactly zero",
    "stopped": "was stopped when another target of this input was reached",
}


def browser(run: Run, narrow: bool) -> None:
    """Pick a network, an attack, a source class and a target class; see what happened."""
    data = run.provenance["data"]
    store = common.ledger()
    done = {cell.key: cell for cell in store.cells(run.id) if cell.state == "done"}
    there = [attack for attack in run.provenance["attacks"] if attack["key"] in done]
    if not there:
        st.info("No attack has finished, so there is nothing to browse yet.")
        return
    with st.container(horizontal=not narrow):
        attack = _chosen(run, there)
    cell = done[attack["key"]]
    rows, arrays = _kept(str(store.home), cell.artifacts["rows"], cell.artifacts["adversarial"])
    classes = data["class_names"] or [str(i) for i in range(data["classes"])]
    with st.container(horizontal=True):
        pairs = _between(rows, classes)
    succeeded = int(pairs["success"].sum())
    aim = "changed the class" if _untargeted(pairs.iloc[0]) else "reached the target"
    st.caption(
        f"{succeeded} of {len(pairs)} attacks {aim}. In the difference, filled orange was raised"
        " and hollow blue was lowered."
    )
    pages = -(-len(pairs) // PAGE)
    number = st.pagination(pages, key="samples-page") if pages > 1 else 1
    side = NARROW_SIDE if narrow else SIDE
    for place in pairs.index[(number - 1) * PAGE : number * PAGE]:
        row = pairs.loc[place]
        with st.container(border=True):
            st.markdown(sentence(row, words.distance_of(attack), data, classes))
            original = arrays["original"][np.flatnonzero(arrays["order"] == row["sample"])[0]]
            _exhibit(original, arrays["adversarial"][int(place)], data, side)


def _chosen(run: Run, there: list[dict]) -> dict:
    """The attack that is picked, on the network that is picked."""
    networks = {
        f"{words.defense_of(network)}, seed {network['seed']}": network["key"]
        for network in run.provenance["networks"]
        if any(attack["network"] == network["key"] for attack in there)
    }
    title = st.selectbox("Network", list(networks), key="exhibit-network")
    among = [{"attack": a["attack"], "attack_params": a["params"]} for a in there]
    attacks = {
        tables.named(a["attack"], a["params"], among): a
        for a in there
        if a["network"] == networks[title]
    }
    return attacks[st.selectbox("Attack", list(attacks), key="exhibit-attack")]


def _between(rows: pd.DataFrame, classes: list[str]) -> pd.DataFrame:
    """The attacks from the class that is picked to the class that is picked."""
    labels = sorted(rows["label"].unique())
    source = st.selectbox("From class", labels, key="source", format_func=classes.__getitem__)
    mine = rows[rows["label"] == source]
    target = st.selectbox(
        "To class",
        sorted(mine["target"].unique()),
        key="target",
        format_func=lambda index: _class(index, classes),
    )
    return mine[mine["target"] == target]


def sentence(row: pd.Series, distance: str, data: dict, classes: list[str]) -> str:
    """What happened to one sample, in markdown.

    Args: row: one attack of a rows table. distance: that of the attack, `l0`, `l2` or `linf`.
    """
    label, target, before, after = (
        f"**{common.escape(_class(row[name], classes))}**"
        for name in ("label", "target", "predicted_clean", "predicted")
    )
    if distance == "l0":
        of = words.changeable(data)
        moved = f"{row['l0']} of {of} features changed ({words.percent(row['l0'] / of)})"
    elif row[distance]:
        scale = words.scale_of(data.get("one_range"), data["low"], data["high"])
        moved = f"it was moved by {words.amount(distance, row[distance], scale)}"
    else:
        moved = "it was not moved"
    return (
        f"Sample {row['sample']}, {label} to {target}: {_outcome(row)}. The network said {before}"
        f" before and {after} after; {moved}."
    )


def _outcome(row: pd.Series) -> str:
    match row["status"]:
        case "success":
            return "was taken for another class" if _untargeted(row) else "reached its target"
        case "already" if _untargeted(row):
            return "was misclassified from the start"
        case "already":
            return "was seen as the target from the start"
        case status:
            return common.escape(_FAILED.get(status, f"failed ({status})"))


def _untargeted(row: pd.Series) -> bool:
    return row["target"] == ANY_OTHER


def _class(index: int, classes: list[str]) -> str:
    return _ANY_OTHER if index == ANY_OTHER else classes[index]


@st.cache_resource(max_entries=2, show_spinner="Opening the samples")
def _kept(home: str, rows: str, examples: str) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
    """Rows of the pairs whose images were kept, and those images."""
    artifacts = common.ledger().artifacts
    with np.load(artifacts.path(examples), allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    frame = pd.read_parquet(io.BytesIO(artifacts.read_bytes(rows)))
    # One original a sample, in the order of first appearance.
    _, first = np.unique(arrays["sample"], return_index=True)
    arrays["order"] = arrays["sample"][np.sort(first)]
    return frame[: len(arrays["sample"])], arrays


def _exhibit(original: np.ndarray, adversarial: np.ndarray, data: dict, side: int) -> None:
    if data["kind"] == "image":
        _images(original, adversarial, data, side)
    else:
        _features(original, adversarial, data)


def _images(original: np.ndarray, adversarial: np.ndarray, data: dict, side: int) -> None:
    difference = gallery.signed_difference(original, adversarial, data)
    pictures = (
        ("Original", _grey(original, data)),
        ("Adversarial", _grey(adversarial, data)),
        ("Difference", _on_grey(gallery.hollowed(difference))),
    )
    with st.container(horizontal=True, gap="small"):
        for name, pixels in pictures:
            times = max(1, side // pixels.shape[1])
            # Whole-number enlargement keeps pixels square and sharp.
            large = pixels.repeat(times, axis=0).repeat(times, axis=1)
            large = np.pad(large, ((1, 1), (1, 1), (0, 0)), constant_values=FRAME)
            width = min(side + 2, large.shape[1])
            st.image(gallery.png(large), caption=name, width=width, alt=name)


def _on_grey(picture: np.ndarray) -> np.ndarray:
    """RGBA laid on a grey that shows both colours."""
    alpha = picture[..., 3:] / 255
    return np.round(picture[..., :3] * alpha + GROUND * (1 - alpha)).astype(np.uint8)


def _grey(image: np.ndarray, data: dict) -> np.ndarray:
    unit = (image - data["low"]) / max(data["high"] - data["low"], 1e-12)
    return np.round(np.clip(np.nan_to_num(unit), 0, 1) * 255).astype(np.uint8)


def _features(original: np.ndarray, adversarial: np.ndarray, data: dict) -> None:
    before, after = original.reshape(-1), adversarial.reshape(-1)
    changed = np.flatnonzero(before != after)
    changed = changed[np.argsort(-np.abs(after - before)[changed], kind="stable")]
    names = data["feature_names"] or [f"feature {i}" for i in range(before.size)]
    st.dataframe(
        pd.DataFrame(
            {
                "Feature": [names[i] for i in changed],
                "Before": before[changed],
                "After": after[changed],
                "Change": (after - before)[changed],
            }
        ),
        hide_index=True,
        column_config=dict.fromkeys(
            ("Before", "After", "Change"), st.column_config.NumberColumn(format="%.4g")
        ),
        alt="Features that the attack changed, the largest change first",
    )
