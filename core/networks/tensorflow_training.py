"""Two things that TensorFlow does slowly when Keras trains on a CPU, done otherwise."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf

from core.networks.gradients.tensorflow import has_accelerator

BATCHES_AHEAD = 4


def batches(x: np.ndarray, targets: np.ndarray, size: int, *, shuffle: bool) -> tf.data.Dataset:
    """Batches of inputs with their targets, the last one smaller; shuffled anew at every pass.

    The pipeline that Keras makes of arrays tunes itself in a thread of its own, and the end of
    each epoch waits for that thread, often for a second and more. This one has nothing to tune.
    """
    with tf.device("cpu"):
        inputs, wanted = tf.constant(x), tf.constant(targets)
    order = tf.data.Dataset.range(len(x))
    if shuffle:
        order = order.shuffle(len(x))
    taken = order.batch(size).map(lambda rows: (tf.gather(inputs, rows), tf.gather(wanted, rows)))
    options = tf.data.Options()
    options.autotune.enabled = False
    return taken.prefetch(BATCHES_AHEAD).with_options(options)


def biases_apart(model: keras.Model) -> keras.Model:
    """The same layers and weights, the gradient of each convolution's bias taken by itself.

    Left alone, TensorFlow on a CPU merges it into the gradient of the filter: one operation that
    takes longer than the two. Layers inside a nested network stay as they are, and so does the
    whole network where there is a GPU.
    """
    if has_accelerator():
        return model

    def call(layer, *inputs, **options):
        return (_BiasApart(layer) if _merged(layer) else layer)(*inputs, **options)

    return keras.models.clone_model(model, clone_function=lambda layer: layer, call_function=call)


def _merged(layer: keras.layers.Layer) -> bool:
    plain = type(layer) is keras.layers.Conv2D
    return plain and layer.use_bias and layer.data_format == "channels_last"


class _BiasApart(keras.layers.Layer):
    def __init__(self, convolution: keras.layers.Conv2D):
        super().__init__(dtype=convolution.dtype_policy)
        self.convolution = convolution

    def call(self, inputs):
        convolved = self.convolution.convolution_op(inputs, self.convolution.kernel)
        bias = tf.convert_to_tensor(self.convolution.bias)
        return self.convolution.activation(_biased(convolved, bias))


@tf.custom_gradient
def _biased(convolved, bias):
    return tf.nn.bias_add(convolved, bias), lambda upstream: (
        upstream,
        tf.reduce_sum(upstream, range(3)),
    )
