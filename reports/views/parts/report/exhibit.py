"""One attacked sample beside what was made of it: as images, or as the features that changed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core.model.data import DataFacts
from reports.plots import pictures

SIDE = 280
NARROW_SIDE = 90  # three beside each other on a phone
FRAME, GROUND = 128, 232


def show(original: np.ndarray, adversarial: np.ndarray, data: DataFacts, *, narrow: bool) -> None:
    """A sample, its adversarial example and the difference, all of the shape of the data."""
    pair = pictures.shown(original, adversarial) if data.kind == "image" else None
    if pair is not None:
        _images(*pair, data, NARROW_SIDE if narrow else SIDE)
    else:
        _features(original, adversarial, data)


def _images(
    original: np.ndarray, adversarial: np.ndarray, place: str, data: DataFacts, side: int
) -> None:
    difference = pictures.signed_difference(original, adversarial, data.low, data.high)
    shown = (
        (f"Original{place}", pictures.pixels(original, data.low, data.high)),
        (f"Adversarial{place}", pictures.pixels(adversarial, data.low, data.high)),
        (f"Difference{place}", _on_grey(pictures.hollowed(difference))),
    )
    with st.container(horizontal=True, gap="small"):
        for name, pixels in shown:
            times = max(1, side // pixels.shape[1])
            # Whole-number enlargement keeps pixels square and sharp.
            large = pixels.repeat(times, axis=0).repeat(times, axis=1)
            large = np.pad(large, ((1, 1), (1, 1), (0, 0)), constant_values=FRAME)
            width = min(side + 2, large.shape[1])
            st.image(pictures.png(large), caption=name, width=width, alt=name)


def _on_grey(picture: np.ndarray) -> np.ndarray:
    """RGBA laid on a grey that shows both colours."""
    alpha = picture[..., 3:] / 255
    return np.round(picture[..., :3] * alpha + GROUND * (1 - alpha)).astype(np.uint8)


def _features(original: np.ndarray, adversarial: np.ndarray, data: DataFacts) -> None:
    before, after = original.reshape(-1), adversarial.reshape(-1)
    changed = np.flatnonzero(before != after)
    changed = changed[np.argsort(-np.abs(after - before)[changed], kind="stable")]
    names = data.feature_names or [f"feature {i}" for i in range(before.size)]
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
