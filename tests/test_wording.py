"""How core's sentences write numbers."""

import pytest

from core.wording import Scale, amount, percent, scale_of


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


@pytest.mark.parametrize(
    ("name", "size", "scale", "written"),
    [
        ("l0", 112, Scale(0, 255), "112 features"),
        ("linf", 0.25, Scale(0, 255), "L∞\u00a00.25 (63.8 of 0 to 255)"),
        ("linf", 0.25, Scale(-1, 1), "L∞\u00a00.25 (0.5 of −1 to 1)"),
        ("l2", 2.0, Scale(0, 65535), "L2\u00a02 (131,070 on a scale of 0 to 65,535)"),
        ("linf", 0.1, Scale(), "L∞\u00a00.1 of each feature's range"),
        ("l2", 0.5, Scale(), "L2\u00a00.5 in fractions of each feature's range"),
    ],
)
def test_an_amount_in_the_data_s_own_units(name, size, scale, written):
    assert amount(name, size, scale) == written


def test_a_scale_is_told_only_where_a_fraction_is_not_the_data_s_own_unit():
    assert scale_of(True, 0.0, 1.0) is None
    assert scale_of(None, 0.0, 255.0) is None
    assert scale_of(True, 0.0, 255.0) == Scale(0.0, 255.0)
    assert scale_of(True, -1.0, 1.0) == Scale(-1.0, 1.0)
    assert scale_of(False, 0.0, 1.0) == Scale()
