"""What this backend does with the smallest numbers."""

import keras
import numpy as np


def denormals_flushed() -> bool:
    """Whether float32 values below 1.2e-38 are rounded to 0 here: exp(-95) is one."""
    gap = np.tile(np.array([0, -95], np.float32), (4096, 1))
    return float(np.asarray(keras.ops.convert_to_numpy(keras.ops.softmax(gap))).min()) == 0.0
