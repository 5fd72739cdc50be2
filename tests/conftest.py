"""What every test shares: quiet libraries, and a workspace that is not the user's."""

import os

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")


@pytest.fixture(autouse=True)
def _own_workspace(tmp_path, monkeypatch):
    """No test writes into the workspace of the person who runs it."""
    monkeypatch.setenv("THERMOCLINE_HOME", str(tmp_path / "workspace"))
