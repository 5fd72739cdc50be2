"""Attacked samples to browse: original, adversarial, difference, and what the network said."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import streamlit as st

from core.store.records import Run
from reports import gallery, words
from reports.views.parts import common

SIDE = 196
NARROW_SIDE = 90  # three beside each other on a phone
SHOWN = 6
FRAME, GROUND = 128, 232


def browser(run: Run, narrow: bool) -> None:
    """Pick a network, an attack, a source class and a target class; see what happened."""
    data = run.provenance["data"]
    store = common.ledger()
    done = {cell.key: cell for cell in store.cells(run.id) if cell.state == "done"}
    networks = {network["key"]: network for network in run.provenance["networks"]}
    there = [attack for attack in run.provenance["attacks"] if attack["key"] in done]
    if not there:
        st.info("No attack has finished, so there is nothing to browse yet.")
        return
    named = {_title(networks[a["network"]], a): a for a in there}
    classes = data["class_names"] or [str(i) for i in range(data["classes"])]
    title = st.selectbox("Network and attack", list(named), key="exhibit")
    with st.container(horizontal=True):
        source = st.selectbox("From class", classes, key="source")
        target = st.selectbox("To class", [c for c in classes if c != source], key="target")
    cell = done[named[title]["key"]]
    rows, arrays = _kept(str(store.home), cell.artifacts["rows"], cell.artifacts["adversarial"])
    pairs = rows[
        (rows["label"] == classes.index(source)) & (rows["target"] == classes.index(target))
    ]
    if pairs.empty:
        st.info("No sample of that class was attacked and kept. Choose another source class.")
        return
    succeeded = int(pairs["success"].sum())
    st.caption(
        f"{succeeded} of {len(pairs)} attacks reached the target. In"
        " the difference, orange was raised and blue was lowered."
    )
    side = NARROW_SIDE if narrow else SIDE
    for place in pairs.index[:SHOWN]:
        _exhibit(pairs.loc[place], arrays, int(place), data, classes, side)


def _title(network: dict, attack: dict) -> str:
    return f"{attack['attack']} on {words.defense_of(network)}, seed {network['seed']}"


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


def _exhibit(
    row: pd.Series, arrays: dict, place: int, data: dict, classes: list[str], side: int
) -> None:
    original = arrays["original"][np.flatnonzero(arrays["order"] == row["sample"])[0]]
    adversarial = arrays["adversarial"][place]
    share = words.percent(row["l0"] / data["n_features"])
    outcome = "reached its target" if row["success"] else f"failed ({row['status']})"
    with st.container(border=True):
        st.markdown(
            f"Sample {row['sample']}: **{common.escape(classes[row['label']])}** to"
            f" **{common.escape(classes[row['target']])}**, {common.escape(outcome)}. The network"
            f" said **{common.escape(classes[row['predicted_clean']])}** before and"
            f" **{common.escape(classes[row['predicted']])}** after; {row['l0']} of"
            f" {data['n_features']} features changed ({share})."
        )
        if data["kind"] == "image":
            _images(original, adversarial, data, side)
        else:
            _features(original, adversarial, data)


def _images(original: np.ndarray, adversarial: np.ndarray, data: dict, side: int) -> None:
    pictures = (
        ("Original", _grey(original, data)),
        ("Adversarial", _grey(adversarial, data)),
        ("Difference", _on_grey(gallery.signed_difference(original, adversarial, data))),
    )
    with st.container(horizontal=True, gap="small"):
        for name, pixels in pictures:
            times = max(1, side // pixels.shape[1])
            # Whole-number enlargement keeps pixels square and sharp.
            large = pixels.repeat(times, axis=0).repeat(times, axis=1)
            large = np.pad(large, ((1, 1), (1, 1), (0, 0)), constant_values=FRAME)
            st.image(gallery.png(large), caption=name, width=min(side, large.shape[1]), alt=name)


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
    names = data["feature_names"] or [f"feature {i}" for i in range(before.size)]
    st.dataframe(
        pd.DataFrame(
            {
                "Feature": [names[i] for i in changed],
                "Before": before[changed],
                "After": after[changed],
            }
        ),
        hide_index=True,
        alt="Features that the attack changed",
    )
