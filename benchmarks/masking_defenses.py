"""Ten defences that only hide a network's gradients, put around one network with its own weights.

None of them makes it any more robust: what an attack finds less of on them, it is blind to. For
tests and for `benchmarks.masking`.
"""

from collections.abc import Callable

import keras
import numpy as np
from keras import layers, ops

Defend = Callable[[keras.Model], keras.Model]


@keras.saving.register_keras_serializable("masking")
class Rounded(layers.Layer):
    """Values to the nearest of `levels` steps of 1: a step function without a gradient."""

    def __init__(self, levels: int, **more):
        super().__init__(**more)
        self.levels = levels

    def call(self, x):
        return ops.round(x * self.levels) / self.levels

    def get_config(self):
        return {**super().get_config(), "levels": self.levels}


@keras.saving.register_keras_serializable("masking")
class BlockRounded(layers.Layer):
    """As JPEG does: cosine transforms of blocks of 7 x 7 pixels, rounded, and back."""

    def __init__(self, step: float = 0.1, size: int = 7, **more):
        super().__init__(**more)
        self.step, self.size = step, size

    def build(self, shape):
        i = np.arange(self.size)
        basis = np.cos(np.pi * (2 * i[None] + 1) * i[:, None] / (2 * self.size))
        basis *= np.sqrt(np.where(i == 0, 1, 2) / self.size)[:, None]
        self.basis = basis.astype("float32")
        self.blocks = (shape[1] // self.size, shape[2] // self.size)

    def call(self, x):
        size, (down, across) = self.size, self.blocks
        blocks = ops.reshape(x, (-1, down, size, across, size))
        waves = ops.einsum("ki,bdiaj,lj->bdkal", self.basis, blocks, self.basis)
        kept = ops.round(waves / self.step) * self.step
        back = ops.einsum("ki,bdkal,lj->bdiaj", self.basis, kept, self.basis)
        return ops.reshape(back, ops.shape(x))

    def get_config(self):
        return {**super().get_config(), "step": self.step, "size": self.size}


@keras.saving.register_keras_serializable("masking")
class Shifted(layers.Layer):
    """The image moved by up to two pixels, anew in every call: random resizing and padding."""

    def __init__(self, most: int = 2, **more):
        super().__init__(**more)
        self.most = most
        self.generator = keras.random.SeedGenerator(0)

    def call(self, x):
        for axis in (1, 2):
            moved = [ops.roll(x, by, axis) for by in range(-self.most, self.most + 1)]
            which = keras.random.randint((), 0, len(moved), seed=self.generator)
            x = sum(ops.cast(which == i, x.dtype) * one for i, one in enumerate(moved))
        return x

    def get_config(self):
        return {**super().get_config(), "most": self.most}


@keras.saving.register_keras_serializable("masking")
class AlwaysDropped(layers.Dropout):
    """Dropout that goes on when the network answers."""

    def call(self, x, training=True):
        return super().call(x, training=True)


@keras.saving.register_keras_serializable("masking")
class Winners(layers.Layer):
    """Only the largest units of a layer are kept: a derivative that jumps everywhere."""

    def __init__(self, share: float, **more):
        super().__init__(**more)
        self.share = share

    def call(self, x):
        count = max(1, int(self.share * x.shape[-1]))
        least = ops.top_k(x, count)[0][:, -1:]
        return ops.where(x >= least, x, 0.0)

    def get_config(self):
        return {**super().get_config(), "share": self.share}


@keras.saving.register_keras_serializable("masking")
class HalfPrecision(layers.Layer):
    """Log of a softmax that is computed in 16 bits: small probabilities become 0."""

    def call(self, x):
        shares = ops.softmax(ops.cast(x, "float16"))
        return ops.log(ops.cast(shares, "float32") + 1e-7)


@keras.saving.register_keras_serializable("masking")
class Vote(layers.Layer):
    """Of several networks' logits, how many call each class the largest."""

    def call(self, logits):
        votes = [ops.one_hot(ops.argmax(each, -1), each.shape[-1]) for each in logits]
        return sum(votes)


@keras.saving.register_keras_serializable("masking")
class Abstains(layers.Layer):
    """No class at all where no logit stands out: a detector that refuses to answer."""

    def __init__(self, least: float, **more):
        super().__init__(**more)
        self.least = least

    def call(self, logits):
        two = ops.top_k(logits, 2)[0]
        sure = (two[:, :1] - two[:, 1:]) >= self.least
        return ops.where(sure, logits, ops.zeros_like(logits))

    def get_config(self):
        return {**super().get_config(), "least": self.least}


def before(layer: Callable[[], layers.Layer]) -> Defend:
    """The network behind a layer."""

    def defend(network: keras.Model) -> keras.Model:
        given = keras.Input(network.inputs[0].shape[1:])
        return keras.Model(given, _through(network, layer()(given)))

    return defend


def behind(layer: Callable[[], layers.Layer]) -> Defend:
    """A layer behind the network's logits."""

    def defend(network: keras.Model) -> keras.Model:
        given = keras.Input(network.inputs[0].shape[1:])
        return keras.Model(given, layer()(_through(network, given)))

    return defend


def inside(layer: Callable[[], layers.Layer], every: bool = False) -> Defend:
    """A layer behind the last hidden Dense layer, or behind each of them."""

    def defend(network: keras.Model) -> keras.Model:
        hidden = [one for one in network.layers if isinstance(one, layers.Dense)][:-1]
        given = keras.Input(network.inputs[0].shape[1:])
        chosen = hidden if every else hidden[-1:]
        return keras.Model(given, _through(network, given, chosen, layer))

    return defend


def _through(network, x, chosen=(), layer=None):
    for one in network.layers:
        x = one(x)
        if any(one is each for each in chosen):
            x = layer()(x)
    return x


def voting(network: keras.Model) -> keras.Model:
    """The network and two that differ from it in a little noise on their weights, by majority."""
    rng = np.random.default_rng(0)
    members = [network]
    for number in range(2):
        other = type(network).from_config({**network.get_config(), "name": f"member_{number}"})
        weights = [
            w + rng.normal(0, 0.02 * (w.std() + 1e-9), w.shape) for w in network.get_weights()
        ]
        other.set_weights(weights)
        members.append(other)
    given = keras.Input(network.inputs[0].shape[1:])
    return keras.Model(given, Vote()([one(given) for one in members]))


MASKING: dict[str, Defend] = {
    "logits times 100": behind(lambda: layers.Rescaling(100.0)),
    "softmax in 16 bits": behind(HalfPrecision),
    "input rounded to 8 levels": before(lambda: Rounded(8)),
    "input moved at random": before(Shifted),
    "dropout when it answers": inside(lambda: AlwaysDropped(0.3)),
    "hidden units rounded": inside(lambda: Rounded(4)),
    "input rounded as JPEG does": before(BlockRounded),
    "largest fifth of the hidden units": inside(lambda: Winners(0.2), every=True),
    "majority of three": voting,
    "abstains where unsure": behind(lambda: Abstains(2.0)),
}
"""By what it does."""
