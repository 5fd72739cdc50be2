"""Gradients by `torch.autograd`, eager: PyTorch has no tracing step to pay for."""

import keras
import numpy as np
import torch


def compile_gradient(model: keras.Model, objective: str):
    """Return the function described in `core.gradients.gradient_function`."""
    (inputs,) = model.inputs

    def gradient(x, targets):
        # Keras decides the device; detach makes a leaf of what it returns.
        x = keras.ops.convert_to_tensor(np.asarray(x), dtype=inputs.dtype).detach()
        x.requires_grad_(True)
        with torch.enable_grad():
            logits = model(x, training=False)
            index = torch.as_tensor(np.asarray(targets, dtype=np.int64), device=logits.device)
            if objective == "probability":
                outputs = torch.softmax(logits, dim=-1)
            elif objective == "log-probability":
                outputs = torch.log_softmax(logits, dim=-1)
            else:
                outputs = logits
            wanted = outputs.gather(1, index[:, None]).sum()
        both = objective == "logit"
        (alpha,) = torch.autograd.grad(wanted, x, retain_graph=both)
        beta = None
        if both:
            others = torch.ones_like(logits).scatter_(1, index[:, None], 0)
            beta = _array(torch.autograd.grad(logits, x, grad_outputs=others)[0])
        return logits.detach().cpu().numpy(), _array(alpha), beta

    return gradient


def has_accelerator() -> bool:
    """Say whether Keras puts PyTorch's tensors anywhere but on a CPU."""
    return keras.ops.zeros(1).device.type != "cpu"


def _array(gradient) -> np.ndarray:
    return gradient.flatten(1).cpu().numpy()
