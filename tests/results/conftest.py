"""A run with its results and the row of every attack."""

import pytest

from core.results import collecting
from core.store.ledger import Ledger
from tests.views import filled

ATTACKS = [{"name": "jsma-f", "budget": 8}, {"name": "jsma-logf", "budget": 8}]
ATTACKS += [{"name": "pgd", "eps": 0.25}]


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Results and rows of a run whose cells were filled by hand."""
    home = tmp_path_factory.mktemp("home")
    ledger = Ledger(home)
    run = filled.submit(ledger, filled.experiment(attacks=ATTACKS, planted=10))
    filled.work(ledger)
    return collecting.load(run, home)
