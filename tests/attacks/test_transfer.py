"""Examples made on one network, shown to another: the victim's gradients are never asked for."""

import numpy as np

from tests.attacks.asking import asked
from tests.attacks.networks import linear, logits, perceptron

X = np.random.default_rng(0).uniform(0.3, 0.7, (12, 12)).astype(np.float32)


def attacked(model, source, x=X, targeted=False, target=None, eps=0.3):
    label = logits(model, x).argmax(1) if target is None else target
    sample = np.arange(len(x))
    return asked(
        "transfer", model, x, sample, label, targeted=targeted, source=source, eps=eps, steps=20
    )


def test_a_masked_copy_falls_to_examples_of_the_original():
    """Logits times 1,000 hide the gradient of probabilities, not the examples made elsewhere."""
    result = attacked(perceptron(scale=1000.0), perceptron())
    assert result.success.mean() > 0.8


def test_a_stranger_is_fooled_less_than_the_source_itself():
    own = attacked(perceptron(seed=3), perceptron(seed=3)).success.mean()
    stranger = attacked(perceptron(seed=3), perceptron(seed=11)).success.mean()
    assert own > stranger


def test_what_the_victim_gets_wrong_already_is_left_alone():
    victim = linear([[1.0, -1.0], [1.0, -1.0]])
    x = np.full((1, 2), 0.5, np.float32)
    result = attacked(victim, linear([[1.0, 0.0], [0.0, 1.0]]), x, target=np.array([1]))
    assert result.status.tolist() == ["already"]
    assert result.success.all()
    assert np.array_equal(result.adversarial, x)
    assert result.iterations.tolist() == [0]
