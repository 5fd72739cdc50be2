"""Tables as artifacts: Parquet in, Parquet out."""

from __future__ import annotations

import io

import pandas as pd

from core.store.artifacts import ArtifactStore


def store_table(frame: pd.DataFrame, artifacts: ArtifactStore) -> str:
    """Store a table; returns its sha256."""
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False)
    return artifacts.put_bytes(buffer.getvalue(), ".parquet")


def stored_table(sha256: str, artifacts: ArtifactStore) -> pd.DataFrame:
    """Read a table that `store_table` stored. Raises `MissingArtifact`."""
    return pd.read_parquet(io.BytesIO(artifacts.read_bytes(sha256)))
