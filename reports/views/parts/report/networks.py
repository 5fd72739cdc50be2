"""The trained networks of a run: how training went, how accurate each is, each as a file."""

from __future__ import annotations

import streamlit as st

from core.model.results import Results
from core.store.records import Run
from reports.plots.look import Look
from reports.prose import names
from reports.views.parts import common
from reports.views.parts.report import figures


def draw(run: Run, results: Results, look: Look) -> None:
    """Training curves, accuracy, and each network as a file."""
    figures.of_training(results, look)
    st.subheader("Files", anchor=False)
    store = common.ledger()
    for network in results.networks:
        sha256 = network.network_sha256
        if sha256 is None:
            continue
        title = f"{names.defense_of(network)}, seed {network.seed}"
        st.download_button(
            f"{common.escape(title)} (.keras)",
            data=lambda sha256=sha256: store.artifacts.read_bytes(sha256),
            file_name=f"{run.id}-{network.network_id}.keras",
            on_click="ignore",
            key=f"network-{network.network_id}",
            icon=":material/download:",
        )
