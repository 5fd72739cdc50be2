import pytest
import streamlit as st

from core.planning import prepare
from core.store.ledger import Ledger
from tests.views import filled


@pytest.fixture(autouse=True)
def _fresh_caches():
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture
def ledger():
    ledger = Ledger()
    yield ledger
    ledger.close()


@pytest.fixture
def data_at_hand(monkeypatch):
    """Facts of the data without the child that loads them; no worker is started."""
    monkeypatch.setattr(prepare, "resolve_data", lambda *_: filled.DATA)
    monkeypatch.setattr("core.execution.launch.ensure_worker", lambda home: True)
