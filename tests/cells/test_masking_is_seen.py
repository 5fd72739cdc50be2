"""Around a defence that only hides gradients an attack is named blind; on a sound network never."""

import keras
import pytest

from benchmarks.masking_defenses import MASKING
from core.judgement.diagnostics.planted import planted_found
from core.metrics.intervals.exact import clopper_pearson
from core.model.rows import Planted
from tests.attacks.networks import perceptron
from tests.cells.test_plant_cell import FEATURES, looked

ATTACKS = {
    "jsma-f": ("jsma-f", {}),
    "jsma-logf": ("jsma-logf", {}),
    "pgd": ("pgd", {"steps": 30}),
    "probability": ("pgd", {"steps": 30, "loss": "log-probability"}),
}
BLIND = {
    "logits times 100": {"jsma-f", "probability"},
    "input rounded to 8 levels": set(ATTACKS),
    "hidden units rounded": set(ATTACKS),
}
CANNOT_BE_TOLD = ("softmax in 16 bits", "majority of three", "abstains where unsure")


def outcome(model, attack, undefended=None):
    """What the check of the report says of an attack on a network, and what it was given."""
    name, settings = ATTACKS[attack]
    counted = looked(name, model, **settings)
    of = counted["of"]
    low, high = clopper_pearson(counted["found"], of) if of else (None, None)
    one = Planted(
        dataset="mine",
        defense="given",
        defense_params={},
        temperature=None,
        attack=name,
        attack_params={},
        seeds=[0],
        low=low,
        high=high,
        **counted,
    )
    return planted_found(one, undefended), one


@pytest.fixture(scope="module")
def undefended():
    return {attack: outcome(perceptron(features=FEATURES), attack)[1] for attack in ATTACKS}


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("defense", BLIND)
def test_an_attack_is_named_blind_where_a_defence_blinds_it(defense, attack, undefended):
    # At 40 the probabilities of a random network are as certain as those of a trained one.
    model = MASKING[defense](perceptron(features=FEATURES, scale=40.0))
    found = outcome(model, attack, undefended[attack])[0]
    assert (found.result == "fail") == (attack in BLIND[defense]), found.sentence


@pytest.mark.parametrize("defense", CANNOT_BE_TOLD)
def test_what_stands_behind_the_logits_is_no_network_to_plant_in(defense, undefended):
    model = MASKING[defense](perceptron(features=FEATURES))
    found = outcome(model, "pgd", undefended["pgd"])[0]
    assert found.result == "not run"
    assert "the last hidden layer cannot be told" in found.sentence


def wide(units):
    """Two hidden layers and normalised units, with weights as Keras draws them."""
    keras.utils.set_random_seed(0)
    layers = [keras.layers.Dense(units, activation="relu"), keras.layers.BatchNormalization()]
    layers += [keras.layers.Dense(units, activation="tanh"), keras.layers.Dense(3)]
    return keras.Sequential([keras.Input((FEATURES,)), *layers])


SOUND = {
    "another seed": lambda: perceptron(features=FEATURES, seed=4),
    "a third seed": lambda: perceptron(features=FEATURES, seed=5),
    "small logits": lambda: perceptron(features=FEATURES, scale=0.1),
    "wide": lambda: wide(64),
    "wider": lambda: wide(200),
}


@pytest.mark.parametrize("attack", ["jsma-f", "pgd"])
@pytest.mark.parametrize("network", SOUND)
def test_no_attack_is_called_blind_on_a_sound_network(network, attack, undefended):
    found = outcome(SOUND[network](), attack, undefended[attack])[0]
    assert found.result != "fail", found.sentence
