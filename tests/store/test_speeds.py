"""Speed is measured by what decides it: the architecture, and the attack on it."""

import pytest

from core.store.ledger import Ledger
from core.store.speeds import START_UP, groups
from tests.store.cell_factory import cell, do

SMALL = cell("small", work=10.0, architecture={"name": "mlp"})
LARGE = cell("large", work=10.0, priority=1, architecture={"name": "paper-mnist"})
BROKEN = cell("broken", [LARGE], work=0.0, priority=2, task="scaled-logits")
WEAK = cell("weak", [SMALL], kind="attack", work=10.0, priority=3, attack="jsma-f")
STRONG = cell("strong", [BROKEN], kind="attack", work=10.0, priority=4, attack="jsma-z")


@pytest.fixture
def ledger(tmp_path):
    ledger = Ledger(tmp_path)
    yield ledger
    ledger.close()


def test_an_attack_belongs_to_the_architecture_beneath_whatever_it_attacks():
    cells = {one.key: one for one in (SMALL, LARGE, BROKEN, WEAK, STRONG)}
    assert groups(STRONG, cells) == ("attack jsma-z on paper-mnist", "attack on paper-mnist")
    assert groups(LARGE, cells) == ("train paper-mnist",)


def test_each_group_has_its_own_speed(ledger):
    assert ledger.speeds() == {}
    ledger.submit("run", {}, {}, [SMALL, LARGE, BROKEN, WEAK, STRONG])
    for one, seconds in ((SMALL, 1.0), (LARGE, 30.0), (BROKEN, 5.0), (WEAK, 2.0), (STRONG, 40.0)):
        do(ledger, one, seconds=seconds)
    speeds = ledger.speeds()
    assert speeds["train mlp"] == pytest.approx(0.1)
    assert speeds["train paper-mnist"] == pytest.approx(3.0)
    assert "train" not in speeds
    assert speeds["attack jsma-f on mlp"] == pytest.approx(0.2)
    assert speeds["attack jsma-z on paper-mnist"] == pytest.approx(4.0)


def test_the_last_cells_decide(ledger):
    cells = [cell(str(n), work=10.0, priority=n, architecture={"name": "mlp"}) for n in range(30)]
    ledger.submit("run", {}, {}, cells)
    for n, one in enumerate(cells):
        do(ledger, one, seconds=1000.0 if n == 0 else 20.0)
    assert ledger.speeds()["train mlp"] == pytest.approx(2.0, rel=0.6)


def test_loading_libraries_is_measured_apart_from_computing(ledger):
    ledger.submit("run", {}, {}, [SMALL])
    claim = ledger.claim("worker", 60)
    network = ledger.artifacts.put_bytes(b"weights", ".keras")
    output = {"artifacts": {"network": network}, "metrics": {}}
    ledger.finish(claim, output, seconds=1.0, start_up=8.0)
    assert ledger.speeds()[START_UP] == pytest.approx(8.0)
    assert ledger.speeds()["train mlp"] == pytest.approx(0.1)
