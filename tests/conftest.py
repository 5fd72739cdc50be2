"""What every test shares: quiet libraries, and a workspace that is not the user's."""

import os

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

LONG = ("browser", "cli", "reports", "views", "execution", "attacks")
"""Rooms whose files take longest: they start first, so that all workers end at about one time."""


def pytest_collection_modifyitems(config, items):
    def place(item):
        room = item.path.relative_to(config.rootpath / "tests").parts[0]
        return LONG.index(room) if room in LONG else len(LONG)

    items.sort(key=place)


@pytest.fixture(autouse=True)
def _own_workspace(tmp_path, monkeypatch):
    """No test writes into the workspace of the person who runs it."""
    monkeypatch.setenv("THERMOCLINE_HOME", str(tmp_path / "workspace"))
