"""What tests of exports start from: a run that a ledger holds."""

import pytest

from core.store.ledger import Ledger
from tests.views import filled


@pytest.fixture
def ledger(tmp_path, monkeypatch):
    monkeypatch.setenv("THERMOCLINE_HOME", str(tmp_path / "home"))
    return Ledger()


@pytest.fixture
def run(ledger):
    """A finished run of the ledger."""
    made = filled.submit(ledger)
    filled.work(ledger)
    return made
