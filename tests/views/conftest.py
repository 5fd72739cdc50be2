import pytest
import streamlit as st

from core.store.ledger import Ledger


@pytest.fixture(autouse=True)
def _fresh_caches():
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture
def ledger():
    ledger = Ledger()
    yield ledger
    ledger.close()
