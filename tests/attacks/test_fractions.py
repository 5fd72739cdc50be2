"""An eps or a theta in the data's units is refused, with the fraction that was probably meant."""

import math

import pytest

from core.attacks.engine.fractions import require_fractions
from core.errors import UserError
from core.spec import spec
from tests import model
from tests.planning.planned import planned


def data(low=0.0, high=1.0, one_range=True):
    return model.data(mutable_features=64, low=low, high=high, one_range=one_range)


def refused(settings, distance="linf", **facts):
    with pytest.raises(UserError) as error:
        require_fractions("attacks.pgd", settings, distance, data(**facts))
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize(
    ("settings", "distance"),
    [
        ({"eps": 1.0}, "linf"),
        ({"eps": 8.0}, "l2"),
        ({"eps": math.sqrt(64)}, "l2"),
        ({"theta": 1.0}, "l0"),
        ({"theta": -1.0}, "l0"),
        ({"eps": None, "step_size": 0.5, "steps": 400}, "linf"),
    ],
)
def test_up_to_the_whole_range_everything_is_taken(settings, distance):
    require_fractions("attacks.pgd", settings, distance, data())


@pytest.mark.parametrize(
    ("settings", "distance", "ends"),
    [
        ({"eps": 1.0001}, "linf", "give 1.0001/255 = 0.00392"),
        ({"eps": 8}, "linf", "give 8/255 = 0.0314"),
        ({"eps": 8.001}, "l2", "give 8.001/255 = 0.0314"),
        ({"theta": 255.0}, "l0", "give 255/255 = 1"),
        ({"theta": -2.0}, "l0", "give -2/255 = -0.00784"),
        ({"step_size": 2.0}, "linf", "give 2/255 = 0.00784"),
        ({"eps": 1000.0}, "linf", "give at most 1"),
    ],
)
def test_beyond_it_the_grey_levels_that_were_meant_are_named(settings, distance, ends):
    said = refused(settings, distance)
    assert said.endswith(ends)
    assert said.startswith(f"attacks.pgd.{next(iter(settings))}: ")


def test_on_another_range_its_fraction_is_named():
    assert refused({"eps": 5.0}, low=-10.0, high=10.0).endswith("give 5/20 = 0.25")
    assert refused({"eps": 510.0}, "l2", low=0.0, high=255.0).endswith("give 510/255 = 2")
    assert refused({"eps": 30.0}, low=-10.0, high=10.0).endswith("give at most 1")
    # Where ranges differ no single fraction was meant.
    assert refused({"eps": 5.0}, one_range=False).endswith("give at most 1")


def test_a_plan_refuses_what_its_data_cannot_hold():
    bytes_like = {"low": 0.0, "high": 255.0, "one_range": True, "mutable_features": 784}
    pgd = {"attacks": [{"name": "pgd", "eps": 8}], "data": {"file": "mine.npz"}}
    with pytest.raises(UserError, match=r"attacks\.pgd\.eps: 8 .* give 8/255 = 0\.0314"):
        planned(pgd, bytes_like)
    hardened = {"defenses": [{"name": "adversarial-training", "eps": 8}]}
    with pytest.raises(UserError, match=r"defenses\.adversarial-training\.eps: 8 "):
        planned(hardened, bytes_like)
    far = {"attacks": [{"name": "pgd", "norm": "l2", "eps": 29}], "data": {"file": "mine.npz"}}
    with pytest.raises(UserError, match="more than 28, the largest L2 distance"):
        planned(far, bytes_like)


def test_a_spec_of_named_data_is_refused_when_it_is_read():
    raw = {
        "data": {"name": "digits"},
        "defenses": [{"name": "none"}],
        "attacks": [{"name": "jsma-z", "theta": 16}],
    }
    with pytest.raises(UserError, match=r"mine\.yaml: attacks\.jsma-z\.theta: 16 "):
        spec.parse(raw, "mine.yaml")
    assert spec.parse(raw | {"data": {"file": "mine.npz"}}).attacks[0].theta == 16


def test_the_default_budget_counts_what_may_change():
    budgets = [
        planned({}, {"n_features": n, "mutable_features": mutable}).attacks[0].budget
        for n, mutable in ((784, 784), (800, 784), (784, 700), (40, 40), (60, 40))
    ]
    assert budgets == [112, 112, 100, 4, 4]
    share = planned({"attacks": [{"name": "jsma-f", "budget": 0.5}]}, {"mutable_features": 40})
    assert share.attacks[0].budget == 20
