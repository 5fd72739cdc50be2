"""How core's sentences write numbers."""

import pytest

from core.wording import amount, percent


@pytest.mark.parametrize(
    ("fraction", "decimals", "written"),
    [
        (0.95, 0, "95\u00a0%"),
        (-0.06, 1, "−6.0\u00a0%"),
        (-0.0001, 1, "0.0\u00a0%"),
        (1, 0, "100\u00a0%"),
    ],
)
def test_percent(fraction, decimals, written):
    assert percent(fraction, decimals) == written


@pytest.mark.parametrize(
    ("name", "size", "written"),
    [("l0", 112, "112 features"), ("l0", 14.2134, "14.2 features"), ("linf", 0.25, "L∞\u00a00.25")],
)
def test_amount(name, size, written):
    assert amount(name, size) == written
